// A program against the installed library: the softmax of (1, -2, 3), in C++.
#include <linclass/linclass.h>

#include <cmath>
#include <iostream>
#include <memory>
#include <vector>

int main()
{
    linclass_context *made = nullptr;
    if (linclass_context_create(nullptr, &made) != LINCLASS_OK)
        return 1;
    const std::unique_ptr<linclass_context, decltype(&linclass_context_destroy)> ctx(
        made, linclass_context_destroy);

    const std::vector<float> expected = {0.11849965f, 0.00589975f, 0.8756006f};
    std::vector<float> row = {1, -2, 3};
    if (linclass_softmax_f32(ctx.get(), 1, 3, row.data(), 3, row.data(), 3) != LINCLASS_OK) {
        std::cerr << linclass_context_message(ctx.get()) << '\n';
        return 1;
    }
    for (size_t j = 0; j < row.size(); ++j) {
        if (!(std::fabs(row[j] - expected[j]) < 1e-6f))
            return 1;
    }
    return 0;
}
