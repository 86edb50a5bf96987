// A convolution's sizes, and what the ways of computing one have in common.
#pragma once
#include <ATen/ATen.h>
#include "shim.h"

namespace elbow {

// Between a large image (B, C, H, W) and a small one (B, O, height, width), by a kernel (O, C, k, k). A way of computing it has three maps:
//   shrink: large and kernel to small, the convolution; grow: small and kernel to large, its gradient by the large image, which is the transposed
//   convolution; kernel: large and small to kernel, its gradient by the kernel.
// The first two begin with the bias of each channel, where there is one.
struct Convolution {
    int64_t B, C, H, W, O, height, width, k, stride, padding;

    Convolution(at::IntArrayRef large, at::IntArrayRef small, int64_t k, int64_t stride, int64_t padding)
        : B(large[0]), C(large[1]), H(large[2]), W(large[3]), O(small[1]), height(small[2]), width(small[3]), k(k), stride(stride), padding(padding) {}

    at::DimVector large_shape() const { return {B, C, H, W}; }
    at::DimVector small_shape() const { return {B, O, height, width}; }
    at::DimVector kernel_shape() const { return {O, C, k, k}; }

    // The convolution by libtorch.
    at::Tensor by_libtorch(const at::Tensor& large, const at::Tensor& weight, const at::Tensor& bias) const {
        return at::conv2d(large, weight, bias.defined() ? optional<at::Tensor>(bias) : nullopt, stride, padding);
    }

    static at::Tensor innermost(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

    // A tensor to add to, channels innermost, that begins as the bias of each channel.
    static at::Tensor over(const at::Tensor& bias, at::IntArrayRef shape, const at::Tensor& like) {
        const auto result = at::empty(shape, like.options().memory_format(at::MemoryFormat::ChannelsLast));
        return bias.defined() ? result.copy_(bias.view({1, -1, 1, 1}).expand(shape)) : result.zero_();
    }
};

}  // namespace elbow
