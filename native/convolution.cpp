// Convolutions, where a measurement asked for more than libtorch has (benchmarks/README.md).
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <algorithm>
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

// Into a small image oneDNN enters its kernel anew for each row of each image, which at rows of 2 to 4 places costs a third of the time, and it
// multiplies the zeros around the image. Up to this many places in a row, matrix products place by place do better: what a place sees of one row of
// the large image, channels innermost, is a run of numbers, as is what it sees of one row of the kernel, and nothing is copied.
constexpr int64_t kMostPlacesInARow = 4, kFewestChannels = 32, kFewestPlaceChannels = 16;

struct Places {
    int64_t B, C, H, W, O, height, width, k, stride, padding;  // H x W: the large image, C channels; height x width: the places, O channels

    Places(at::IntArrayRef large, at::IntArrayRef small, int64_t k, int64_t stride, int64_t padding)
        : B(large[0]), C(large[1]), H(large[2]), W(large[3]), O(small[1]), height(small[2]), width(small[3]), k(k), stride(stride), padding(padding) {}

    bool suit(const at::Tensor& weight) const {
        return weight.is_cpu() && (weight.scalar_type() == at::kFloat || weight.scalar_type() == at::kDouble) && weight.size(2) == weight.size(3) && B > 0 &&
               C >= kFewestChannels && O >= kFewestPlaceChannels && height > 0 && width > 0 && height <= kMostPlacesInARow && width <= kMostPlacesInARow;
    }

    // The convolution: large image (B, C, H, W) and kernel (O, C, k, k) to the small one (B, O, height, width).
    at::Tensor shrink(const at::Tensor& large, const at::Tensor& weight, const at::Tensor& bias) const {
        const auto x = innermost(large), w = innermost(weight);
        auto y = over(bias, {B, O, height, width}, x);
        run(B, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            images(y, first, count, place, O).addmm_(images(x, first, count, pixel, n), piece(w, {n, O}, {1, k * k * C}, tap));
        });
        return y;
    }

    // Its gradient by the large image, which is the transposed convolution.
    at::Tensor grow(const at::Tensor& small, const at::Tensor& weight, const at::Tensor& bias) const {
        const auto y = innermost(small), w = innermost(weight);
        auto x = over(bias, {B, C, H, W}, y);
        run(B, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            images(x, first, count, pixel, n).addmm_(images(y, first, count, place, O), piece(w, {O, n}, {k * k * C, 1}, tap));
        });
        return x;
    }

    // Its gradient by the kernel.
    at::Tensor kernel(const at::Tensor& large, const at::Tensor& small) const {
        const auto x = innermost(large), y = innermost(small);
        auto w = over({}, {O, C, k, k}, x);
        run(O, [&](int64_t first, int64_t count, int64_t place, int64_t pixel, int64_t tap, int64_t n) {
            piece(w, {count, n}, {k * k * C, 1}, first * k * k * C + tap).addmm_(piece(y, {count, B}, {1, height * width * O}, place + first), images(x, 0, B, pixel, n));
        });
        return w;
    }

private:
    static at::Tensor innermost(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).contiguous(); }

    // A tensor to add to, channels innermost, that begins as the bias of each channel.
    static at::Tensor over(const at::Tensor& bias, at::IntArrayRef shape, const at::Tensor& like) {
        const auto result = at::empty(shape, like.options().memory_format(at::MemoryFormat::ChannelsLast));
        return bias.defined() ? result.copy_(bias.view({1, -1, 1, 1}).expand(shape)) : result.zero_();
    }

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

struct PlacewiseConv2d : torch::autograd::Function<PlacewiseConv2d> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias,
                              int64_t stride, int64_t padding, int64_t height, int64_t width) {
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        return Places(x.sizes(), {x.size(0), weight.size(0), height, width}, weight.size(2), stride, padding).shrink(x, weight, bias ? *bias : at::Tensor());
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        const auto stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        at::Tensor gradX, gradWeight, gradBias;
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        const bool wantsX = context->needs_input_grad(0), wantsWeight = context->needs_input_grad(1);
        // A gradient that is to be differentiated again must be made of operators that record.
        if (at::GradMode::is_enabled()) {
            const auto both = at::convolution_backward(grad, x, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1,
                                                       {wantsX, wantsWeight, false});
            return {std::get<0>(both), std::get<1>(both), gradBias, {}, {}, {}, {}};
        }
        const Places places(x.sizes(), grad.sizes(), weight.size(2), stride, padding);
        if (wantsX) gradX = places.grow(grad, weight, {});
        if (wantsWeight) gradWeight = places.kernel(x, grad);
        return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
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
        const Places places({x.size(0), weight.size(1), size(2, extraHeight), size(3, extraWidth)}, x.sizes(), weight.size(2), stride, padding);
        if (places.suit(weight)) return places.grow(x, weight, bias ? *bias : at::Tensor());
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
        at::Tensor gradX, gradWeight, gradBias;
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        // A gradient that is to be differentiated again must be made of operators that record.
        if (few(weight, stride) && !at::GradMode::is_enabled()) {
            const auto rows = patches(x, weight, grad.size(2), grad.size(3), stride, padding).unfold(grad.contiguous());
            if (context->needs_input_grad(0))
                gradX = rows.mm(matrix(weight).t()).view({x.size(0), x.size(2), x.size(3), x.size(1)}).permute({0, 3, 1, 2});
            if (context->needs_input_grad(1)) gradWeight = pixels(x).t().mm(rows).view(weight.sizes());
            return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
        }
        const Places places(grad.sizes(), x.sizes(), weight.size(2), stride, padding);
        if (places.suit(weight) && !at::GradMode::is_enabled()) {
            if (context->needs_input_grad(0)) gradX = places.shrink(grad, weight, {});
            if (context->needs_input_grad(1)) gradWeight = places.kernel(grad, x);
            return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
        }
        if (context->needs_input_grad(0)) gradX = at::conv2d(grad, weight, {}, stride, padding);
        if (context->needs_input_grad(1))
            gradWeight = std::get<1>(at::convolution_backward(x, grad, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1},
                                                              false, {0, 0}, 1, {false, true, false}));
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

}  // namespace

extern "C" {

int elbow_conv2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight), shift = borrow(bias);
        const auto maybe = bias ? elbow::optional<at::Tensor>(shift) : elbow::nullopt;
        // libtorch says what is wrong with shapes that do not fit.
        if (input.dim() == 4 && kernel.dim() == 4 && input.size(1) == kernel.size(1) && stride > 0 && padding >= 0 &&
            input.is_cpu() && input.scalar_type() == kernel.scalar_type() && (!bias || shift.sizes() == kernel.sizes().slice(0, 1))) {
            const auto places = [&](int64_t axis) { return (input.size(axis) + 2 * padding - kernel.size(axis)) / stride + 1; };
            if (input.size(2) + 2 * padding >= kernel.size(2) && input.size(3) + 2 * padding >= kernel.size(3) &&
                Places(input.sizes(), {input.size(0), kernel.size(0), places(2), places(3)}, kernel.size(2), stride, padding).suit(kernel)) {
                *out = elbow::give(PlacewiseConv2d::apply(input, kernel, maybe, stride, padding, places(2), places(3)));
                return;
            }
        }
        *out = elbow::give(at::conv2d(input, kernel, maybe, stride, padding));
    });
}

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

}  // extern "C"
