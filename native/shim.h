// Shared by the .cpp files of the shim: handles and the one place where C++ exceptions stop.
#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/version.h>
#include <exception>
#include <optional>
#include <string>
#include "elbow_torch.h"

namespace elbow {

// libtorch had an optional of its own, which became the standard one and lost its name.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
using std::nullopt;
using std::optional;
#else
using c10::nullopt;
using c10::optional;
#endif

inline ElbowTensor give(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

inline at::TensorImpl* impl(ElbowTensor handle) { return static_cast<at::TensorImpl*>(handle); }

// A new reference to the tensor behind a handle that stays owned by the caller.
inline at::Tensor borrow(ElbowTensor handle) {
    if (!handle) return {};
    return at::Tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(impl(handle)));
}

inline c10::Device device(int32_t code) {
    const int index = code & 0xff;
    return c10::Device(static_cast<c10::DeviceType>(code >> 8), static_cast<c10::DeviceIndex>(index == 255 ? -1 : index));
}

inline int32_t code(const c10::Device& device) {
    return (static_cast<int32_t>(device.type()) << 8) | (device.has_index() ? device.index() : 255);
}

// Runs `body`; an exception becomes status 1 and a message for elbow_last_error().
template <typename Body> int guard(Body&& body) noexcept {
    try {
        body();
        return 0;
    } catch (const c10::Error& error) {
        elbow_set_error(error.what_without_backtrace());
    } catch (const std::exception& error) {
        elbow_set_error(error.what());
    } catch (...) {
        elbow_set_error("unknown native error");
    }
    return 1;
}

}  // namespace elbow
