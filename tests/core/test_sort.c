/* Heap sort against its definition, for every order of a few items and for many of several kinds. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/random.h"
#include "core/sort.h"

enum { MOST = 2000 };

static bool is_greater(const void *keys, int64_t a, int64_t b)
{
    (void)keys;
    return a > b;
}

static bool has_greater_key(const void *keys, int64_t a, int64_t b)
{
    const double *key = keys;
    return key[a] > key[b] || (key[a] == key[b] && a > b);
}

static void every_permutation_is_sorted(void **state)
{
    (void)state;
    int64_t items[MOST];
    for (int64_t count = 0; count < MOST; count = count < 20 ? count + 1 : 3 * count) {
        for (uint64_t seed = 0; seed < 50; seed++) {
            random_permutation(seed, 0, count, items);
            heap_sort(count, items, is_greater, NULL);
            for (int64_t i = 0; i < count; i++)
                assert_int_equal(items[i], i);
        }
    }
}

static void equal_keys_keep_the_order_of_the_items(void **state)
{
    (void)state;
    int64_t items[MOST];
    double keys[MOST];
    for (int64_t i = 0; i < MOST; i++)
        keys[i] = (double)random_below(7, (uint64_t)i, 10);
    random_permutation(1, 0, MOST, items);
    heap_sort(MOST, items, has_greater_key, keys);
    for (int64_t i = 1; i < MOST; i++)
        assert_true(has_greater_key(keys, items[i], items[i - 1]));
}

static void doubles_ascend(void **state)
{
    (void)state;
    double values[MOST];
    for (int64_t i = 0; i < MOST; i++)
        values[i] = (double)random_below(3, (uint64_t)i, 500) - 250;
    sort_doubles(MOST, values);
    for (int64_t i = 1; i < MOST; i++)
        assert_true(values[i - 1] <= values[i]);
}

/* Every place, of numbers of which many are equal. */
static void the_number_of_a_place_is_found(void **state)
{
    (void)state;
    double values[300];
    double sorted[300];
    for (int64_t count = 1; count <= 300; count = count < 12 ? count + 1 : 5 * count) {
        for (int64_t i = 0; i < count; i++)
            sorted[i] = (double)random_below(5, (uint64_t)(i * count), 40) - 20;
        memcpy(values, sorted, sizeof values);
        sort_doubles(count, sorted);
        for (int64_t place = 0; place < count; place++)
            assert_true(sort_select(count, values, place) == sorted[place]);
    }
}

static void a_place_is_found_beside_nan(void **state)
{
    (void)state;
    double values[] = {3, (double)NAN, 1, (double)NAN, 2, 5, (double)NAN};
    enum { COUNT = sizeof values / sizeof *values };
    for (int64_t place = 0; place < COUNT; place++) {
        const double found = sort_select(COUNT, values, place);
        assert_true(isnan(found) || (found >= 1 && found <= 5));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_permutation_is_sorted),
        cmocka_unit_test(equal_keys_keep_the_order_of_the_items),
        cmocka_unit_test(doubles_ascend),
        cmocka_unit_test(the_number_of_a_place_is_found),
        cmocka_unit_test(a_place_is_found_beside_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
