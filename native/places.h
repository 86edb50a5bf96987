// Into a small image oneDNN enters its kernel anew for each row of each image, which at rows of 2 to 4 places costs a third of the time, and it
// multiplies the zeros around the image. Up to this many places in a row, matrix products place by place do better: what a place sees of one row of
// the large image, channels innermost, is a run of numbers, as is what it sees of one row of the kernel, and nothing is copied.
#pragma once
#include <ATen/Parallel.h>
#include <algorithm>
#include "convolution.h"

namespace elbow {

class Places : public Convolution {
public:
    explicit Places(const Convolution& sizes) : Convolution(sizes) {}

    bool suit() const { return C >= kFewestChannels && O >= kFewestPlaceChannels && height <= kMostPlacesInARow && width <= kMostPlacesInARow; }

    at::Tensor shrink(const at::Tensor& large, const at::Tensor& weight, const at::Tensor& bias) const {
        const auto x = innermost(large), w = innermost(weight);
        auto y = over(bias, small_shape(), x);
        run(B, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            images(y, first, count, place, O).addmm_(images(x, first, count, pixel, n), piece(w, {n, O}, {1, k * k * C}, tap));
        });
        return y;
    }

    at::Tensor grow(const at::Tensor& small, const at::Tensor& weight, const at::Tensor& bias) const {
        const auto y = innermost(small), w = innermost(weight);
        auto x = over(bias, large_shape(), y);
        run(B, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            images(x, first, count, pixel, n).addmm_(images(y, first, count, place, O), piece(w, {O, n}, {k * k * C, 1}, tap));
        });
        return x;
    }

    at::Tensor kernel(const at::Tensor& large, const at::Tensor& small) const {
        const auto x = innermost(large), y = innermost(small);
        auto w = over({}, kernel_shape(), x);
        run(O, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            piece(w, {count, n}, {k * k * C, 1}, first * k * k * C + tap).addmm_(piece(y, {count, B}, {1, height * width * O}, place + first), images(x, 0, B, pixel, n));
        });
        return w;
    }

private:
    static constexpr int64_t kMostPlacesInARow = 4, kFewestChannels = 32, kFewestPlaceChannels = 16;

    // n numbers of each of some images, from one on.
    static at::Tensor images(const at::Tensor& all, int64_t first, int64_t count, int64_t from, int64_t n) {
        const int64_t one = all.numel() / all.size(0);
        return piece(all, {count, n}, {one, 1}, first * one + from);
    }

    static at::Tensor piece(const at::Tensor& all, at::IntArrayRef sizes, at::IntArrayRef strides, int64_t from) {
        return all.as_strided(sizes, strides, all.storage_offset() + from);
    }

    // Each thread takes a share of the rows of every product, so that no two add into one number and threads meet once.
    template <typename Product> void run(int64_t rows, Product&& product) const {
        at::parallel_for(0, rows, 16, [&](int64_t from, int64_t to) {
            at::NoGradGuard noGrad;
            for (int64_t i = 0; i < height; ++i)
                for (int64_t j = 0; j < width; ++j) {
                    const int64_t top = i * stride - padding, left = j * stride - padding;
                    const int64_t begin = std::max<int64_t>(0, -left), n = (std::min(k, W - left) - begin) * C;
                    for (int64_t u = std::max<int64_t>(0, -top); u < std::min(k, H - top); ++u)
                        if (n > 0) product(from, to - from, (i * width + j) * O, ((top + u) * W + left + begin) * C, (u * k + begin) * C, n);
                }
        });
    }
};

}  // namespace elbow
