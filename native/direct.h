// A direct call of an operator whose signature is one of the commonest: a stack of boxed values costs a tenth of a small operator.
#pragma once
#include <ATen/core/dispatch/Dispatcher.h>
#include <functional>
#include "shim.h"

namespace elbow {

// Calls with these arguments, or returns false when they are not of the signature's types.
using Direct = std::function<bool(const ElbowValue* args, size_t count, at::Tensor& result)>;

// Empty for every other signature.
Direct direct(const c10::OperatorHandle& handle);

}  // namespace elbow
