// Tagged values <-> libtorch's IValue.
#pragma once
#include <ATen/core/stack.h>
#include <vector>
#include "shim.h"

namespace elbow {

c10::IValue to_ivalue(const ElbowValue& value);

// Appends the results on `stack` to `results`; lists and tuples are spread. Throws when `capacity` is too small.
void to_values(torch::jit::Stack& stack, ElbowValue* results, int32_t capacity, int32_t* count);

}  // namespace elbow
