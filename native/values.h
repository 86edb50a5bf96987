// Tagged values <-> libtorch's IValue.
#pragma once
#include <ATen/core/stack.h>
#include <vector>
#include "shim.h"

namespace elbow {

ElbowValue to_value(at::Tensor tensor);
c10::IValue to_ivalue(const ElbowValue& value);

// Moves the results on `stack` to `results`; lists and tuples are spread, an undefined tensor is none. Throws when `capacity` is too
// small or a value is of no known kind, and hands out nothing then.
void to_values(torch::jit::Stack& stack, ElbowValue* results, int32_t capacity, int32_t* count);

}  // namespace elbow
