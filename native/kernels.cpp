// The kernels that Elbow adds to libtorch, each because a measurement asked for it (benchmarks/README.md).
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <cmath>
#include <vector>
#include "shim.h"

using elbow::borrow;
using elbow::guard;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// libtorch 1.13 runs a transposed convolution as one small product per image. The same map is the input-gradient of an ordinary
// convolution whose weight is this one's, and oneDNN does that well; its own gradients are an ordinary convolution and a weight-gradient.
struct ConvTranspose2d : torch::autograd::Function<ConvTranspose2d> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                              int64_t stride, int64_t padding, int64_t outputPadding) {
        const auto size = [&](int64_t axis) {
            return (x.size(axis) - 1) * stride - 2 * padding + weight.size(axis) + outputPadding;
        };
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        // Stands for the input of the ordinary convolution, of which only shape and layout matter: its memory is never touched.
        const auto format = weight.suggest_memory_format();
        const auto like = at::empty({x.size(0), weight.size(1), size(2), size(3)}, x.options().memory_format(format));
        return std::get<0>(at::convolution_backward(x, like, weight, c10::nullopt, {stride, stride}, {padding, padding}, {1, 1},
                                                    false, {0, 0}, 1, {true, false, false}));
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        const auto stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        at::Tensor gradX, gradWeight;
        if (context->needs_input_grad(0)) gradX = at::conv2d(grad, weight, {}, stride, padding);
        if (context->needs_input_grad(1))
            gradWeight = std::get<1>(at::convolution_backward(x, grad, weight, c10::nullopt, {stride, stride}, {padding, padding}, {1, 1},
                                                              false, {0, 0}, 1, {false, true, false}));
        return {gradX, gradWeight, {}, {}, {}};
    }
};

template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void adam(T* p, const T* g, T* m, T* v, int64_t n, T lr, T beta1, T beta2, T eps, T decay, T scale, T correction2, bool decoupled) {
    const T shrink = decoupled ? 1 - lr * decay : 1, l2 = decoupled ? 0 : decay;
    for (int64_t i = 0; i < n; ++i) {
        const T grad = g[i] + l2 * p[i];
        m[i] = beta1 * m[i] + (1 - beta1) * grad;
        v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;
        p[i] = shrink * p[i] - scale * m[i] / (std::sqrt(v[i]) / correction2 + eps);
    }
}

// Adamax keeps the infinity norm: v = max(beta2 v, |g| + eps), no second bias correction.
template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void adamax(T* p, const T* g, T* m, T* v, int64_t n, T beta1, T beta2, T eps, T decay, T scale) {
    for (int64_t i = 0; i < n; ++i) {
        const T grad = g[i] + decay * p[i];
        const T size = std::fabs(grad) + eps, kept = beta2 * v[i];
        m[i] = beta1 * m[i] + (1 - beta1) * grad;
        v[i] = kept > size ? kept : size;
        p[i] -= scale * m[i] / v[i];
    }
}

struct Chunk { int32_t tensor; int64_t begin, length; };

}  // namespace

extern "C" {

int elbow_conv_transpose2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding, int64_t outputPadding, ElbowTensor* out) {
    return guard([&] {
        auto y = ConvTranspose2d::apply(borrow(x), borrow(weight), stride, padding, outputPadding);
        if (bias) y = y + borrow(bias).view({1, -1, 1, 1});
        *out = elbow::give(std::move(y));
    });
}

int elbow_adam_step(const ElbowTensor* parameters, const ElbowTensor* gradients, const ElbowTensor* m, const ElbowTensor* v,
                    int32_t count, const ElbowAdam* o) {
    return guard([&] {
        constexpr int64_t grain = 1 << 14;
        at::NoGradGuard noGrad;
        std::vector<Chunk> chunks;
        std::vector<at::Tensor> p, g, first, second;
        for (int32_t k = 0; k < count; ++k) {
            p.push_back(borrow(parameters[k]));
            g.push_back(borrow(gradients[k]));
            if (g[k].strides() != p[k].strides()) g[k] = at::empty_like(p[k]).copy_(g[k]);
            first.push_back(borrow(m[k]));
            second.push_back(borrow(v[k]));
            TORCH_CHECK(g[k].strides() == p[k].strides() && first[k].strides() == p[k].strides() && second[k].strides() == p[k].strides()
                        && p[k].is_non_overlapping_and_dense(), "adam: parameter ", k, " and its state differ in layout");
            TORCH_CHECK(p[k].scalar_type() == p[0].scalar_type() && p[k].is_cpu(), "adam: parameters must share one dtype, on the CPU");
            for (int64_t begin = 0; begin < p[k].numel(); begin += grain) chunks.push_back({k, begin, std::min(grain, p[k].numel() - begin)});
        }
        if (chunks.empty()) return;
        AT_DISPATCH_FLOATING_TYPES(p[0].scalar_type(), "adam", [&] {
            at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t from, int64_t to) {
                for (int64_t c = from; c < to; ++c) {
                    const auto& chunk = chunks[c];
                    const auto at = [&](std::vector<at::Tensor>& list) { return list[chunk.tensor].data_ptr<scalar_t>() + chunk.begin; };
                    const auto scale = static_cast<scalar_t>(o->lr / o->biasCorrection1);
                    const scalar_t beta1 = o->beta1, beta2 = o->beta2, eps = o->eps, decay = o->weightDecay;
                    if (o->infinityNorm) adamax<scalar_t>(at(p), at(g), at(first), at(second), chunk.length, beta1, beta2, eps, decay, scale);
                    else adam<scalar_t>(at(p), at(g), at(first), at(second), chunk.length, static_cast<scalar_t>(o->lr), beta1, beta2, eps, decay,
                                        scale, static_cast<scalar_t>(o->biasCorrection2Sqrt), o->decoupled != 0);
                }
            });
        });
        for (auto& tensor : p) tensor.unsafeGetTensorImpl()->bump_version();
    });
}

}  // extern "C"
