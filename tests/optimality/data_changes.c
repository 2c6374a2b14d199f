/* What is done to the data of the sweep. */
#include <math.h>
#include <stdlib.h>

#include "data.h"
#include "support/noise.h"

static void as_it_is(fit_data *data)
{
    (void)data;
}

static void multiply(fit_data *data, double factor)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] *= factor;
}

#define TIMES(name, factor) \
    static void name(fit_data *data) \
    { \
        multiply(data, factor); \
    }
TIMES(times_1em300, 1e-300)
TIMES(times_1em30, 1e-30)
TIMES(times_1em8, 1e-8)
TIMES(times_1em6, 1e-6)
TIMES(times_1em4, 1e-4)
TIMES(times_1e4, 1e4)
TIMES(times_1e6, 1e6)
TIMES(times_1e8, 1e8)
TIMES(times_1e30, 1e30)
TIMES(times_1e150, 1e150)

/* Columns from 10^-span to 10^span of their size, the first the smallest. */
static void spread(fit_data *data, double span)
{
    for (int64_t e = 0; e < data->m * data->n; e++) {
        const double j = (double)(e % data->n);
        data->X[e] *=
            data->n == 1 ? pow(10, -span) : pow(10, span * (2 * j / (double)(data->n - 1) - 1));
    }
}

static void mixed_4(fit_data *data)
{
    spread(data, 4);
}

static void mixed_8(fit_data *data)
{
    spread(data, 8);
}

static void one_column_1em6(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n] *= 1e-6;
}

/* Small columns beside one of zeros and ones. */
static void flag_and_1em6(fit_data *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] = e % data->n == 0 ? data->X[e] > 0 : 1e-6 * data->X[e];
}

static double mean(const fit_data *data, int64_t j)
{
    double sum = 0;
    for (int64_t i = 0; i < data->m; i++)
        sum += data->X[i * data->n + j];
    return sum / (double)data->m;
}

static void centre(fit_data *data)
{
    for (int64_t j = 0; j < data->n; j++) {
        const double middle = mean(data, j);
        for (int64_t i = 0; i < data->m; i++)
            data->X[i * data->n + j] -= middle;
    }
}

/* Columns whose sum is 0 without any rounding: multiples of 2^-20, the last row taking what is left. */
static void centre_exactly(fit_data *data)
{
    centre(data);
    for (int64_t j = 0; j < data->n; j++) {
        double sum = 0;
        for (int64_t i = 0; i + 1 < data->m; i++) {
            double *const x = &data->X[i * data->n + j];
            *x = rint(*x * 0x1p10) * 0x1p-10;
            sum += *x;
        }
        data->X[(data->m - 1) * data->n + j] = -sum;
    }
}

void data_standardise(fit_data *data)
{
    centre(data);
    for (int64_t j = 0; j < data->n; j++) {
        double square = 0;
        for (int64_t i = 0; i < data->m; i++)
            square += data->X[i * data->n + j] * data->X[i * data->n + j];
        const double deviation = sqrt(square / (double)data->m);
        for (int64_t i = 0; i < data->m; i++)
            data->X[i * data->n + j] /= deviation;
    }
}

static void offset(fit_data *data, double by)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] += by * (e % data->n % 2 == 0 ? 1 : -1);
}

static void offset_1e2(fit_data *data)
{
    offset(data, 1e2);
}

static void offset_1e3(fit_data *data)
{
    offset(data, 1e3);
}

static void offset_1e4(fit_data *data)
{
    offset(data, 1e4);
}

static void offset_1e6(fit_data *data)
{
    offset(data, 1e6);
}

static void years(fit_data *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] = 2000 + rint(5 * data->X[e]);
}

/* 10^6 and more, in steps of 1/16: exact in single precision. */
static void grid_1e6(fit_data *data)
{
    for (int64_t e = 0; e < data->m * data->n; e++)
        data->X[e] = 1e6 + rint(16 * data->X[e]) / 16;
}

static void set_column(fit_data *data, int64_t j, double value)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + j] = value;
}

static void constant_column(fit_data *data)
{
    set_column(data, data->n / 2, 3);
}

static void constant_tenth(fit_data *data)
{
    set_column(data, data->n / 2, 0.1);
}

static void constant_1e6(fit_data *data)
{
    set_column(data, data->n / 2, 1e6);
}

static void zero_column(fit_data *data)
{
    set_column(data, data->n / 2, 0);
}

static void duplicate_column(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++)
        data->X[i * data->n + data->n - 1] = data->X[i * data->n];
}

/* The last column is the sum of the others, exactly. */
static void collinear_exactly(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++) {
        double sum = 0;
        for (int64_t j = 0; j + 1 < data->n; j++) {
            double *const x = &data->X[i * data->n + j];
            *x = rint(*x * 256) / 256;
            sum += *x;
        }
        data->X[i * data->n + data->n - 1] = sum;
    }
}

/* ... and but for a hundred thousandth. */
static void collinear_nearly(fit_data *data)
{
    for (int64_t i = 0; i < data->m; i++) {
        double *const row = data->X + i * data->n;
        double sum = 0;
        for (int64_t j = 0; j + 1 < data->n; j++)
            sum += row[j];
        row[data->n - 1] = sum + 1e-5 * row[data->n - 1];
    }
}

static void multiply_row(fit_data *data, double factor)
{
    const int64_t i = data->m / 2;
    for (int64_t j = 0; j < data->n; j++)
        data->X[i * data->n + j] *= factor;
}

static void one_row_1e6(fit_data *data)
{
    multiply_row(data, 1e6);
}

static void one_row_1e30(fit_data *data)
{
    multiply_row(data, 1e30);
}

static void one_row_1e150(fit_data *data)
{
    multiply_row(data, 1e150);
}

/* One row of the first class for some hundred of the last. */
static void one_in_hundreds(fit_data *data)
{
    for (int64_t i = data->k; i < data->m; i++)
        data->y[i] = data->k - 1;
}

static double *new_weights(int64_t m)
{
    double *const made = calloc((size_t)m, sizeof *made);
    if (made == NULL)
        abort();
    return made;
}

static void weights_12_orders(fit_data *data)
{
    uint64_t noise = 7;
    data->weights = new_weights(data->m);
    for (int64_t i = 0; i < data->m; i++)
        data->weights[i] = pow(10, 6 * noise_uniform(&noise));
}

static void weights_0_and_1(fit_data *data)
{
    data->weights = new_weights(data->m);
    for (int64_t i = 0; i < data->m; i++)
        data->weights[i] = i % 3 != 2;
}

const data_change data_changes[] = {
    {"plain", as_it_is, 0, 0},
    {"x1e-300", times_1em300, DATA_HUGE, 0},
    {"x1e-30", times_1em30, 0, DATA_HUGE},
    {"x1e-8", times_1em8, 0, 0},
    {"x1e-6", times_1em6, 0, 0},
    {"x1e-4", times_1em4, 0, 0},
    {"x1e4", times_1e4, 0, 0},
    {"x1e6", times_1e6, 0, 0},
    {"x1e8", times_1e8, 0, 0},
    {"x1e30", times_1e30, 0, DATA_HUGE},
    {"x1e150", times_1e150, DATA_HUGE, DATA_HUGE},
    {"mixed+-4", mixed_4, 0, 0},
    {"mixed+-8", mixed_8, DATA_HARD | DATA_NO_LASSO, DATA_HARD | DATA_NO_LASSO},
    {"one-column-1e-6", one_column_1em6, 0, 0},
    {"flag-and-1e-6", flag_and_1em6, 0, 0},
    {"centred", centre, 0, 0},
    {"centred-exactly", centre_exactly, 0, 0},
    {"standardised", data_standardise, 0, 0},
    {"offset-1e2", offset_1e2, 0, 0},
    {"offset-1e3", offset_1e3, 0, DATA_HARD},
    {"offset-1e4", offset_1e4, 0, DATA_HARD},
    {"offset-1e6", offset_1e6, DATA_HARD, DATA_HARD},
    {"years", years, 0, 0},
    {"grid-1e6", grid_1e6, DATA_HARD, DATA_HARD},
    {"constant-column", constant_column, 0, 0},
    {"constant-tenth", constant_tenth, 0, 0},
    {"constant-1e6", constant_1e6, 0, DATA_HARD},
    {"zero-column", zero_column, 0, 0},
    {"duplicate-column", duplicate_column, 0, 0},
    {"collinear-exactly", collinear_exactly, 0, 0},
    {"collinear-nearly", collinear_nearly, DATA_HARD, DATA_HARD},
    {"one-row-1e6", one_row_1e6, DATA_HARD, DATA_HARD},
    {"one-row-1e30", one_row_1e30, DATA_HUGE | DATA_HARD, DATA_HUGE | DATA_HARD},
    {"one-row-1e150", one_row_1e150, DATA_HUGE | DATA_HARD, DATA_HUGE | DATA_HARD},
    {"unbalanced", one_in_hundreds, 0, 0},
    {"weights-12-orders", weights_12_orders, DATA_HARD, DATA_HARD},
    {"weights-0-1", weights_0_and_1, 0, 0},
};
const int data_change_count = sizeof data_changes / sizeof *data_changes;
