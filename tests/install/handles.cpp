// linclass.hpp against the functions of C: the same results, errors as exceptions, handles that move.
//
//     handles DIGITS_FOLDER TEMPORARY_FOLDER
#include <linclass/linclass.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>

static int failures = 0;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            failures++; \
        } \
    } while (false)

// The error that the call throws; none is a failure.
template <class Call> static linclass::error thrown(Call call)
{
    try {
        call();
    } catch (const linclass::error &error) {
        return error;
    }
    std::fprintf(stderr, "nothing was thrown\n");
    failures++;
    return linclass::error(0, "");
}

static linclass::dataset digits(const linclass::context &ctx, const std::string &folder)
{
    return linclass::dataset::read_idx(ctx, folder + "/train-images-idx3-ubyte.gz",
                                       folder + "/train-labels-idx1-ubyte.gz");
}

static linclass::fit_result fitted(const linclass::context &ctx, const linclass::dataset &data)
{
    linclass::fit_options options;
    options.l2 = 1e-2;
    return linclass::fit(ctx, data.matrix().scaled(1.0 / 16), data.labels(), options);
}

// Without a scale a view has the model's; with one of its own it keeps that.
static void views_have_the_scale_of_the_model(const linclass::context &ctx,
                                              const linclass::dataset &data,
                                              const linclass::model &model)
{
    CHECK(model.scale() == 1.0 / 16);
    const auto own = model.scores<float>(ctx, data.matrix());
    CHECK(own == model.scores<float>(ctx, data.matrix().scaled(1.0 / 16)));
    CHECK(own != model.scores<float>(ctx, data.matrix().scaled(1)));
}

static void predictions_are_those_of_c(const linclass::context &ctx, const linclass::dataset &data,
                                       const linclass::model &model)
{
    linclass_matrix X;
    CHECK(linclass_dataset_matrix(data.get(), &X, sizeof X) == LINCLASS_OK);
    X.scale = 1.0 / 16;
    const std::size_t m = static_cast<std::size_t>(X.rows);
    std::vector<int64_t> labels(m);
    std::vector<double> Z(m * 10);
    CHECK(linclass_model_predict(ctx.get(), model.get(), &X, labels.data()) == LINCLASS_OK);
    CHECK(linclass_model_probabilities(ctx.get(), model.get(), &X, LINCLASS_FLOAT64, Z.data(),
                                       10) == LINCLASS_OK);
    CHECK(labels == model.predict(ctx, data.matrix()));
    CHECK(Z == model.probabilities(ctx, data.matrix()));
    const linclass::evaluation found = model.evaluate(ctx, data.matrix(), data.labels());
    int64_t right = 0;
    int64_t support = 0;
    for (std::size_t i = 0; i < m; i++)
        right += labels[i] == data.labels()[i];
    for (const int64_t count : found.support)
        support += count;
    CHECK(support == X.rows && found.samples == X.rows);
    CHECK(std::fabs(found.accuracy - static_cast<double>(right) / static_cast<double>(m)) < 1e-12);
}

static void models_come_back(const linclass::context &ctx, const linclass::dataset &data,
                             const linclass::model &model, const std::string &folder)
{
    const auto expected = model.scores(ctx, data.matrix());
    const std::string path = folder + "/model";
    model.save(ctx, path);
    CHECK(linclass::model::load(ctx, path).scores(ctx, data.matrix()) == expected);
    const std::vector<char> bytes = model.serialize(ctx);
    linclass::model copy = linclass::model::deserialize(ctx, bytes);
    const linclass::model moved = std::move(copy);
    CHECK(moved.scores(ctx, data.matrix()) == expected);
    model.export_to(ctx, LINCLASS_EXPORT_LIBLINEAR, path + ".liblinear");
    const linclass::model imported = linclass::model::import_liblinear(ctx, path + ".liblinear");
    CHECK(imported.predict(ctx, data.matrix()) == model.predict(ctx, data.matrix()));
    const auto error = thrown([&] { (void)linclass::model::load(ctx, folder + "/none"); });
    CHECK(error.status() == LINCLASS_ERROR_IO);
    CHECK(std::strstr(error.what(), "/none") != nullptr);
}

static void errors_are_exceptions(const linclass::context &ctx, const linclass::model &model)
{
    const std::vector<double> row(64);
    const std::array<float, 3> three = {1, 2, 3};
    int64_t label[2];
    CHECK(thrown([&] { (void)linclass::matrix_view(row, 2, 64); }).status() ==
          LINCLASS_ERROR_DIMENSION);
    CHECK(thrown([&] { (void)linclass::matrix_view(row, -1, -64); }).status() ==
          LINCLASS_ERROR_DIMENSION);
    CHECK(thrown([&] { (void)model.predict(ctx, linclass::matrix_view(three, 1, 3)); }).status() ==
          LINCLASS_ERROR_DIMENSION);
    CHECK(thrown([&] { model.predict(ctx, linclass::matrix_view(row, 1, 64), label); }).status() ==
          LINCLASS_ERROR_DIMENSION);
    CHECK(thrown([] { linclass::context many(100000); }).status() ==
          LINCLASS_ERROR_INVALID_ARGUMENT);
    const std::vector<int64_t> y = {0, 1};
    const auto error =
        thrown([&] { (void)linclass::fit(ctx, linclass::matrix_view(row, 1, 64), y); });
    CHECK(error.status() == LINCLASS_ERROR_DIMENSION);
    const std::vector<double> spoilt = {1, NAN};
    const auto spoilt_error =
        thrown([&] { (void)linclass::fit(ctx, linclass::matrix_view(spoilt, 2, 1), y); });
    CHECK(std::strstr(spoilt_error.what(), "X[1, 0]") != nullptr);
}

static void what_a_callback_throws_is_thrown_by_the_fit(const linclass::context &ctx,
                                                        const linclass::dataset &data)
{
    int calls = 0;
    const auto result = linclass::fit(ctx, data.matrix(), data.labels(), linclass::fit_options(),
                                      [&](const linclass_progress &) { return ++calls < 2; });
    CHECK(calls == 2 && result.status == LINCLASS_STOPPED_BY_CALLBACK);
    try {
        (void)linclass::fit(ctx, data.matrix(), data.labels(), linclass::fit_options(),
                            [](const linclass_progress &) -> bool {
                                throw std::out_of_range("from the callback");
                            });
        CHECK(false); // nothing was thrown
    } catch (const std::out_of_range &error) {
        CHECK(std::strcmp(error.what(), "from the callback") == 0);
    }
}

static void sparse_rows_are_the_dense_ones(const linclass::context &ctx)
{
    const double dense[] = {0, 2, 0, 1, 0, 3};
    const std::vector<int64_t> starts = {0, 1, 3};
    const std::vector<int32_t> columns = {1, 0, 2};
    const std::vector<double> values = {2, 1, 3};
    const double theta[] = {1, -1, 0.5, 2, -3, 1};
    linclass_model *made = nullptr;
    CHECK(linclass_model_create(ctx.get(), LINCLASS_LOSS_SOFTMAX, LINCLASS_FLOAT64, 3, 2, theta, 2,
                                nullptr, nullptr, &made) == LINCLASS_OK);
    const linclass::model model(made);
    const auto sparse = linclass::matrix_view::csr<int32_t, double>(3, starts, columns, values);
    CHECK(model.scores(ctx, sparse) ==
          model.scores(ctx, linclass::matrix_view(linclass::span<const double>(dense), 2, 3)));
    CHECK(!model.class_name(0).has_value());
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    const linclass::context ctx(2);
    CHECK(ctx.threads() == 2);
    const linclass::dataset data = digits(ctx, argv[1]);
    const linclass::fit_result fit = fitted(ctx, data);
    CHECK(fit.status == LINCLASS_OK && fit.report.samples == data.matrix().rows());
    views_have_the_scale_of_the_model(ctx, data, fit.model);
    predictions_are_those_of_c(ctx, data, fit.model);
    models_come_back(ctx, data, fit.model, argv[2]);
    errors_are_exceptions(ctx, fit.model);
    what_a_callback_throws_is_thrown_by_the_fit(ctx, data);
    sparse_rows_are_the_dense_ones(ctx);
    return failures == 0 ? 0 : 1;
}
