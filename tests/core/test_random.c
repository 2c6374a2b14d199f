/* Philox against the known answers published with Random123; permutations against a second
 * implementation (Python integers), as permutations, and as draws from the uniform distribution. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/random.h"

/* Random123 1.14, kat_vectors, "philox4x32 10". */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t out[4];
        random_philox4x32(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].answer, sizeof out);
    }
}

static void output_may_be_the_counter(void **state)
{
    (void)state;
    uint32_t words[4] = {0, 0, 0, 0};
    const uint32_t key[2] = {0, 0};
    const uint32_t answer[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    random_philox4x32(words, key, words);
    assert_memory_equal(words, answer, sizeof words);
}

/* What a seed means never changes. The numbers: the header's description in Python. */
static void permutations_are_pinned(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, stream;
        int64_t order[10];
    } cases[] = {
        {0, 0, {6, 7, 3, 4, 9, 1, 0, 2, 5, 8}},
        {1, 0, {2, 1, 5, 0, 7, 3, 4, 9, 6, 8}},
        {UINT64_C(0x0123456789abcdef),
         UINT64_C(0xfedcba9876543210),
         {6, 5, 0, 3, 1, 8, 7, 2, 4, 9}},
    };
    int64_t order[1000];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        random_permutation(cases[i].seed, cases[i].stream, 10, order);
        assert_memory_equal(order, cases[i].order, sizeof cases[i].order);
    }
    random_permutation(42, 7, 1000, order);
    const int64_t first[5] = {817, 377, 41, 695, 830};
    assert_memory_equal(order, first, sizeof first);
}

static void check_permutation(int64_t count, uint64_t seed, uint64_t stream)
{
    int64_t *order = malloc((size_t)count * sizeof *order + 1);
    unsigned char *seen = calloc((size_t)count + 1, 1);
    assert_non_null(order);
    assert_non_null(seen);
    random_permutation(seed, stream, count, order);
    for (int64_t i = 0; i < count; i++) {
        assert_true(order[i] >= 0 && order[i] < count);
        assert_int_equal(seen[order[i]], 0);
        seen[order[i]] = 1;
    }
    free(seen);
    free(order);
}

static void every_number_occurs_once(void **state)
{
    (void)state;
    for (int64_t count = 0; count <= 70; count++)
        check_permutation(count, 3, (uint64_t)count);
    check_permutation(60000, UINT64_MAX, UINT64_MAX);
}

static void seed_and_stream_both_matter(void **state)
{
    (void)state;
    int64_t a[100];
    int64_t b[100];
    random_permutation(5, 6, 100, a);
    random_permutation(5, 6, 100, b);
    assert_memory_equal(a, b, sizeof a);
    const uint64_t others[][2] = {
        {6, 6}, {5, 7}, {5 + (UINT64_C(1) << 32), 6}, {5, 6 + (UINT64_C(1) << 32)}, {6, 5}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        random_permutation(others[i][0], others[i][1], 100, b);
        assert_memory_not_equal(a, b, sizeof a);
    }
}

/* Rank of a permutation of 5 among the 120. */
static int rank_of(const int64_t *order)
{
    static const int factorial[5] = {24, 6, 2, 1, 1};
    int rank = 0;
    for (int i = 0; i < 5; i++)
        for (int j = i + 1; j < 5; j++)
            rank += order[j] < order[i] ? factorial[i] : 0;
    return rank;
}

/* Chi-square over all 120 permutations of 5: 119 degrees of freedom, 99.99 % below 185. The seed is
 * fixed: the test has one outcome. */
static void all_permutations_are_equally_likely(void **state)
{
    (void)state;
    enum { DRAWS = 120 * 500 };
    int count[120] = {0};
    for (uint64_t stream = 0; stream < DRAWS; stream++) {
        int64_t order[5];
        random_permutation(2026, stream, 5, order);
        count[rank_of(order)]++;
    }
    double chi_square = 0;
    for (int i = 0; i < 120; i++)
        chi_square += (count[i] - 500.0) * (count[i] - 500.0) / 500.0;
    assert_true(chi_square < 185);
    assert_true(chi_square > 70); /* too even would be no chance either */
}

/* Where does element 0 of 1000 go? 100 cells, 99 degrees of freedom, 99.99 % below 161. */
static void positions_are_equally_likely(void **state)
{
    (void)state;
    enum { DRAWS = 10000 };
    int count[100] = {0};
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        int64_t order[1000];
        random_permutation(seed, 0, 1000, order);
        count[order[0] / 10]++;
    }
    double chi_square = 0;
    for (int i = 0; i < 100; i++)
        chi_square += (count[i] - 100.0) * (count[i] - 100.0) / 100.0;
    assert_true(chi_square < 161);
    assert_true(chi_square > 55);
}

/* 10 cells, 9 degrees of freedom, 99.99 % below 33. */
static void numbers_below_a_bound_are_equally_likely(void **state)
{
    (void)state;
    int count[10] = {0};
    for (uint64_t seed = 0; seed < 10000; seed++) {
        const uint64_t number = random_below(seed, 1, 10);
        assert_in_range(number, 0, 9);
        count[number]++;
        assert_int_equal(random_below(seed, 1, 1), 0);
    }
    double chi_square = 0;
    for (int i = 0; i < 10; i++)
        chi_square += (count[i] - 1000.0) * (count[i] - 1000.0) / 1000.0;
    assert_true(chi_square < 33);
    assert_true(chi_square > 0.9);
}

/* 2^64 mod bound is large for this one: about half of the draws are rejected. */
static void bound_that_divides_badly(void **state)
{
    (void)state;
    const uint64_t bound = (UINT64_C(1) << 63) + 1;
    int upper = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        const uint64_t number = random_below(seed, 0, bound);
        assert_true(number < bound);
        upper += number >= bound / 2;
    }
    assert_in_range(upper, 420, 580); /* 5 deviations of the binomial */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(output_may_be_the_counter),
        cmocka_unit_test(permutations_are_pinned),
        cmocka_unit_test(every_number_occurs_once),
        cmocka_unit_test(seed_and_stream_both_matter),
        cmocka_unit_test(all_permutations_are_equally_likely),
        cmocka_unit_test(positions_are_equally_likely),
        cmocka_unit_test(numbers_below_a_bound_are_equally_likely),
        cmocka_unit_test(bound_that_divides_badly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
