// A single channel leaves oneDNN's vectors mostly empty. Two of the three maps do better as a matrix product with the patches of the large image as rows: one for
// each pixel of the small image, with k k numbers. From two channels on they do not (benchmarks/README.md).
#pragma once
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include "convolution.h"

namespace elbow {

class Patches : public Convolution {
public:
    explicit Patches(const Convolution& sizes) : Convolution(sizes) {}

    // The patches hold at most four times as many numbers as the image.
    bool suit() const { return C == 1 && k <= 2 * stride; }

    at::Tensor shrink(const at::Tensor& large, const at::Tensor& weight, const at::Tensor& bias) const { return by_libtorch(large, weight, bias); }

    at::Tensor grow(const at::Tensor& small, const at::Tensor& weight, const at::Tensor& bias) const { return fold(pixels(small).mm(matrix(weight)), bias); }

    at::Tensor kernel(const at::Tensor& large, const at::Tensor& small) const { return pixels(small).t().mm(unfold(large)).view(kernel_shape()); }

private:
    // (O, k k), and the pixels of channels-innermost images (B height width, O) without a copy.
    at::Tensor matrix(const at::Tensor& weight) const { return weight.reshape({O, -1}); }
    at::Tensor pixels(const at::Tensor& small) const { return small.permute({0, 2, 3, 1}).reshape({-1, O}); }

    template <typename Body> void each(int64_t image, Body&& body) const {
        for (int64_t h = 0; h < height; ++h)
            for (int64_t w = 0; w < width; ++w)
                for (int64_t i = 0; i < k; ++i) {
                    const int64_t y = h * stride - padding + i;
                    if (y < 0 || y >= H) continue;
                    const int64_t left = w * stride - padding;
                    const int64_t begin = left < 0 ? -left : 0, end = W - left < k ? W - left : k;
                    body(((image * height + h) * width + w) * k * k + i * k, (image * H + y) * W + left, begin, end);
                }
    }

    template <typename Body> void parallel(Body&& body) const {
        at::parallel_for(0, B, 1 + 32768 / (1 + height * width * k * k), [&](int64_t from, int64_t to) {
            for (int64_t image = from; image < to; ++image) each(image, body);
        });
    }

    // The large image: patches added up where they overlap, over the bias of the channel.
    at::Tensor fold(const at::Tensor& rows, const at::Tensor& bias) const {
        auto image = at::empty(large_shape(), rows.options());
        if (bias.defined()) image.copy_(bias.view({1, 1, 1, 1}).expand_as(image)); else image.zero_();
        AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "fold", [&] {
            const auto* from = rows.data_ptr<scalar_t>();
            auto* to = image.data_ptr<scalar_t>();
            parallel([&](int64_t row, int64_t pixel, int64_t begin, int64_t end) {
                for (int64_t j = begin; j < end; ++j) to[pixel + j] += from[row + j];
            });
        });
        return image;
    }

    // Its patches, with zeros outside the image.
    at::Tensor unfold(const at::Tensor& large) const {
        const auto image = large.contiguous();
        auto rows = at::zeros({B * height * width, k * k}, image.options());
        AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "unfold", [&] {
            const auto* from = image.data_ptr<scalar_t>();
            auto* to = rows.data_ptr<scalar_t>();
            parallel([&](int64_t row, int64_t pixel, int64_t begin, int64_t end) {
                for (int64_t j = begin; j < end; ++j) to[row + j] = from[pixel + j];
            });
        });
        return rows;
    }
};

}  // namespace elbow
