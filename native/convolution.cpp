// Strided convolutions and their transposes by patches: for each place of the small image, the k x k C numbers of the large one under the
// kernel, channels innermost, are a row; the rest is three matrix products. Each thread takes a few images at a time, so that their rows stay in
// the cache between being gathered and being multiplied.
//
//   down    small = rows(large) Wt        a convolution;             the input-gradient of a transposed one
//   up      large = add up(small W)       a transposed convolution;  the input-gradient of a convolution
//   weigh   W     = smallt rows(large)    the weight-gradient of both
//
// libtorch 1.13 runs a transposed convolution as one small product per image, and oneDNN, without AVX-512, strided ones at half the speed of a
// product (benchmarks/README.md). With AVX-512 oneDNN wins where there are channels enough to fill its vectors.
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <algorithm>
#include <cstring>
#include <vector>
#include "shim.h"

using elbow::borrow;
using elbow::guard;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kFewChannels = 4;
// Numbers in the rows of the images that a thread takes at once: 1 MB of float, long enough for an efficient product.
constexpr int64_t kRowNumbers = 1 << 18;

template <typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void add(T* to, const T* from, int64_t n) {
    for (int64_t i = 0; i < n; ++i) to[i] += from[i];
}

struct Patches {
    int64_t B, C, height, width, O, H, W, k, stride, padding;  // C x height x width: the large image; O x H x W: the small one

    int64_t places() const { return H * W; }
    int64_t row() const { return k * k * C; }

    // body(place in the row matrix, offset in the image, length), and pad(place, length) for what lies outside.
    template <typename Body, typename Pad> void each(Body&& body, Pad&& pad) const {
        for (int64_t h = 0, at = 0; h < H; ++h)
            for (int64_t w = 0; w < W; ++w)
                for (int64_t i = 0; i < k; ++i, at += k * C) {
                    const int64_t y = h * stride - padding + i, left = w * stride - padding;
                    const int64_t begin = std::clamp<int64_t>(-left, 0, k), end = std::clamp<int64_t>(width - left, begin, k);
                    if (y < 0 || y >= height || begin == end) { pad(at, k * C); continue; }
                    pad(at, begin * C);
                    body(at + begin * C, (y * width + left + begin) * C, (end - begin) * C);
                    pad(at + end * C, (k - end) * C);
                }
    }

    template <typename T> void gather(const T* image, T* rows) const {
        each([&](int64_t at, int64_t pixel, int64_t n) { std::memcpy(rows + at, image + pixel, n * sizeof(T)); },
             [&](int64_t at, int64_t n) { std::memset(rows + at, 0, n * sizeof(T)); });
    }

    template <typename T> void scatter(const T* rows, T* image) const {
        each([&](int64_t at, int64_t pixel, int64_t n) { add(image + pixel, rows + at, n); }, [](int64_t, int64_t) {});
    }

    // body(first image, images, the thread's buffer of rows, the part): a part of the batch for each thread, a block of images at a time.
    template <typename T, typename Body> void blocks(const at::TensorOptions& options, Body&& body) const {
        const int64_t parts = this->parts();
        const int64_t block = std::clamp<int64_t>(kRowNumbers / std::max<int64_t>(1, places() * row()), 1, std::max<int64_t>(1, (B + parts - 1) / parts));
        at::parallel_for(0, parts, 1, [&](int64_t from, int64_t to) {
            at::NoGradGuard noGrad;
            const auto buffer = at::empty({block * places(), row()}, options);
            for (int64_t part = from; part < to; ++part)
                for (int64_t image = part * B / parts, end = (part + 1) * B / parts; image < end; image += block) {
                    const int64_t images = std::min(block, end - image);
                    body(image, images, buffer.narrow(0, 0, images * places()), part);
                }
        });
    }

    int64_t parts() const { return std::clamp<int64_t>(at::get_num_threads(), 1, std::max<int64_t>(1, B)); }

    at::Tensor down(const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias) const {
        const auto from = inner(x), matrix = flat(weight).t();
        const auto small = image(O, H, W, from), products = pixels(small, O);
        AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "down", [&] {
            const auto* large = from.data_ptr<scalar_t>();
            blocks<scalar_t>(from.options(), [&](int64_t first, int64_t images, const at::Tensor& rows, int64_t) {
                for (int64_t b = 0; b < images; ++b) gather(large + (first + b) * height * width * C, rows.data_ptr<scalar_t>() + b * places() * row());
                auto out = products.narrow(0, first * places(), images * places());
                if (bias) at::addmm_out(out, *bias, rows, matrix); else at::mm_out(out, rows, matrix);
            });
        });
        return small;
    }

    at::Tensor up(const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias) const {
        const auto from = pixels(inner(x), O), matrix = flat(weight), large = image(C, height, width, from), sums = pixels(large, C);
        AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "up", [&] {
            auto* to = large.data_ptr<scalar_t>();
            blocks<scalar_t>(from.options(), [&](int64_t first, int64_t images, at::Tensor rows, int64_t) {
                at::mm_out(rows, from.narrow(0, first * places(), images * places()), matrix);
                auto out = sums.narrow(0, first * height * width, images * height * width);
                if (bias) out.copy_(bias->expand_as(out)); else out.zero_();
                for (int64_t b = 0; b < images; ++b) scatter(rows.data_ptr<scalar_t>() + b * places() * row(), to + (first + b) * height * width * C);
            });
        });
        return large;
    }

    at::Tensor weigh(const at::Tensor& x, const at::Tensor& small) const {
        const auto from = inner(x), to = pixels(inner(small), O), sums = at::zeros({parts(), O, row()}, to.options());
        AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "weigh", [&] {
            const auto* large = from.data_ptr<scalar_t>();
            blocks<scalar_t>(from.options(), [&](int64_t first, int64_t images, const at::Tensor& rows, int64_t part) {
                for (int64_t b = 0; b < images; ++b) gather(large + (first + b) * height * width * C, rows.data_ptr<scalar_t>() + b * places() * row());
                sums[part].addmm_(to.narrow(0, first * places(), images * places()).t(), rows);
            });
        });
        return (parts() == 1 ? sums[0] : sums.sum(0)).view({O, k, k, C}).permute({0, 3, 1, 2});
    }

private:
    static at::Tensor inner(const at::Tensor& image) { return image.contiguous(at::MemoryFormat::ChannelsLast); }
    at::Tensor flat(const at::Tensor& weight) const { return weight.permute({0, 2, 3, 1}).reshape({O, row()}); }
    static at::Tensor pixels(const at::Tensor& image, int64_t channels) { return image.permute({0, 2, 3, 1}).view({image.size(0) * image.size(2) * image.size(3), channels}); }
    at::Tensor image(int64_t channels, int64_t rows, int64_t columns, const at::Tensor& like) const {
        return at::empty({B, channels, rows, columns}, like.options().memory_format(at::MemoryFormat::ChannelsLast));
    }
};

// Whether patches are the faster way for the ordinary convolution with this weight (O, C, k, k): they hold at most four times as many numbers as the image.
bool byPatches(const at::Tensor& weight, int64_t stride) {
    static const bool wide = __builtin_cpu_supports("avx512f");
    return weight.is_cpu() && weight.size(2) == weight.size(3) && stride > 1 && weight.size(2) <= 2 * stride && (!wide || weight.size(1) <= kFewChannels) &&
           (weight.scalar_type() == at::kFloat || weight.scalar_type() == at::kDouble);
}

Patches patches(const at::Tensor& weight, int64_t B, int64_t height, int64_t width, int64_t H, int64_t W, int64_t stride, int64_t padding) {
    return {B, weight.size(1), height, width, weight.size(0), H, W, weight.size(2), stride, padding};
}

// The three maps of an ordinary convolution with this weight by libtorch's operators, which record.
at::Tensor convolutionBackward(const at::Tensor& grad, const at::Tensor& large, const at::Tensor& weight, int64_t stride, int64_t padding, bool input) {
    const auto result = at::convolution_backward(grad, large, weight, elbow::nullopt, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1, {input, !input, false});
    return input ? std::get<0>(result) : std::get<1>(result);
}

struct Conv2d : torch::autograd::Function<Conv2d> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias,
                              int64_t stride, int64_t padding) {
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        const auto size = [&](int64_t axis) { return (x.size(axis) + 2 * padding - weight.size(2)) / stride + 1; };
        return patches(weight, x.size(0), x.size(2), x.size(3), size(2), size(3), stride, padding).down(x, weight, bias);
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        const auto stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        at::Tensor gradX, gradWeight, gradBias;
        // A gradient that is to be differentiated again must be made of operators that record.
        const bool recorded = at::GradMode::is_enabled();
        const auto maps = patches(weight, x.size(0), x.size(2), x.size(3), grad.size(2), grad.size(3), stride, padding);
        if (context->needs_input_grad(0)) gradX = recorded ? convolutionBackward(grad, x, weight, stride, padding, true) : maps.up(grad, weight, elbow::nullopt);
        if (context->needs_input_grad(1)) gradWeight = recorded ? convolutionBackward(grad, x, weight, stride, padding, false) : maps.weigh(x, grad);
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        return {gradX, gradWeight, gradBias, {}, {}};
    }
};

struct ConvTranspose2d : torch::autograd::Function<ConvTranspose2d> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const elbow::optional<at::Tensor>& bias,
                              int64_t stride, int64_t padding, int64_t extraHeight, int64_t extraWidth) {
        const auto size = [&](int64_t axis, int64_t extra) { return (x.size(axis) - 1) * stride - 2 * padding + weight.size(axis) + extra; };
        const auto height = size(2, extraHeight), width = size(3, extraWidth);
        context->save_for_backward({x, weight});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        if (byPatches(weight, stride)) return patches(weight, x.size(0), height, width, x.size(2), x.size(3), stride, padding).up(x, weight, bias);
        // Stands for the input of the ordinary convolution, of which only shape and layout matter: its memory is never touched.
        const auto like = at::empty({x.size(0), weight.size(1), height, width}, x.options().memory_format(weight.suggest_memory_format()));
        auto y = convolutionBackward(x, like, weight, stride, padding, true);
        if (bias) y.add_(bias->view({1, -1, 1, 1}));
        return y;
    }

    static variable_list backward(AutogradContext* context, variable_list grads) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &grad = grads[0];
        const auto stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
        at::Tensor gradX, gradWeight, gradBias;
        const bool direct = !at::GradMode::is_enabled() && byPatches(weight, stride);
        const auto maps = patches(weight, x.size(0), grad.size(2), grad.size(3), x.size(2), x.size(3), stride, padding);
        if (context->needs_input_grad(0)) gradX = direct ? maps.down(grad, weight, elbow::nullopt) : at::conv2d(grad, weight, {}, stride, padding);
        if (context->needs_input_grad(1)) gradWeight = direct ? maps.weigh(grad, x) : convolutionBackward(x, grad, weight, stride, padding, false);
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) gradBias = grad.sum({0, 2, 3});
        return {gradX, gradWeight, gradBias, {}, {}, {}, {}};
    }
};

elbow::optional<at::Tensor> maybe(ElbowTensor bias) { return bias ? elbow::optional<at::Tensor>(borrow(bias)) : elbow::nullopt; }

}  // namespace

extern "C" {

int elbow_conv2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight);
        const auto shift = maybe(bias);
        const bool suits = input.dim() == 4 && kernel.dim() == 4 && input.size(1) == kernel.size(1) && input.scalar_type() == kernel.scalar_type() &&
            input.is_cpu() && padding >= 0 && std::min(input.size(2), input.size(3)) + 2 * padding >= kernel.size(2) && (!shift || shift->numel() == kernel.size(0)) &&
            byPatches(kernel, stride);
        // What does not fit libtorch refuses in its own words.
        *out = elbow::give(suits ? Conv2d::apply(input, kernel, shift, stride, padding) : at::conv2d(input, kernel, shift, stride, padding));
    });
}

int elbow_conv_transpose2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding,
                           int64_t extraHeight, int64_t extraWidth, ElbowTensor* out) {
    return guard([&] {
        const auto input = borrow(x), kernel = borrow(weight);
        const auto shift = maybe(bias);
        TORCH_CHECK(input.dim() == 4 && kernel.dim() == 4, "expected x (B, I, H, W) and weight (I, O, k, k)");
        TORCH_CHECK(input.size(1) == kernel.size(0), "x has ", input.size(1), " channels, the weight takes ", kernel.size(0));
        TORCH_CHECK(stride > 0 && padding >= 0, "stride must be at least 1 and padding at least 0, got ", stride, " and ", padding);
        for (const auto extra : {extraHeight, extraWidth})
            TORCH_CHECK(extra >= 0 && extra < stride, "output padding must be smaller than the stride, got ", extra, " and ", stride);
        TORCH_CHECK(!shift || (shift->dim() == 1 && shift->size(0) == kernel.size(1)), "the bias must be (", kernel.size(1), "), got ", shift->sizes());
        *out = elbow::give(ConvTranspose2d::apply(input, kernel, shift, stride, padding, extraHeight, extraWidth));
    });
}

}  // extern "C"
