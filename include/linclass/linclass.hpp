/* The library from C++17: handles that free themselves, views of containers, exceptions. Header-only, over the C
 * headers, whose comments describe functions, options and errors.
 *
 *     linclass::context ctx;
 *     const auto digits = linclass::dataset::read_idx(ctx, "images", "labels");
 *     linclass::fit_options options;
 *     options.l2 = 1e-3;
 *     const auto fitted = linclass::fit(ctx, digits.matrix().scaled(1.0 / 16), digits.labels(), options);
 *     fitted.model.save(ctx, "digits.safetensors");
 *     const std::vector<int64_t> labels = fitted.model.predict(ctx, digits.matrix());
 *
 * An error is a linclass::error, with the status and the error message. A positive status, of a fit that ended early,
 * is none: it is in the result. A view that is not scaled() is read with the scale of the model that is applied to
 * it. */
#ifndef LINCLASS_LINCLASS_HPP
#define LINCLASS_LINCLASS_HPP

#include <linclass/linclass.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace linclass
{

/* What a failed call throws. what(): the name of the status, and the error message. */
class error : public std::runtime_error
{
  public:
    error(linclass_status status, const std::string &message)
        : std::runtime_error(std::string(linclass_status_string(status)) +
                             (message.empty() ? "" : ": " + message)),
          status_(status)
    {
    }

    /* LINCLASS_ERROR_* */
    linclass_status status() const noexcept
    {
        return status_;
    }

  private:
    linclass_status status_;
};

/* Consecutive elements of somebody else's memory, as std::span of C++20: of a container with data() and size(). */
template <class T> class span
{
  public:
    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size)
    {
    }
    template <std::size_t N> constexpr span(T (&array)[N]) noexcept : data_(array), size_(N)
    {
    }
    template <
        class Container,
        class = std::enable_if_t<std::is_convertible_v<
            std::remove_pointer_t<decltype(std::declval<Container &>().data())> (*)[], T (*)[]>>>
    constexpr span(Container &&container) noexcept
        : data_(container.data()), size_(container.size())
    {
    }

    constexpr T *data() const noexcept
    {
        return data_;
    }
    constexpr std::size_t size() const noexcept
    {
        return size_;
    }
    constexpr bool empty() const noexcept
    {
        return size_ == 0;
    }
    constexpr T &operator[](std::size_t index) const
    {
        return data_[index];
    }
    constexpr T *begin() const noexcept
    {
        return data_;
    }
    constexpr T *end() const noexcept
    {
        return data_ + size_;
    }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

/* LINCLASS_FLOAT64 for double, and so on. */
template <class T> inline constexpr int32_t dtype_of = 0;
template <> inline constexpr int32_t dtype_of<uint8_t> = LINCLASS_UINT8;
template <> inline constexpr int32_t dtype_of<int8_t> = LINCLASS_INT8;
template <> inline constexpr int32_t dtype_of<uint16_t> = LINCLASS_UINT16;
template <> inline constexpr int32_t dtype_of<int16_t> = LINCLASS_INT16;
template <> inline constexpr int32_t dtype_of<int32_t> = LINCLASS_INT32;
template <> inline constexpr int32_t dtype_of<int64_t> = LINCLASS_INT64;
template <> inline constexpr int32_t dtype_of<float> = LINCLASS_FLOAT32;
template <> inline constexpr int32_t dtype_of<double> = LINCLASS_FLOAT64;

/* Options and reports are those of C, with their defaults. */
struct context_options : linclass_context_options {
    context_options() : linclass_context_options()
    {
        (void)linclass_context_options_init(this, sizeof(linclass_context_options));
    }
};
struct fit_options : linclass_fit_options {
    fit_options() : linclass_fit_options()
    {
        (void)linclass_fit_options_init(this, sizeof(linclass_fit_options));
    }
};
struct fit_report : linclass_fit_report {
    fit_report() : linclass_fit_report()
    {
        (void)linclass_fit_report_init(this, sizeof(linclass_fit_report));
    }
};
struct read_options : linclass_read_options {
    read_options() : linclass_read_options()
    {
        (void)linclass_read_options_init(this, sizeof(linclass_read_options));
    }
};

/* Threads, allocator, work space; used by one thread at a time. */
class context
{
  public:
    /* threads: 0: as many as the process may run on. */
    explicit context(int32_t threads = 0)
    {
        context_options options;
        options.threads = threads;
        create(options);
    }
    explicit context(const linclass_context_options &options)
    {
        create(options);
    }

    linclass_context *get() const noexcept
    {
        return handle_.get();
    }
    int32_t threads() const noexcept
    {
        return linclass_context_threads(get());
    }
    /* Throw for a negative status, with the error message of the last call; return others. */
    linclass_status check(linclass_status status) const
    {
        if (status < 0)
            throw error(status, linclass_context_message(get()));
        return status;
    }

  private:
    struct destroy {
        void operator()(linclass_context *handle) const noexcept
        {
            linclass_context_destroy(handle);
        }
    };
    void create(const linclass_context_options &options)
    {
        linclass_context *made = nullptr;
        const linclass_status status = linclass_context_create(&options, &made);
        handle_.reset(made);
        if (status < 0)
            throw error(status, "no context could be created");
    }
    std::unique_ptr<linclass_context, destroy> handle_;
};

/* Samples as rows, in memory of the caller's, which must outlive the view. */
class matrix_view
{
  public:
    /* Row-major elements: rows * cols of them. */
    template <class T> matrix_view(span<const T> elements, int64_t rows, int64_t cols)
    {
        check(rows >= 0 && cols >= 0 &&
                  (cols == 0 || static_cast<std::size_t>(rows) ==
                                    elements.size() / static_cast<std::size_t>(cols)) &&
                  static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols) ==
                      elements.size(),
              "a matrix of rows x cols has another number of elements");
        describe<T>(elements.data(), rows, cols, cols);
    }
    template <class Container, class T = std::remove_cv_t<std::remove_pointer_t<
                                   decltype(std::declval<const Container &>().data())>>>
    matrix_view(const Container &elements, int64_t rows, int64_t cols)
        : matrix_view(span<const T>(elements.data(), elements.size()), rows, cols)
    {
    }
    /* Rows that are ld >= cols elements apart. */
    template <class T> matrix_view(const T *data, int64_t rows, int64_t cols, int64_t ld)
    {
        describe<T>(data, rows, cols, ld);
    }
    /* Any view of C, with its scale. */
    explicit matrix_view(const linclass_matrix &view) : view_(view)
    {
    }

    /* Sparse rows (linclass_matrix_init_csr); values: empty where each is 1. */
    template <class Index, class T>
    static matrix_view csr(int64_t cols, span<const int64_t> row_starts, span<const Index> columns,
                           span<const T> values)
    {
        matrix_view made;
        const int64_t rows = row_starts.empty() ? 0 : static_cast<int64_t>(row_starts.size()) - 1;
        check(
            columns.size() ==
                    (rows == 0 ? 0 : static_cast<std::size_t>(row_starts[row_starts.size() - 1])) &&
                (values.empty() || values.size() == columns.size()),
            "sparse rows have another number of elements than their starts say");
        check_status(linclass_matrix_init_csr(&made.view_, sizeof made.view_, dtype_of<T>, rows,
                                              cols, row_starts.data(), dtype_of<Index>,
                                              columns.data(), values.data()));
        return made;
    }

    /* The same view, with every element multiplied by `scale`. */
    matrix_view scaled(double scale) const
    {
        matrix_view made = *this;
        made.view_.scale = scale;
        return made;
    }
    const linclass_matrix &get() const noexcept
    {
        return view_;
    }
    int64_t rows() const noexcept
    {
        return view_.rows;
    }
    int64_t cols() const noexcept
    {
        return view_.cols;
    }

  private:
    matrix_view() = default;
    static void check(bool right, const char *message)
    {
        if (!right)
            throw error(LINCLASS_ERROR_DIMENSION, message);
    }
    static void check_status(linclass_status status)
    {
        if (status < 0)
            throw error(status, "a matrix view");
    }
    template <class T> void describe(const T *data, int64_t rows, int64_t cols, int64_t ld)
    {
        static_assert(dtype_of<T> != 0, "the library has no such type of elements");
        check_status(linclass_matrix_init(&view_, sizeof view_, dtype_of<T>, rows, cols, data, ld));
    }
    linclass_matrix view_{};
};

/* Samples and labels, as read. */
class dataset
{
  public:
    explicit dataset(linclass_dataset *owned) noexcept : handle_(owned)
    {
    }
    static dataset read(const context &ctx, const std::string &path,
                        const linclass_read_options &options = read_options())
    {
        linclass_dataset *made = nullptr;
        const linclass_status status =
            linclass_dataset_read(ctx.get(), path.c_str(), &options, &made);
        return taken(ctx, status, made);
    }
    /* labels: "" for none. */
    static dataset read_idx(const context &ctx, const std::string &images,
                            const std::string &labels = "")
    {
        linclass_dataset *made = nullptr;
        const linclass_status status = linclass_dataset_read_idx(
            ctx.get(), images.c_str(), labels.empty() ? nullptr : labels.c_str(), &made);
        return taken(ctx, status, made);
    }

    const linclass_dataset *get() const noexcept
    {
        return handle_.get();
    }
    /* Valid as long as the data set. */
    matrix_view matrix() const
    {
        linclass_matrix view{};
        if (linclass_dataset_matrix(get(), &view, sizeof view) < 0)
            throw error(LINCLASS_ERROR_INVALID_ARGUMENT, "no data set");
        return matrix_view(view);
    }
    /* Empty where there are none. */
    span<const int64_t> labels() const
    {
        const int64_t *labels = linclass_dataset_labels(get());
        return {labels, labels == nullptr ? 0 : static_cast<std::size_t>(matrix().rows())};
    }
    /* The text of a label, where it has one. */
    std::optional<std::string_view> class_name(int64_t label) const
    {
        const char *name = linclass_dataset_class_name(get(), label);
        return name == nullptr ? std::nullopt : std::optional<std::string_view>(name);
    }
    /* How the columns of a table became features; null where it was none. */
    const linclass_encoding *encoding() const noexcept
    {
        return linclass_dataset_encoding(get());
    }

  private:
    struct destroy {
        void operator()(linclass_dataset *handle) const noexcept
        {
            linclass_dataset_destroy(handle);
        }
    };
    static dataset taken(const context &ctx, linclass_status status, linclass_dataset *made)
    {
        dataset result(made);
        ctx.check(status);
        return result;
    }
    std::unique_ptr<linclass_dataset, destroy> handle_;
};

/* What model::evaluate returns: arrays in the order of the labels. */
struct evaluation {
    int64_t samples = 0;
    double loss = 0;
    double error = 0;
    double accuracy = 0;
    std::vector<int64_t> confusion; /* k x k: a row for each true class */
    std::vector<double> precision;
    std::vector<double> recall;
    std::vector<double> f1;
    std::vector<int64_t> support;
};

/* An immutable classifier; any number of threads may use it, each with its own context. */
class model
{
  public:
    explicit model(linclass_model *owned) noexcept : handle_(owned)
    {
    }
    static model load(const context &ctx, const std::string &path)
    {
        linclass_model *made = nullptr;
        const linclass_status status = linclass_model_load(ctx.get(), path.c_str(), &made);
        return taken(ctx, status, made);
    }
    static model deserialize(const context &ctx, span<const char> bytes)
    {
        linclass_model *made = nullptr;
        const linclass_status status = linclass_model_deserialize(
            ctx.get(), bytes.data(), static_cast<int64_t>(bytes.size()), &made);
        return taken(ctx, status, made);
    }
    static model import_liblinear(const context &ctx, const std::string &path)
    {
        linclass_model *made = nullptr;
        const linclass_status status =
            linclass_model_import_liblinear(ctx.get(), path.c_str(), &made);
        return taken(ctx, status, made);
    }

    void save(const context &ctx, const std::string &path) const
    {
        ctx.check(linclass_model_save(ctx.get(), get(), path.c_str()));
    }
    std::vector<char> serialize(const context &ctx) const
    {
        int64_t length = 0;
        ctx.check(linclass_model_serialize(ctx.get(), get(), nullptr, 0, &length));
        std::vector<char> bytes(static_cast<std::size_t>(length));
        ctx.check(linclass_model_serialize(ctx.get(), get(), bytes.data(), length, &length));
        return bytes;
    }
    /* format: LINCLASS_EXPORT_* */
    void export_to(const context &ctx, int32_t format, const std::string &path,
                   const std::string &name = "linclass") const
    {
        ctx.check(linclass_model_export(ctx.get(), get(), format, name.c_str(), path.c_str()));
    }

    const linclass_model *get() const noexcept
    {
        return handle_.get();
    }
    int64_t features() const noexcept
    {
        return linclass_model_features(get());
    }
    int64_t classes() const noexcept
    {
        return linclass_model_classes(get());
    }
    double scale() const noexcept
    {
        return linclass_model_scale(get());
    }
    span<const int64_t> labels() const noexcept
    {
        return {linclass_model_labels(get()), static_cast<std::size_t>(classes())};
    }
    std::optional<std::string_view> class_name(int64_t label) const
    {
        const char *name = linclass_model_class_name(get(), label);
        return name == nullptr ? std::nullopt : std::optional<std::string_view>(name);
    }
    /* Of another table, for read_options.encoding; null: the model has none. */
    const linclass_encoding *encoding() const noexcept
    {
        return linclass_model_encoding(get());
    }

    /* labels: one for each row, output. */
    void predict(const context &ctx, const matrix_view &X, span<int64_t> labels) const
    {
        require(labels.size(), X.rows());
        const linclass_matrix &view = X.get();
        ctx.check(linclass_model_predict(ctx.get(), get(), &view, labels.data()));
    }
    std::vector<int64_t> predict(const context &ctx, const matrix_view &X) const
    {
        std::vector<int64_t> labels(static_cast<std::size_t>(X.rows()));
        predict(ctx, X, labels);
        return labels;
    }
    /* H, Z: rows x k, row-major, float or double, output. */
    template <class T> void scores(const context &ctx, const matrix_view &X, span<T> H) const
    {
        require(H.size(), X.rows() * classes());
        const linclass_matrix &view = X.get();
        ctx.check(linclass_model_scores(ctx.get(), get(), &view, dtype_of<T>, H.data(), classes()));
    }
    template <class T = double>
    std::vector<T> scores(const context &ctx, const matrix_view &X) const
    {
        std::vector<T> H(static_cast<std::size_t>(X.rows() * classes()));
        scores(ctx, X, span<T>(H));
        return H;
    }
    template <class T> void probabilities(const context &ctx, const matrix_view &X, span<T> Z) const
    {
        require(Z.size(), X.rows() * classes());
        const linclass_matrix &view = X.get();
        ctx.check(linclass_model_probabilities(ctx.get(), get(), &view, dtype_of<T>, Z.data(),
                                               classes()));
    }
    template <class T = double>
    std::vector<T> probabilities(const context &ctx, const matrix_view &X) const
    {
        std::vector<T> Z(static_cast<std::size_t>(X.rows() * classes()));
        probabilities(ctx, X, span<T>(Z));
        return Z;
    }
    evaluation evaluate(const context &ctx, const matrix_view &X, span<const int64_t> y) const
    {
        require(y.size(), X.rows());
        const std::size_t k = static_cast<std::size_t>(classes());
        evaluation found;
        found.confusion.resize(k * k);
        found.precision.resize(k);
        found.recall.resize(k);
        found.f1.resize(k);
        found.support.resize(k);
        linclass_evaluation asked{};
        ctx.check(linclass_evaluation_init(&asked, sizeof asked));
        asked.confusion = found.confusion.data();
        asked.precision = found.precision.data();
        asked.recall = found.recall.data();
        asked.f1 = found.f1.data();
        asked.support = found.support.data();
        const linclass_matrix &view = X.get();
        ctx.check(linclass_model_evaluate(ctx.get(), get(), &view, y.data(), &asked));
        found.samples = asked.samples;
        found.loss = asked.loss;
        found.error = asked.error;
        found.accuracy = asked.accuracy;
        return found;
    }

  private:
    struct destroy {
        void operator()(linclass_model *handle) const noexcept
        {
            linclass_model_destroy(handle);
        }
    };
    static model taken(const context &ctx, linclass_status status, linclass_model *made)
    {
        model result(made);
        ctx.check(status);
        return result;
    }
    static void require(std::size_t size, int64_t wanted)
    {
        if (size != static_cast<std::size_t>(wanted))
            throw error(LINCLASS_ERROR_DIMENSION, "an array has " + std::to_string(size) +
                                                      " elements, not " + std::to_string(wanted));
    }
    std::unique_ptr<linclass_model, destroy> handle_;
};

struct fit_result {
    linclass::model model;
    fit_report report;
    linclass_status status; /* 0, or why the fit ended early */
};

/* Called after every epoch or iteration; false stops the fit. What it throws stops the fit, and is thrown by fit. */
using progress_function = std::function<bool(const linclass_progress &)>;

/* y: a label for each row; empty only with options.target_probabilities. */
inline fit_result fit(const context &ctx, const matrix_view &X, span<const int64_t> y,
                      linclass_fit_options options = fit_options(),
                      const progress_function &progress = nullptr)
{
    if (!y.empty() && y.size() != static_cast<std::size_t>(X.rows()))
        throw error(LINCLASS_ERROR_DIMENSION, "y has " + std::to_string(y.size()) +
                                                  " labels, X has " + std::to_string(X.rows()) +
                                                  " rows");
    struct watch {
        const progress_function &function;
        std::exception_ptr thrown;
    } watched{progress, nullptr};
    if (progress) {
        options.progress = [](const linclass_progress *state, void *user) -> int32_t {
            watch &self = *static_cast<watch *>(user);
            try {
                return self.function(*state) ? 0 : 1;
            } catch (...) {
                self.thrown = std::current_exception();
                return 1;
            }
        };
        options.progress_user = &watched;
    }
    fit_report report;
    linclass_model *made = nullptr;
    const linclass_status status =
        linclass_fit(ctx.get(), &X.get(), y.data(), &options, &report, &made);
    model fitted(made);
    if (watched.thrown)
        std::rethrow_exception(watched.thrown);
    ctx.check(status);
    return {std::move(fitted), report, status};
}

} // namespace linclass

#endif
