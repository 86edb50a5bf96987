// Convolutions, where a measurement asked for more than libtorch has (benchmarks/README.md).
#include <torch/csrc/autograd/custom_function.h>
#include <algorithm>
#include "patches.h"
#include "places.h"
#include "winograd.h"

using elbow::borrow;
using elbow::Convolution;
using elbow::guard;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// By operators of libtorch. Its 1.13 runs a transposed convolution as one small product per image; as the input-gradient of an ordinary one, oneDNN does it well.
struct Libtorch : Convolution {
    at::Tensor weight;

    Libtorch(const Convolution& sizes, const at::Tensor& weight) : Convolution(sizes), weight(weight) {}

    at::Tensor shrink(const at::Tensor& large, const at::Tensor&, const at::Tensor& bias) const { return by_libtorch(large, weight, bias); }

    at::Tensor grow(const at::Tensor& small, const at::Tensor&, const at::Tensor& bias) const {
        // Stands for the large image, of which only shape and layout matter: its memory is never touched.
        const auto like = at::empty(large_shape(), small.options().memory_format(weight.suggest_memory_format()));
        auto large = std::get<0>(gradients(small, like, true, false));
        // In place: libtorch's own addition would be one more image-sized tensor.
        return bias.defined() ? large.add_(bias.view({1, -1, 1, 1})) : large;
    }

    at::Tensor kernel(const at::Tensor& large, const at::Tensor& small) const { return std::get<1>(gradients(small, large, false, true)); }

private:
    std::tuple<at::Tensor, at::Tensor, at::Tensor> gradients(const at::Tensor& small, const at::Tensor& large, bool byLarge, bool byKernel) const {
        return at::convolution_backward(small, large, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1, {byLarge, byKernel, false});
    }
};

enum class Way { Libtorch, Patches, Places, Winograd };

// What all ways rely on: each would find out by itself, or would not. `taken` and `made` are the channels that the weight takes and makes.
void check_layer(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t taken, int64_t made, int64_t stride, int64_t padding) {
    constexpr int64_t kMost = int64_t{1} << 24;
    TORCH_CHECK(x.size(1) == taken, "x has ", x.size(1), " channels, the weight takes ", taken);
    TORCH_CHECK(x.scalar_type() == weight.scalar_type() && (!bias.defined() || bias.scalar_type() == weight.scalar_type()), "x, weight and bias must be of one type, got ",
                x.scalar_type(), " and ", weight.scalar_type(), bias.defined() && bias.scalar_type() != weight.scalar_type() ? " and another bias" : "");
    TORCH_CHECK(x.device() == weight.device() && (!bias.defined() || bias.device() == weight.device()), "x, weight and bias must be on one device");
    TORCH_CHECK(!bias.defined() || (bias.dim() == 1 && bias.size(0) == made), "the bias must be (", made, "), got ", bias.sizes());
    TORCH_CHECK(stride > 0 && padding >= 0 && stride <= kMost && padding <= kMost, "stride must be at least 1 and padding at least 0 (and both below 2^24), got ", stride, " and ", padding);
    TORCH_CHECK(x.size(2) > 0 && x.size(3) > 0 && weight.size(2) > 0 && weight.size(3) > 0, "neither the image nor the kernel may be empty, got ", x.sizes(), " and ", weight.sizes());
}

void check_result(int64_t height, int64_t width) {
    TORCH_CHECK(height > 0 && width > 0, "the result would have ", height, " x ", width, " places");
}

Way fastest(const Convolution& sizes, const at::Tensor& weight) {
    const auto type = weight.scalar_type();
    if (!weight.is_cpu() || (type != at::kFloat && type != at::kDouble) || weight.size(2) != weight.size(3) || sizes.B == 0) return Way::Libtorch;
    if (elbow::Patches(sizes).suit()) return Way::Patches;
    if (elbow::Places(sizes).suit()) return Way::Places;
    return elbow::Winograd<float>::suit(sizes) ? Way::Winograd : Way::Libtorch;
}

template <typename Map> at::Tensor by(Way way, const Convolution& sizes, const at::Tensor& weight, Map&& map) {
    switch (way) {
        case Way::Patches: return map(elbow::Patches(sizes));
        case Way::Places: return map(elbow::Places(sizes));
        case Way::Winograd: return weight.scalar_type() == at::kFloat ? map(elbow::Winograd<float>(sizes)) : map(elbow::Winograd<double>(sizes));
        default: return map(Libtorch(sizes, weight));
    }
}

// A convolution, or a transposed one, to an image of a given height and width.
template <bool transposed> struct Convolve : torch::autograd::Function<Convolve<transposed>> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias,
                              int64_t stride, int64_t padding, int64_t height, int64_t width) {
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        const auto sizes = between(x, {x.size(0), weight.size(transposed ? 1 : 0), height, width}, weight, stride, padding);
        return by(fastest(sizes, weight), sizes, weight, [&](const auto& maps) {
            const auto shift = bias ? *bias : at::Tensor();
            if constexpr (transposed) return maps.grow(x, weight, shift); else return maps.shrink(x, weight, shift);
        });
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        at::Tensor gradX, gradWeight, gradBias;
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        const auto sizes = between(x, grad.sizes(), weight, context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt());
        // A gradient that is to be differentiated again must be made of operators that record.
        const auto way = at::GradMode::is_enabled() ? Way::Libtorch : fastest(sizes, weight);
        if (context->needs_input_grad(0))
            gradX = by(way, sizes, weight, [&](const auto& maps) {
                if constexpr (transposed) return maps.shrink(grad, weight, {}); else return maps.grow(grad, weight, {});
            });
        if (context->needs_input_grad(1))
            gradWeight = by(way, sizes, weight, [&](const auto& maps) {
                if constexpr (transposed) return maps.kernel(grad, x); else return maps.kernel(x, grad);
            });
        return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
    }

private:
    static Convolution between(const at::Tensor& x, at::IntArrayRef y, const at::Tensor& weight, int64_t stride, int64_t padding) {
        return transposed ? Convolution(y, x.sizes(), weight.size(2), stride, padding) : Convolution(x.sizes(), y, weight.size(2), stride, padding);
    }
};

}  // namespace

extern "C" {

int elbow_conv2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight), shift = borrow(bias);
        TORCH_CHECK(input.dim() == 4 && kernel.dim() == 4, "expected x (B, C, H, W) and weight (O, C, k, k)");
        check_layer(input, kernel, shift, kernel.size(1), kernel.size(0), stride, padding);
        const auto places = [&](int64_t axis) { return (input.size(axis) + 2 * padding - kernel.size(axis) + stride) / stride; };
        check_result(places(2), places(3));
        const auto maybe = bias ? elbow::optional<at::Tensor>(shift) : elbow::nullopt;
        const bool ours = fastest(Convolution(input.sizes(), {input.size(0), kernel.size(0), places(2), places(3)}, kernel.size(2), stride, padding), kernel) != Way::Libtorch;
        *out = elbow::give(ours ? Convolve<false>::apply(input, kernel, maybe, stride, padding, places(2), places(3)) : at::conv2d(input, kernel, maybe, stride, padding));
    });
}

int32_t elbow_conv_way(const int64_t* large, const int64_t* small, int64_t k, int64_t stride, int64_t padding) {
    int32_t way = -1;
    guard([&] {
        TORCH_CHECK(k > 0 && stride > 0 && padding >= 0 && std::all_of(large, large + 4, [](int64_t size) { return size > 0; }) &&
                    std::all_of(small, small + 4, [](int64_t size) { return size > 0; }), "no layer has such sizes");
        way = static_cast<int32_t>(fastest(Convolution({large, 4}, {small, 4}, k, stride, padding), at::empty({0, 0, k, k})));
    });
    return way;
}

int elbow_conv_transpose2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding,
                           int64_t extraHeight, int64_t extraWidth, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight), shift = borrow(bias);
        TORCH_CHECK(input.dim() == 4 && kernel.dim() == 4, "expected x (B, I, H, W) and weight (I, O, k, k)");
        check_layer(input, kernel, shift, kernel.size(0), kernel.size(1), stride, padding);
        for (const auto extra : {extraHeight, extraWidth})
            TORCH_CHECK(extra >= 0 && extra < stride, "output padding must be smaller than the stride, got ", extra, " and ", stride);
        const auto size = [&](int64_t axis, int64_t extra) { return (input.size(axis) - 1) * stride - 2 * padding + kernel.size(axis) + extra; };
        check_result(size(2, extraHeight), size(3, extraWidth));
        *out = elbow::give(Convolve<true>::apply(input, kernel, bias ? elbow::optional<at::Tensor>(shift) : elbow::nullopt, stride, padding,
                                                 size(2, extraHeight), size(3, extraWidth)));
    });
}

}  // extern "C"
