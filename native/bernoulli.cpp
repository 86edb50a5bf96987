// log p(x) = sum_d x_d l_d - log(1 + exp l_d), from logits l, in one pass over memory, and its gradient in another. The composed form takes
// five full-size temporaries and a logarithm for each pixel; here one logarithm serves a block of pixels, as log of a product.
//
// This file alone is compiled with -ffast-math, which lets the compiler use the vector exp and log of libmvec (4 ulp).
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <cmath>
#include "shim.h"

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int kLanes = 32;
// Factors of a product are in (1, 2]: 64 of them stay below 2^64, far from overflow in float.
constexpr int64_t kBlock = 64 * kLanes;

template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
double row_log_prob(const T* x, const T* l, int64_t n) {
    double total = 0;
    for (int64_t begin = 0; begin < n; begin += kBlock) {
        const int64_t end = begin + kBlock < n ? begin + kBlock : n;
        T product[kLanes], sum[kLanes];
        for (int k = 0; k < kLanes; ++k) product[k] = 1, sum[k] = 0;
        int64_t i = begin;
        for (; i + kLanes <= end; i += kLanes) {
            for (int k = 0; k < kLanes; ++k) {
                const T logit = l[i + k];
                sum[k] += x[i + k] * logit - (logit > 0 ? logit : T(0));
                product[k] *= 1 + std::exp(-std::fabs(logit));
            }
        }
        for (int k = 0; i < end; ++i, ++k) {
            const T logit = l[i];
            sum[k] += x[i] * logit - (logit > 0 ? logit : T(0));
            product[k] *= 1 + std::exp(-std::fabs(logit));
        }
        for (int k = 0; k < kLanes; ++k) sum[k] -= std::log(product[k]);
        for (int k = 0; k < kLanes; ++k) total += sum[k];
    }
    return total;
}

template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void row_gradient(const T* x, const T* l, T g, T* out, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
        // From |l|, so that nothing overflows: this file must not rely on infinities.
        const T e = std::exp(-std::fabs(l[i])), s = 1 / (1 + e);
        out[i] = g * (x[i] - (l[i] > 0 ? s : e * s));
    }
}

// Rows of x repeat over the leading (sample) axes of the logits.
struct BernoulliLogProb : torch::autograd::Function<BernoulliLogProb> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& logits) {
        context->save_for_backward({x, logits});
        const int64_t D = logits.size(-1), rows = logits.numel() / D, period = x.numel() / D;
        auto result = at::empty(logits.sizes().slice(0, logits.dim() - 1), logits.options());
        AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "bernoulli_log_prob", [&] {
            const auto *px = x.data_ptr<scalar_t>(), *pl = logits.data_ptr<scalar_t>();
            auto* out = result.data_ptr<scalar_t>();
            at::parallel_for(0, rows, 1 + 8192 / D, [&](int64_t from, int64_t to) {
                for (int64_t r = from; r < to; ++r) out[r] = static_cast<scalar_t>(row_log_prob(px + r % period * D, pl + r * D, D));
            });
        });
        return result;
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &logits = saved[1];
        // A gradient that is to be differentiated again must be made of operators that record.
        if (at::GradMode::is_enabled()) return {at::Tensor(), grads[0].unsqueeze(-1) * (x - logits.sigmoid())};
        const auto g = grads[0].contiguous();
        const int64_t D = logits.size(-1), rows = logits.numel() / D, period = x.numel() / D;
        auto result = at::empty_like(logits);
        AT_DISPATCH_FLOATING_TYPES(logits.scalar_type(), "bernoulli_log_prob_backward", [&] {
            const auto *px = x.data_ptr<scalar_t>(), *pl = logits.data_ptr<scalar_t>(), *pg = g.data_ptr<scalar_t>();
            auto* out = result.data_ptr<scalar_t>();
            at::parallel_for(0, rows, 1 + 8192 / D, [&](int64_t from, int64_t to) {
                for (int64_t r = from; r < to; ++r) row_gradient(px + r % period * D, pl + r * D, pg[r], out + r * D, D);
            });
        });
        return {at::Tensor(), result};
    }
};

}  // namespace

extern "C" int elbow_bernoulli_log_prob(ElbowTensor x, ElbowTensor logits, ElbowTensor* out) {
    return elbow::guard([&] {
        const auto tx = elbow::borrow(x), tl = elbow::borrow(logits);
        TORCH_CHECK(tx.is_cpu() && tl.is_cpu() && tx.scalar_type() == tl.scalar_type(), "x and logits must be on the CPU and of one type");
        TORCH_CHECK(tx.dim() > 0 && tx.dim() <= tl.dim() && tl.sizes().slice(tl.dim() - tx.dim()) == tx.sizes(), "x must have the trailing sizes of the logits");
        TORCH_CHECK(!tx.requires_grad() || !at::GradMode::is_enabled(), "x gets no gradient here: detach it");
        if (tl.numel() == 0) {
            *out = elbow::give(tl.sum(-1));
            return;
        }
        *out = elbow::give(BernoulliLogProb::apply(tx.contiguous(), tl.contiguous()));
    });
}
