/* C = alpha A B + beta C: a row of C is a sum of rows of B, scaled by the elements of a row of A, a
 * vector of columns at a time. It is summed in STREAMS parts, so that an addition need not wait for the
 * one before. */
#include "linalg/narrow/set.h"

enum { STREAMS = 4 };

/* Row i of C, the columns j.., count <= LANES of them. */
VECTOR_INLINE void row_of(const narrow_product *p, int64_t i, int64_t j, int64_t count)
{
    const int64_t n = p->n;
    const int64_t ldb = p->ldb;
    const real *a = p->A + i * p->lda;
    const real *b = p->B + j;
    vector sum[STREAMS];
    for (int s = 0; s < STREAMS; s++)
        sum[s] = vector_all(0);
    int64_t done = 0;
    for (; done + STREAMS <= n; done += STREAMS) {
        for (int s = 0; s < STREAMS; s++)
            sum[s] = vector_fma(vector_all(a[done + s]),
                                vector_load_first(b + (done + s) * ldb, count, 0), sum[s]);
    }
    for (; done < n; done++)
        sum[0] =
            vector_fma(vector_all(a[done]), vector_load_first(b + done * ldb, count, 0), sum[0]);
    narrow_write(p, p->C + i * p->ldc + j, count, (sum[0] + sum[1]) + (sum[2] + sum[3]));
}

void VECTOR_NAME(narrow_plain)(const narrow_product *p)
{
    for (int64_t i = 0; i < p->m; i++) {
        for (int64_t j = 0; j < p->k; j += LANES)
            row_of(p, i, j, p->k - j < LANES ? p->k - j : LANES);
    }
}
