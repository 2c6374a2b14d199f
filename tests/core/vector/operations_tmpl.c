/* Each operation of vector.h in one set and precision against its definition for one number, bit by bit but for
 * NaN: on special values, on random bits, and along all magnitudes. */
#include "operations.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/vector/vector.h"
#include "support/noise.h"

#if REAL_BITS == 32
typedef uint32_t word;
#define REAL_RINT rintf
#define REAL_FMA  fmaf
#define SMALLEST  FLT_TRUE_MIN
#define NORMAL    FLT_MIN
#define LARGEST   FLT_MAX
#define HALF_ULP  0x1p-24f
#define WHOLE     0x1p23f
#else
typedef uint64_t word;
#define REAL_RINT rint
#define REAL_FMA  fma
#define SMALLEST  DBL_TRUE_MIN
#define NORMAL    DBL_MIN
#define LARGEST   DBL_MAX
#define HALF_ULP  0x1p-53
#define WHOLE     0x1p52
#endif

static const real SPECIAL[] = {0,
                               0.25,
                               0.5,
                               0.75,
                               1,
                               1.5,
                               2.5,
                               3.5,
                               1000.5,
                               SMALLEST,
                               NORMAL,
                               LARGEST,
                               HALF_ULP,
                               0.5 - HALF_ULP,
                               WHOLE - 1,
                               WHOLE,
                               WHOLE / 2 + (real)0.5,
                               WHOLE + 1,
                               2 * WHOLE,
                               (real)INFINITY,
                               (real)NAN};
enum { SPECIALS = sizeof SPECIAL / sizeof *SPECIAL, RANDOM = 20000 };

static int same(real a, real b)
{
    return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0;
}

static void expect(const char *operation, int lane, const real operand[3], real found,
                   real expected)
{
    if (!same(found, expected))
        operation_differs(VECTOR_SET_NAME, operation, lane, (double)operand[0], (double)operand[1],
                          (double)operand[2], (double)found, (double)expected);
}

static void expect_true(int condition, const char *text)
{
    if (!condition)
        operation_fails(VECTOR_SET_NAME, text);
}

/* Operations of up to three operands, each lane of its own. */
static void check_lanes(const real *a, const real *b, const real *c)
{
    const vector x = vector_load(a);
    const vector y = vector_load(b);
    const vector z = vector_load(c);
    real sum[LANES], most[LANES], least[LANES], whole[LANES], chosen[LANES], equal[LANES];
    vector_store(sum, vector_fma(x, y, z));
    vector_store(most, vector_max(x, y));
    vector_store(least, vector_min(x, y));
    vector_store(whole, vector_round(x));
    vector_store(chosen, vector_select(vector_less(x, y), y, z));
    vector_store(equal, vector_select(vector_equal(x, y), y, z));
    const unsigned less = mask_bits(vector_less(x, y));
    for (int i = 0; i < LANES; i++) {
        const real operand[3] = {a[i], b[i], c[i]};
        expect("fma", i, operand, sum[i], REAL_FMA(a[i], b[i], c[i]));
        expect("max", i, operand, most[i], a[i] > b[i] ? a[i] : b[i]);
        expect("min", i, operand, least[i], a[i] < b[i] ? a[i] : b[i]);
        expect("round", i, operand, whole[i], REAL_RINT(a[i]));
        expect("less", i, operand, chosen[i], a[i] < b[i] ? b[i] : c[i]);
        expect("equal", i, operand, equal[i], a[i] == b[i] ? b[i] : c[i]);
        expect_true(((less >> i) & 1) == (a[i] < b[i]), "mask_bits");
    }
    expect_true(less >> LANES == 0, "mask_bits beyond the lanes");
}

static real special(uint64_t *state)
{
    const int64_t at = noise_below(state, 2 * SPECIALS);
    return at < SPECIALS ? SPECIAL[at] : -SPECIAL[at - SPECIALS];
}

static real any_bits(uint64_t *state)
{
    const word bits = (word)noise_bits(state);
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void check_numbers(void)
{
    uint64_t state = 1;
    for (int round = 0; round < RANDOM; round++) {
        real operand[3][LANES];
        for (int i = 0; i < 3 * LANES; i++)
            operand[i / LANES][i % LANES] = round % 2 == 0 ? special(&state)
                                            : noise_below(&state, 4) == 0
                                                ? any_bits(&state)
                                                : (real)(noise_uniform(&state) * 100);
        check_lanes(operand[0], operand[1], operand[2]);
    }
}

/* Numbers of all magnitudes and signs, evenly among the bits; in steps that are odd. */
static void check_round(void)
{
    const word step = (word)-1 / 2000003;
    word bits = 0;
    for (int64_t round = 0; round < 2000003; round += LANES) {
        real x[LANES], found[LANES];
        for (int i = 0; i < LANES; i++, bits += step)
            memcpy(&x[i], &bits, sizeof bits);
        vector_store(found, vector_round(vector_load(x)));
        for (int i = 0; i < LANES; i++)
            expect("round", i, (real[]){x[i], 0, 0}, found[i], REAL_RINT(x[i]));
    }
}

/* Rounded once, also below the normal numbers. */
static real scaled(real v, int n)
{
#if REAL_BITS == 32
    return (real)ldexp((double)v, n);
#else
    return ldexp(v, n);
#endif
}

static void check_scale(void)
{
    const int most = REAL_BITS == 32 ? 150 : 1080;
    uint64_t state = 2;
    for (int n = -most; n <= most; n++) {
        for (int round = 0; round < 20; round++) {
            real v[LANES], found[LANES];
            for (int i = 0; i < LANES; i++)
                v[i] = (real)(1.25 + 0.75 * noise_uniform(&state));
            vector_store(found, vector_scale(vector_load(v), vector_all((real)n)));
            for (int i = 0; i < LANES; i++)
                expect("scale", i, (real[]){v[i], (real)n, 0}, found[i], scaled(v[i], n));
        }
    }
}

static void check_exponent(void)
{
#if REAL_BITS == 64
    uint64_t state = 3;
    for (int n = -1022; n <= 1023; n++) {
        real v[LANES], found[LANES];
        for (int i = 0; i < LANES; i++)
            v[i] = ldexp(1.5 + 0.5 * noise_uniform(&state), n);
        vector_store(found, vector_exponent(vector_load(v)));
        for (int i = 0; i < LANES; i++)
            expect("exponent", i, (real[]){v[i], 0, 0}, found[i], (real)ilogb(v[i]));
    }
#endif
}

static void check_memory(void)
{
    uint8_t bytes[LANES];
    int64_t labels[LANES];
    real source[LANES], found[LANES];
    for (int i = 0; i < LANES; i++) {
        bytes[i] = (uint8_t)(255 - 17 * i);
        labels[i] = 1000 + i;
        source[i] = (real)i + (real)0.5;
    }
    vector_store(found, vector_bytes(bytes));
    for (int i = 0; i < LANES; i++)
        expect("bytes", i, (real[]){bytes[i], 0, 0}, found[i], (real)bytes[i]);
    vector_store(found, vector_labels(labels));
    for (int i = 0; i < LANES; i++)
        expect("labels", i, (real[]){(real)labels[i], 0, 0}, found[i], (real)labels[i]);
    vector_store(found, vector_lanes());
    for (int i = 0; i < LANES; i++)
        expect("lanes", i, (real[]){0, 0, 0}, found[i], (real)i);
    for (int64_t count = 0; count <= LANES; count++) {
        real kept[LANES];
        for (int i = 0; i < LANES; i++)
            kept[i] = -1;
        vector_store(found, vector_load_first(source, count, 7));
        vector_store_first(kept, count, vector_load(source));
        for (int i = 0; i < LANES; i++) {
            const real operand[3] = {(real)count, 0, 0};
            expect("load_first", i, operand, found[i], i < count ? source[i] : 7);
            expect("store_first", i, operand, kept[i], i < count ? source[i] : -1);
        }
    }
}

static void check_largest(void)
{
    for (int at = 0; at < LANES; at++) {
        real v[LANES];
        for (int i = 0; i < LANES; i++)
            v[i] = i == at ? 3 : -(real)i;
        expect("largest", at, (real[]){0, 0, 0}, vector_largest(vector_load(v)), 3);
    }
}

static void check_wide(void)
{
    real a[LANES], rounded[LANES];
    double sum[LANES], difference[LANES], product[LANES];
    double total = 0;
    for (int i = 0; i < LANES; i++) {
        a[i] = (real)(1 << i) + (real)0.125;
        total += (double)a[i];
    }
    const wide w = wide_of(vector_load(a));
    const wide small = wide_of(vector_all((real)0x1p-20));
    vector_store(rounded, wide_round(wide_add(w, small)));
    wide_store(sum, wide_add(wide_add(w, small), wide_zero()));
    wide_store(difference, wide_subtract(w, small));
    wide_store(product, wide_multiply(w, small));
    for (int i = 0; i < LANES; i++) {
        const double x = (double)a[i];
        expect("wide_round", i, (real[]){a[i], 0, 0}, rounded[i], (real)(x + 0x1p-20));
        expect_true(sum[i] == x + 0x1p-20, "wide_add");
        expect_true(difference[i] == x - 0x1p-20, "wide_subtract");
        expect_true(product[i] == x * 0x1p-20, "wide_multiply");
    }
    expect_true(wide_total(w) == total, "wide_total");
}

/* A tile to columns, and back: LANES rows of PIECE scores, one after another. */
static void check_tile(void)
{
    enum { LD = PIECE + 3 };
    real h[LANES * LD], back[LANES * LD];
    for (int i = 0; i < LANES * LD; i++) {
        h[i] = (real)i;
        back[i] = -1;
    }
    vector tile[PIECE];
    for (int i = 0; i < PIECE; i++)
        tile[i] = tile_row_load(h + i * LD, LD);
    tile_transpose(tile);
    for (int j = 0; j < PIECE; j++) {
        real column[LANES];
        vector_store(column, tile[j]);
        for (int i = 0; i < LANES; i++)
            expect("tile_transpose", i, (real[]){(real)j, 0, 0}, column[i], h[i * LD + j]);
    }
    tile_transpose(tile);
    for (int i = 0; i < PIECE; i++)
        tile_row_store(back + i * LD, LD, tile[i]);
    for (int i = 0; i < LANES * LD; i++)
        expect("tile_row_store", i, (real[]){0, 0, 0}, back[i], i % LD < PIECE ? h[i] : -1);
}

void VECTOR_NAME(check_operations)(void);

void VECTOR_NAME(check_operations)(void)
{
    check_numbers();
    check_round();
    check_scale();
    check_exponent();
    check_memory();
    check_largest();
    check_wide();
    check_tile();
}
