// One Adam-family update of all parameters in one pass over memory: libtorch's goes tensor by tensor, operator by operator (benchmarks/README.md).
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <vector>
#include "shim.h"

using elbow::borrow;
using elbow::guard;

namespace {

// The numbers of one update in the type of the parameters. 1 - beta is rounded once: in float, 1 - 0.999f is already off by 5e-5.
template <typename T> struct Update {
    T shrink, l2, beta1, fresh1, beta2, fresh2, eps, scale, correction2;

    explicit Update(const ElbowAdam& o)
        : shrink(o.decoupled ? 1 - o.lr * o.weightDecay : 1), l2(o.decoupled ? 0 : o.weightDecay), beta1(o.beta1), fresh1(1 - o.beta1),
          beta2(o.beta2), fresh2(1 - o.beta2), eps(o.eps), scale(o.lr / o.biasCorrection1), correction2(o.biasCorrection2Sqrt) {}
};

template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void adam(T* p, const T* g, T* m, T* v, int64_t n, const Update<T> u) {
    for (int64_t i = 0; i < n; ++i) {
        const T grad = g[i] + u.l2 * p[i];
        m[i] = u.beta1 * m[i] + u.fresh1 * grad;
        v[i] = u.beta2 * v[i] + u.fresh2 * grad * grad;
        p[i] = u.shrink * p[i] - u.scale * m[i] / (std::sqrt(v[i]) / u.correction2 + u.eps);
    }
}

// Adamax keeps the infinity norm: v = max(beta2 v, |g| + eps), no second bias correction.
template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void adamax(T* p, const T* g, T* m, T* v, int64_t n, const Update<T> u) {
    for (int64_t i = 0; i < n; ++i) {
        const T grad = g[i] + u.l2 * p[i];
        const T size = std::fabs(grad) + u.eps, kept = u.beta2 * v[i];
        m[i] = u.beta1 * m[i] + u.fresh1 * grad;
        // As libtorch's maximum: what is not a number stays.
        v[i] = kept > size || kept != kept ? kept : size;
        p[i] = u.shrink * p[i] - u.scale * m[i] / v[i];
    }
}

struct Chunk { int32_t tensor; int64_t begin, length; };

bool same_layout(const at::Tensor& a, const at::Tensor& b) {
    return a.sizes() == b.sizes() && a.strides() == b.strides() && a.scalar_type() == b.scalar_type() && a.device() == b.device();
}

// A gradient in the memory order of its parameter: copied only when it differs.
at::Tensor arranged(const at::Tensor& gradient, const at::Tensor& like) {
    if (same_layout(gradient, like)) return gradient;
    TORCH_CHECK(gradient.sizes() == like.sizes(), "a parameter of shape ", like.sizes(), " has a gradient of shape ", gradient.sizes());
    return at::empty_like(like).copy_(gradient);
}

}  // namespace

extern "C" {

int elbow_adam_step(const ElbowTensor* parameters, const ElbowTensor* gradients, const ElbowTensor* m, const ElbowTensor* v,
                    int32_t count, const ElbowAdam* o) {
    return guard([&] {
        constexpr int64_t grain = 1 << 14;
        at::NoGradGuard noGrad;
        std::vector<Chunk> chunks;
        std::vector<at::Tensor> p, g, first, second;
        for (int32_t k = 0; k < count; ++k) {
            p.push_back(borrow(parameters[k]));
            g.push_back(arranged(borrow(gradients[k]), p[k]));
            first.push_back(borrow(m[k]));
            second.push_back(borrow(v[k]));
            TORCH_CHECK(p[k].scalar_type() == p[0].scalar_type() && p[k].is_cpu(), "parameters must share one dtype, on the CPU");
            TORCH_CHECK(p[k].is_non_overlapping_and_dense() && same_layout(first[k], p[k]) && same_layout(second[k], p[k]),
                        "parameter ", k, " ", p[k].sizes(), " and its state differ in shape, type or layout");
            for (int64_t begin = 0; begin < p[k].numel(); begin += grain) chunks.push_back({k, begin, std::min(grain, p[k].numel() - begin)});
        }
        if (chunks.empty()) return;
        AT_DISPATCH_FLOATING_TYPES(p[0].scalar_type(), "adam", [&] {
            const Update<scalar_t> update(*o);
            const auto step = o->infinityNorm ? adamax<scalar_t> : adam<scalar_t>;
            at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t from, int64_t to) {
                for (int64_t c = from; c < to; ++c) {
                    const auto& chunk = chunks[c];
                    const auto at = [&](std::vector<at::Tensor>& list) { return list[chunk.tensor].data_ptr<scalar_t>() + chunk.begin; };
                    step(at(p), at(g), at(first), at(second), chunk.length, update);
                }
            });
        });
        for (auto& tensor : p) tensor.unsafeGetTensorImpl()->bump_version();
    });
}

}  // extern "C"
