// Tensors from and to memory, autograd, generators, and what the engine says of itself.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/version.h>
#include <algorithm>
#include <atomic>
#include <cstring>
#ifdef _OPENMP
#include <omp.h>
#endif
#include "shim.h"
#ifdef ELBOW_CUDA
#include <ATen/cuda/CUDAGeneratorImpl.h>
#include <cuda_runtime_api.h>
#endif

using elbow::borrow;
using elbow::give;
using elbow::guard;
using elbow::impl;

namespace {

// OpenBLAS waits for as many threads as it asked for: for those beyond OMP_THREAD_LIMIT it would wait for ever.
int32_t allowed(int32_t threads) {
#ifdef _OPENMP
    return std::min(threads, omp_get_thread_limit());
#else
    return threads;
#endif
}

// What libtorch starts with knows nothing of the limit.
[[maybe_unused]] const bool limited = [] {
    const int32_t threads = at::get_num_threads();
    if (allowed(threads) < threads) at::set_num_threads(allowed(threads));
    return true;
}();

void check_bytes(const at::Tensor& tensor, int64_t bytes) {
    TORCH_CHECK(bytes == static_cast<int64_t>(tensor.nbytes()), "expected ", tensor.nbytes(), " bytes, got ", bytes);
}

// Copies between a tensor of any layout and device, and row-major host memory.
void copy_host(const at::Tensor& tensor, void* data, int64_t bytes, bool toHost) {
    check_bytes(tensor, bytes);
    if (bytes == 0) return;
    at::NoGradGuard noGrad;
    if (tensor.device().is_cpu() && tensor.is_contiguous()) {
        void* own = tensor.data_ptr();
        std::memcpy(toHost ? data : own, toHost ? own : data, bytes);
        // Autograd must notice that what it saved has changed.
        if (!toHost) tensor.unsafeGetTensorImpl()->bump_version();
        return;
    }
    auto host = at::from_blob(data, tensor.sizes(), at::TensorOptions(tensor.scalar_type()));
    if (toHost) host.copy_(tensor.detach()); else tensor.detach().copy_(host);
}

}  // namespace

extern "C" {

int elbow_tensor_from_data(const void* data, int64_t bytes, const int64_t* sizes, int32_t rank, int32_t dtype, int32_t device, ElbowTensor* out) {
    return guard([&] {
        auto options = at::TensorOptions(static_cast<at::ScalarType>(dtype));
        auto target = at::empty(at::IntArrayRef(sizes, rank), options.device(elbow::device(device)));
        copy_host(target, const_cast<void*>(data), bytes, false);
        *out = give(std::move(target));
    });
}

int elbow_tensor_copy_from(ElbowTensor self, const void* data, int64_t bytes) {
    return guard([&] { copy_host(borrow(self), const_cast<void*>(data), bytes, false); });
}

int elbow_tensor_copy_to(ElbowTensor self, void* data, int64_t bytes) {
    return guard([&] { copy_host(borrow(self), data, bytes, true); });
}

void elbow_tensor_free(ElbowTensor self) {
    if (self) c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(self));
}

int32_t elbow_tensor_rank(ElbowTensor self) { return static_cast<int32_t>(impl(self)->dim()); }

void elbow_tensor_sizes(ElbowTensor self, int64_t* sizes, int64_t* strides) {
    const auto s = impl(self)->sizes();
    std::copy(s.begin(), s.end(), sizes);
    if (!strides) return;
    const auto t = impl(self)->strides();
    std::copy(t.begin(), t.end(), strides);
}

int32_t elbow_tensor_dtype(ElbowTensor self) { return static_cast<int32_t>(c10::typeMetaToScalarType(impl(self)->dtype())); }

int32_t elbow_tensor_device(ElbowTensor self) { return elbow::code(impl(self)->device()); }

int elbow_tensor_data(ElbowTensor self, int64_t bytes, void** data) {
    return guard([&] {
        const auto tensor = borrow(self);
        check_bytes(tensor, bytes);
        TORCH_CHECK(tensor.device().is_cpu() && tensor.is_contiguous(), "direct access needs a contiguous tensor on the CPU");
        *data = tensor.data_ptr();
    });
}

int32_t elbow_tensor_requires_grad(ElbowTensor self) { return impl(self)->requires_grad(); }

int elbow_tensor_set_requires_grad(ElbowTensor self, int32_t on) {
    return guard([&] {
        const auto tensor = borrow(self);
        TORCH_CHECK(on || tensor.is_leaf(), "only a leaf can stop recording: detach this result instead");
        tensor.set_requires_grad(on != 0);
    });
}

int elbow_tensor_grad(ElbowTensor self, ElbowTensor* out) {
    return guard([&] { *out = give(borrow(self).grad()); });
}

int elbow_tensor_clear_grad(ElbowTensor self) {
    return guard([&] { borrow(self).mutable_grad().reset(); });
}

int elbow_backward(ElbowTensor root, ElbowTensor gradient) {
    return guard([&] { torch::autograd::backward({borrow(root)}, gradient ? torch::autograd::variable_list{borrow(gradient)} : torch::autograd::variable_list{}); });
}

int elbow_grad(ElbowTensor root, ElbowTensor gradient, const ElbowTensor* inputs, int32_t count, int32_t createGraph, ElbowTensor* grads) {
    return guard([&] {
        torch::autograd::variable_list wanted;
        for (int32_t k = 0; k < count; ++k) wanted.push_back(borrow(inputs[k]));
        torch::autograd::variable_list seeds;
        if (gradient) seeds.push_back(borrow(gradient));
        auto result = torch::autograd::grad({borrow(root)}, wanted, seeds, elbow::nullopt, createGraph != 0, /*allow_unused=*/true);
        for (int32_t k = 0; k < count; ++k) {
            if (!result[k].defined()) result[k] = at::zeros_like(wanted[k]);
        }
        for (int32_t k = 0; k < count; ++k) grads[k] = give(std::move(result[k]));
    });
}

int32_t elbow_grad_mode(void) { return c10::GradMode::is_enabled(); }

int32_t elbow_set_grad_mode(int32_t on) {
    const int32_t before = elbow_grad_mode();
    c10::GradMode::set_enabled(on != 0);
    return before;
}

int elbow_generator_new(int32_t device, uint64_t seed, ElbowGenerator* out) {
    return guard([&] {
        const auto where = elbow::device(device);
        at::Generator generator;
        if (where.is_cpu()) {
            generator = at::detail::createCPUGenerator(seed);
        } else {
#ifdef ELBOW_CUDA
            generator = at::cuda::detail::createCUDAGenerator(where.index());
            generator.set_current_seed(seed);
#else
            TORCH_CHECK(false, "this build of Elbow has no CUDA");
#endif
        }
        *out = new at::Generator(std::move(generator));
    });
}

int elbow_generator_state(ElbowGenerator self, ElbowTensor* out) {
    return guard([&] {
        auto& generator = *static_cast<at::Generator*>(self);
        std::lock_guard<std::mutex> lock(generator.mutex());
        *out = give(generator.get_state());
    });
}

int elbow_generator_set_state(ElbowGenerator self, ElbowTensor state) {
    return guard([&] {
        auto& generator = *static_cast<at::Generator*>(self);
        std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_state(borrow(state));
    });
}

void elbow_generator_free(ElbowGenerator self) { delete static_cast<at::Generator*>(self); }

const char* elbow_version(void) { return TORCH_VERSION; }

const char* elbow_build_info(void) {
    thread_local std::string info;
    return guard([&] { info = at::show_config() + at::get_parallel_info(); }) == 0 ? info.c_str() : elbow_last_error();
}

int32_t elbow_threads(void) { return at::get_num_threads(); }

int elbow_set_threads(int32_t count) {
    return guard([&] { at::set_num_threads(allowed(count)); });
}

int32_t elbow_kernel_threads(void) {
    std::atomic<int32_t> parts{0};
    at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) { ++parts; });
    return parts;
}

int32_t elbow_cuda_devices(void) {
#ifdef ELBOW_CUDA
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
#else
    return 0;
#endif
}

int elbow_set_deterministic(int32_t on) {
    return guard([&] { at::globalContext().setDeterministicAlgorithms(on != 0, /*warn_only=*/true); });
}

}  // extern "C"
