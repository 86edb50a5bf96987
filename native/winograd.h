// Convolutions by minimal filtering (Toom, Cook, Winograd): fewer products than taps.
//
// m neighbouring places of r taps each need m + r - 1 products along an axis, not m r. Let G and A give the values, at m + r - 1 points, of the polynomials
// whose coefficients are the taps g and what the places hold, y; and let B be the transposed inverse of the map that gives the values of m + r - 1
// coefficients. Then
//   sum_i y_i sum_j g_j x_(i + j) = sum_p (A y)_p (G g)_p (B x)_p.
// A convolution and its gradients by large image and kernel are the three derivatives of this form: two of (x, y, g) go to the points, are multiplied there, and
// the product comes back by the transposed map of the third. In two dimensions the maps apply to rows and to columns. A stride s makes of the large image and of the
// kernel s each, by the remainder of the position, whose channels stand side by side. All channels at a point are one matrix product.
//
// Winograd, Arithmetic Complexity of Computations, 1980; for networks Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, who take stride 1
// and the first of the three maps.
//
// The points are infinity, 0, 1, -1 and 2, or as many of them as a tile needs. A float result is then off by 1.4 to 1.9e-6 of its standard deviation (square mean,
// normal numbers, 128 channels), a sum of the plain products by 2e-7.
#pragma once
#include <ATen/Parallel.h>
#include <algorithm>
#include <array>
#include <vector>
#include "convolution.h"

namespace elbow {

// Sums of weighted vectors. The one that goes to `to`_s has the terms from `ends`_(s-1) to `ends`_s: `weights`_k times the vector that begins at `at`_k.
template <typename T> struct Sums {
    std::vector<int64_t> to, ends, at;
    std::vector<T> weights;

    void term(int64_t position, T weight) { at.push_back(position), weights.push_back(weight); }
    void end(int64_t position) { to.push_back(position), ends.push_back(at.size()); }
};

// For vectors of n numbers; `add`: to what is there.
template <bool add, typename T>
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
void apply(const Sums<T>& sums, const T* from, T* to, int64_t n) {
    typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T)), may_alias));
    constexpr int64_t lanes = 32 / sizeof(T), width = 4 * lanes;
    const auto *at = sums.at.data(), *ends = sums.ends.data(), *places = sums.to.data();
    const auto* weights = sums.weights.data();
    for (int64_t s = 0, begin = 0, count = sums.to.size(); s < count; begin = ends[s++]) {
        T* result = to + places[s];
        const int64_t end = ends[s];
        int64_t i = 0;
        // In registers: a loop over numbers inside of one over terms would load and store them once a term.
        for (; i + width <= n; i += width) {
            auto* out = reinterpret_cast<Vector*>(result + i);
            Vector a{}, b{}, c{}, d{};
            if (add) a = out[0], b = out[1], c = out[2], d = out[3];
            for (int64_t k = begin; k < end; ++k) {
                const auto* part = reinterpret_cast<const Vector*>(from + at[k] + i);
                const T w = weights[k];
                a += w * part[0], b += w * part[1], c += w * part[2], d += w * part[3];
            }
            out[0] = a, out[1] = b, out[2] = c, out[3] = d;
        }
        for (; i + lanes <= n; i += lanes) {
            auto* out = reinterpret_cast<Vector*>(result + i);
            Vector a{};
            if (add) a = out[0];
            for (int64_t k = begin; k < end; ++k) a += weights[k] * *reinterpret_cast<const Vector*>(from + at[k] + i);
            out[0] = a;
        }
        for (; i < n; ++i) {
            T sum = add ? result[i] : T(0);
            for (int64_t k = begin; k < end; ++k) sum += weights[k] * from[at[k] + i];
            result[i] = sum;
        }
    }
}

template <typename T> class Winograd : public Convolution {
public:
    explicit Winograd(const Convolution& sizes) : Convolution(sizes) {
        const auto rows = along(H, height, k, stride, padding), columns = along(W, width, k, stride, padding);
        image = {rows.image, columns.image, C};
        places = {rows.places, columns.places, O};
        taps = {rows.taps, columns.taps, C};
    }

    // Where the products that are saved cost more than the ways to the points and back.
    static bool suit(const Convolution& sizes) {
        const int64_t r = taps_of(sizes.k, sizes.stride), s = sizes.stride;
        if (r < 2 || r >= kMostPoints || sizes.B == 0) return false;
        const auto values = [&](int64_t places) { return places + tiles_of(places, r) * (r - 1); };
        const auto points = [&](int64_t places) { return (places - 1) / tiles_of(places, r) + r; };
        const double pairs = static_cast<double>(sizes.C) * sizes.O, all = static_cast<double>(sizes.B) * values(sizes.height) * values(sizes.width);
        const double ways = kImageNumber * all * (s * s * sizes.C + sizes.O) + kKernelNumber * points(sizes.height) * points(sizes.width) * s * s * pairs;
        return all * s * s * pairs + ways < kGain * sizes.B * sizes.height * sizes.width * sizes.k * sizes.k * pairs;
    }

    at::Tensor shrink(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const {
        return multiply(image, innermost(x), places, weight, bias, [&](at::Tensor to, const at::Tensor& from, const at::Tensor& w) { at::mm_out(to, from, w.t()); });
    }

    at::Tensor grow(const at::Tensor& y, const at::Tensor& weight, const at::Tensor& bias) const {
        return multiply(places, innermost(y), image, weight, bias, [&](at::Tensor to, const at::Tensor& from, const at::Tensor& w) { at::mm_out(to, from, w); });
    }

    at::Tensor kernel(const at::Tensor& large, const at::Tensor& small) const {
        const auto x = innermost(large), y = innermost(small);
        const int64_t threads = std::min<int64_t>(at::get_num_threads(), B), n = block((B + threads - 1) / threads);
        auto result = over({}, kernel_shape(), x);
        std::vector<at::Tensor> X(threads), Y(threads), W(threads);
        for (int64_t t = 0; t < threads; ++t) X[t] = image.empty(n, x), Y[t] = places.empty(n, x), W[t] = taps.empty(O, x);
        for (int64_t p = 0; p < image.rows.points; ++p) {
            // Each thread sums over its images; what comes back from the points is linear in the sums, so that they need not be added up.
            at::parallel_for(0, threads, 1, [&](int64_t from, int64_t to) {
                at::NoGradGuard noGrad;
                for (int64_t t = from; t < to; ++t)
                    for (int64_t first = B * t / threads, last = B * (t + 1) / threads, i = first; i < last; i += n) {
                        const int64_t count = std::min(n, last - i);
                        image.to_points(p, x.template data_ptr<T>() + i * image.one(), count, 0, count, X[t].template data_ptr<T>());
                        places.to_points(p, y.template data_ptr<T>() + i * places.one(), count, 0, count, Y[t].template data_ptr<T>());
                        for (int64_t q = 0; q < image.columns.points; ++q) {
                            auto sum = taps.at(W[t], p, q, O);
                            const auto left = places.at(Y[t], p, q, count).t(), right = image.at(X[t], p, q, count);
                            if (i == first) at::mm_out(sum, left, right); else sum.addmm_(left, right);
                        }
                    }
            });
            at::parallel_for(0, O, 16, [&](int64_t from, int64_t to) {
                for (const auto& w : W) taps.from_points(p, w.template data_ptr<T>(), O, from, to, result.template data_ptr<T>());
            });
        }
        return result;
    }

private:
    static constexpr int64_t kMostPoints = 5;
    static constexpr double kPoints[kMostPoints] = {0 /* stands for infinity */, 0, 1, -1, 2};

    // What a number costs that goes to the points or back, in products, for images and for the kernel, which is larger than the caches sooner; and the share of the
    // plain products from which on this is worth it. Measured (benchmarks/README.md).
    static constexpr double kImageNumber = 25, kKernelNumber = 60, kGain = 0.8;

    // X and Y of a block at one row of points: not much above a core's own cache, and products that are not too small.
    static constexpr int64_t kBlockBytes = 1 << 20;

    using Matrix = std::array<std::array<double, kMostPoints>, kMostPoints>;

    // Values of a polynomial with so many coefficients at so many points; at infinity it is the last of them.
    static Matrix values(int64_t points, int64_t length) {
        Matrix rows{};
        rows[0][length - 1] = 1;
        for (int64_t p = 1; p < points; ++p)
            for (int64_t j = 0; j < length; ++j) rows[p][j] = j == 0 ? 1 : rows[p][j - 1] * kPoints[p];
        return rows;
    }

    // By rows the coefficients of the polynomials that are 1 at one point and 0 at the others: the transposed inverse of the values of all coefficients.
    static Matrix basis(int64_t points) {
        Matrix rows{};
        for (int64_t p = 0; p < points; ++p) {
            auto& row = rows[p];
            row[0] = 1;
            for (int64_t q = 1, degree = 0; q < points; ++q) {
                if (q == p) continue;
                const double scale = p == 0 ? 1 : 1 / (kPoints[p] - kPoints[q]);
                for (int64_t j = ++degree; j >= 0; --j) row[j] = scale * ((j > 0 ? row[j - 1] : 0) - kPoints[q] * row[j]);
            }
        }
        return rows;
    }

    // The value at one point, as a weighted sum of positions.
    struct Value {
        int64_t tile, phase, slot;
        std::vector<int64_t> at;
        std::vector<T> weights;
    };

    // What one of the three has along an axis: in each tile its values at the points, for each phase (remainder of the position).
    struct Axis {
        int64_t side = 0, phases = 1, points = 0;
        std::array<int64_t, kMostPoints> tiles{}, slots{};  // the tiles that have a point, always the first ones; where they stand among all
        std::vector<std::vector<Value>> values;                // of each point

        struct Tile {
            int64_t first, length, points;
            Matrix matrix;
        };

        Axis() = default;
        Axis(int64_t side, int64_t phases, const std::vector<Tile>& all) : side(side), phases(phases), points(all[0].points), values(points) {
            for (int64_t p = 0, slot = 0; p < points; ++p) {
                slots[p] = slot;
                for (; tiles[p] < static_cast<int64_t>(all.size()) && p < all[tiles[p]].points; ++tiles[p], ++slot)
                    for (int64_t phase = 0; phase < phases; ++phase) {
                        const auto& tile = all[tiles[p]];
                        Value value{tiles[p], phase, slot, {}, {}};
                        for (int64_t j = 0; j < tile.length; ++j)
                            if (const int64_t at = tile.first + phases * j + phase; tile.matrix[p][j] != 0 && at >= 0 && at < side) {
                                value.at.push_back(at);
                                value.weights.push_back(static_cast<T>(tile.matrix[p][j]));
                            }
                        values[p].push_back(value);
                    }
            }
        }

        int64_t count() const { return slots[points - 1] + tiles[points - 1]; }
    };

    struct Trio {
        Axis image, places, taps;
    };

    static int64_t taps_of(int64_t k, int64_t stride) { return (k + stride - 1) / stride; }
    static int64_t tiles_of(int64_t places, int64_t r) { return (places + kMostPoints - r) / (kMostPoints - r + 1); }

    static Trio along(int64_t side, int64_t places, int64_t k, int64_t stride, int64_t padding) {
        const int64_t r = taps_of(k, stride), count = tiles_of(places, r);
        std::vector<typename Axis::Tile> image, outputs;
        for (int64_t tile = 0, first = 0; tile < count; ++tile) {
            const int64_t m = places / count + (tile < places % count ? 1 : 0), points = m + r - 1;
            image.push_back({stride * first - padding, points, points, basis(points)});
            outputs.push_back({first, m, points, values(points, m)});
            first += m;
        }
        const int64_t points = image[0].points;
        return {{side, stride, image}, {places, 1, outputs}, {k, stride, {{0, r, points, values(points, r)}}}};
    }

    // One of the three in both dimensions, channels innermost. At point (p, q) a batch is a matrix with a row for each tile and image and a column for each
    // phase and channel. All q of one p stand together.
    struct Role {
        Axis rows, columns;
        int64_t channels = 0;

        int64_t one() const { return rows.side * columns.side * channels; }
        int64_t width() const { return rows.phases * columns.phases * channels; }

        at::Tensor empty(int64_t n, const at::Tensor& like) const {
            return at::empty({rows.tiles[0] * columns.count() * n, width()}, like.options().memory_format(at::MemoryFormat::Contiguous));
        }

        at::Tensor at(const at::Tensor& points, int64_t p, int64_t q, int64_t n) const {
            const int64_t height = rows.tiles[p] * n;
            return points.as_strided({height * columns.tiles[q], width()}, {width(), 1}, height * columns.slots[q] * width());
        }

        // Images from one to another of n, to the points (p, all q).
        void to_points(int64_t p, const T* image, int64_t n, int64_t from, int64_t to, T* points) const {
            const int64_t line = columns.side * channels, slot = rows.tiles[p] * n * width();
            Sums<T> across;
            for (const auto& all : columns.values)
                for (const auto& t : all) {
                    for (size_t k = 0; k < t.at.size(); ++k) across.term(t.at[k] * channels, t.weights[k]);
                    across.end(t.slot * slot + t.phase * channels);
                }
            std::vector<T> row(line);
            for (const auto& s : rows.values[p]) {
                Sums<T> down;
                for (size_t k = 0; k < s.at.size(); ++k) down.term(s.at[k] * line, s.weights[k]);
                down.end(0);
                for (int64_t i = from; i < to; ++i) {
                    apply<false>(down, image + i * one(), row.data(), line);
                    apply<false>(across, row.data(), points + (s.tile * n + i) * width() + s.phase * columns.phases * channels, channels);
                }
            }
        }

        // The transposed map, added to the images.
        void from_points(int64_t p, const T* points, int64_t n, int64_t from, int64_t to, T* image) const {
            const int64_t line = columns.side * channels, slot = rows.tiles[p] * n * width();
            Sums<T> across;
            for (int64_t c = 0; c < columns.side; ++c) {
                for (const auto& all : columns.values)
                    for (const auto& t : all)
                        for (size_t k = 0; k < t.at.size(); ++k)
                            if (t.at[k] == c) across.term(t.slot * slot + t.phase * channels, t.weights[k]);
                across.end(c * channels);
            }
            std::vector<T> row(line);
            for (const auto& s : rows.values[p]) {
                Sums<T> down;
                for (size_t k = 0; k < s.at.size(); ++k) down.term(0, s.weights[k]), down.end(s.at[k] * line);
                for (int64_t i = from; i < to; ++i) {
                    apply<false>(across, points + (s.tile * n + i) * width() + s.phase * columns.phases * channels, row.data(), channels);
                    apply<true>(down, row.data(), image + i * one(), line);
                }
            }
        }
    };

    Role image, places, taps;

    // Images that a thread takes through the points at once.
    int64_t block(int64_t most) const {
        const int64_t bytes = sizeof(T) * (image.rows.tiles[0] * image.columns.count() * image.width() + places.rows.tiles[0] * places.columns.count() * places.width());
        return std::clamp<int64_t>(kBlockBytes / bytes, 1, std::max<int64_t>(1, most));
    }

    template <typename Product>
    at::Tensor multiply(const Role& source, const at::Tensor& in, const Role& target, const at::Tensor& weight, const at::Tensor& bias, Product&& product) const {
        const int64_t P = taps.rows.points;
        auto result = over(bias, {B, target.channels, target.rows.side, target.columns.side}, in);
        const auto w = innermost(weight);
        std::vector<at::Tensor> W(P);
        for (auto& points : W) points = taps.empty(O, w);
        at::parallel_for(0, O, 16, [&](int64_t from, int64_t to) {
            for (int64_t p = 0; p < P; ++p) taps.to_points(p, w.template data_ptr<T>(), O, from, to, W[p].template data_ptr<T>());
        });
        at::parallel_for(0, B, 1, [&](int64_t first, int64_t last) {
            at::NoGradGuard noGrad;
            const int64_t n = block(last - first);
            const auto from = source.empty(n, in), to = target.empty(n, in);
            for (int64_t i = first; i < last; i += n)
                for (int64_t p = 0, count = std::min(n, last - i); p < P; ++p) {
                    source.to_points(p, in.template data_ptr<T>() + i * source.one(), count, 0, count, from.template data_ptr<T>());
                    for (int64_t q = 0; q < taps.columns.points; ++q) product(target.at(to, p, q, count), source.at(from, p, q, count), taps.at(W[p], 0, q, O));
                    target.from_points(p, to.template data_ptr<T>(), count, 0, count, result.template data_ptr<T>() + i * target.one());
                }
        });
        return result;
    }
};

}  // namespace elbow
