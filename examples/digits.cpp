// Train on the digits, evaluate on other digits, save the model: in C++17.
//
//     c++ -std=c++17 digits.cpp $(pkg-config --cflags --libs linclass) -o digits
//     ./digits data/digits digits.safetensors
#include <linclass/linclass.hpp>

#include <cstdio>

static linclass::dataset read(const linclass::context &ctx, const std::string &folder,
                              const std::string &part)
{
    const std::string path = folder + "/" + part;
    return linclass::dataset::read_idx(ctx, path + "-images-idx3-ubyte.gz",
                                       path + "-labels-idx1-ubyte.gz");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: digits DATA_FOLDER MODEL\n");
        return 2;
    }
    try {
        const linclass::context ctx;
        const linclass::dataset train = read(ctx, argv[1], "train");
        const linclass::dataset test = read(ctx, argv[1], "test");

        linclass::fit_options options;
        options.l2 = 1e-3;
        // Pixels are 0..16; predictions of the model read them with the same scale.
        const auto [model, report, status] =
            linclass::fit(ctx, train.matrix().scaled(1.0 / 16), train.labels(), options);
        std::printf("%lld iterations, loss %.4f\n", static_cast<long long>(report.iterations),
                    report.loss);

        const linclass::evaluation result = model.evaluate(ctx, test.matrix(), test.labels());
        std::printf("%.2f %% of %lld digits are right\n", 100 * result.accuracy,
                    static_cast<long long>(result.samples));
        model.save(ctx, argv[2]);
        return status == LINCLASS_OK ? 0 : 1;
    } catch (const linclass::error &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
