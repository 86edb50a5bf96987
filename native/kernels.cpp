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

// Few channels leave oneDNN's vectors mostly empty. Up to this many, two matrix products do better, with the patches of the large image
// as rows: one for each pixel of the small image, with O k k numbers.
constexpr int64_t kFewChannels = 4;

struct Patches {
    int64_t B, O, H, W, height, width, k, stride, padding;  // H x W: the small image; height x width: the large one

    template <typename Body> void each(int64_t image, Body&& body) const {
        for (int64_t h = 0; h < H; ++h)
            for (int64_t w = 0; w < W; ++w)
                for (int64_t o = 0; o < O; ++o)
                    for (int64_t i = 0; i < k; ++i) {
                        const int64_t y = h * stride - padding + i;
                        if (y < 0 || y >= height) continue;
                        const int64_t left = w * stride - padding;
                        const int64_t begin = left < 0 ? -left : 0, end = width - left < k ? width - left : k;
                        body((((image * H + h) * W + w) * O + o) * k * k + i * k, ((image * O + o) * height + y) * width + left, begin, end);
                    }
    }

    template <typename Body> void parallel(Body&& body) const {
        at::parallel_for(0, B, 1 + 32768 / (1 + H * W * O * k * k), [&](int64_t from, int64_t to) {
            for (int64_t image = from; image < to; ++image) each(image, body);
        });
    }

    // The large image: patches added up where they overlap, over the bias of the channel.
    at::Tensor fold(const at::Tensor& rows, const elbow::optional<at::Tensor>& bias) const {
        auto image = at::empty({B, O, height, width}, rows.options());
        if (bias) image.copy_(bias->view({1, -1, 1, 1}).expand_as(image)); else image.zero_();
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
    at::Tensor unfold(const at::Tensor& image) const {
        auto rows = at::zeros({B * H * W, O * k * k}, image.options());
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

// libtorch 1.13 runs a transposed convolution as one small product per image. The same map is the input-gradient of an ordinary
// convolution whose weight is this one's, and oneDNN does that well; its own gradients are an ordinary convolution and a weight-gradient.
// The bias, if there is one, is added in place: libtorch's own addition would be one more image-sized tensor.
struct ConvTranspose2d : torch::autograd::Function<ConvTranspose2d> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias,
                              int64_t stride, int64_t padding, int64_t extraHeight, int64_t extraWidth) {
        const auto size = [&](int64_t axis, int64_t extra) {
            return (x.size(axis) - 1) * stride - 2 * padding + weight.size(axis) + extra;
        };
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        if (few(weight, stride)) {
            const auto large = patches(x, weight, size(2, extraHeight), size(3, extraWidth), stride, padding);
            return large.fold(pixels(x).mm(matrix(weight)), bias);
        }
        // Stands for the input of the ordinary convolution, of which only shape and layout matter: its memory is never touched.
        const auto format = weight.suggest_memory_format();
        const auto like = at::empty({x.size(0), weight.size(1), size(2, extraHeight), size(3, extraWidth)}, x.options().memory_format(format));
        auto y = std::get<0>(at::convolution_backward(x, like, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1},
                                                      false, {0, 0}, 1, {true, false, false}));
        if (bias) y.add_(bias->view({1, -1, 1, 1}));
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        const auto stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        const bool biased = context->saved_data["bias"].toBool();
        at::Tensor gradX, gradWeight, gradBias;
        // A gradient that is to be differentiated again must be made of operators that record.
        if (few(weight, stride) && !at::GradMode::is_enabled()) {
            const auto rows = patches(x, weight, grad.size(2), grad.size(3), stride, padding).unfold(grad.contiguous());
            if (context->needs_input_grad(0))
                gradX = rows.mm(matrix(weight).t()).view({x.size(0), x.size(2), x.size(3), x.size(1)}).permute({0, 3, 1, 2});
            if (context->needs_input_grad(1)) gradWeight = pixels(x).t().mm(rows).view(weight.sizes());
            if (biased && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
            return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
        }
        if (context->needs_input_grad(0)) gradX = at::conv2d(grad, weight, {}, stride, padding);
        if (context->needs_input_grad(1))
            gradWeight = std::get<1>(at::convolution_backward(x, grad, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1},
                                                              false, {0, 0}, 1, {false, true, false}));
        if (biased && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
    }

private:
    // The patches hold at most four times as many numbers as the image.
    static bool few(const at::Tensor& weight, int64_t stride) {
        return weight.size(1) <= kFewChannels && weight.size(2) == weight.size(3) && weight.size(2) <= 2 * stride &&
               (weight.scalar_type() == at::kFloat || weight.scalar_type() == at::kDouble);
    }

    // (I, O k k), and the pixels of channels-last images (B H W, I) without a copy.
    static at::Tensor matrix(const at::Tensor& weight) { return weight.reshape({weight.size(0), -1}); }
    static at::Tensor pixels(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)}); }

    static Patches patches(const at::Tensor& x, const at::Tensor& weight, int64_t height, int64_t width, int64_t stride, int64_t padding) {
        return {x.size(0), weight.size(1), x.size(2), x.size(3), height, width, weight.size(2), stride, padding};
    }
};

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
        v[i] = kept > size ? kept : size;
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

int elbow_conv_transpose2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding,
                           int64_t extraHeight, int64_t extraWidth, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight), shift = borrow(bias);
        TORCH_CHECK(input.dim() == 4 && kernel.dim() == 4, "expected x (B, I, H, W) and weight (I, O, k, k)");
        TORCH_CHECK(input.size(1) == kernel.size(0), "x has ", input.size(1), " channels, the weight takes ", kernel.size(0));
        TORCH_CHECK(stride > 0 && padding >= 0, "stride must be at least 1 and padding at least 0, got ", stride, " and ", padding);
        for (const auto extra : {extraHeight, extraWidth})
            TORCH_CHECK(extra >= 0 && extra < stride, "output padding must be smaller than the stride, got ", extra, " and ", stride);
        TORCH_CHECK(!bias || (shift.dim() == 1 && shift.size(0) == kernel.size(1)), "the bias must be (", kernel.size(1), "), got ", shift.sizes());
        const auto maybe = bias ? elbow::optional<at::Tensor>(shift) : elbow::nullopt;
        *out = elbow::give(ConvTranspose2d::apply(input, kernel, maybe, stride, padding, extraHeight, extraWidth));
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
