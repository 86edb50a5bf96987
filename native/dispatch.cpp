// Every operator of libtorch through one function: find it by schema name, call it boxed.
#include <ATen/core/dispatch/Dispatcher.h>
#include "values.h"

namespace {
thread_local std::string last_error;
}

extern "C" {

const char* elbow_last_error(void) { return last_error.c_str(); }

void elbow_set_error(const char* message) { last_error = message; }

int elbow_op_find(const char* name, const char* overload, void** op) {
    return elbow::guard([&] {
        *op = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    });
}

int elbow_op_call(void* op, const ElbowValue* args, int32_t count, ElbowValue* results, int32_t capacity, int32_t* resultCount) {
    return elbow::guard([&] {
        const auto& handle = *static_cast<c10::OperatorHandle*>(op);
        const auto& schema = handle.schema().arguments();
        TORCH_CHECK(count <= static_cast<int32_t>(schema.size()), handle.operator_name(), " takes ", schema.size(), " arguments, got ", count);
        torch::jit::Stack stack;
        stack.reserve(schema.size());
        for (int32_t k = 0; k < count; ++k) stack.push_back(elbow::to_ivalue(args[k]));
        for (size_t k = count; k < schema.size(); ++k) {
            const auto& fallback = schema[k].default_value();
            TORCH_CHECK(fallback.has_value(), handle.operator_name(), ": argument '", schema[k].name(), "' is missing");
            stack.push_back(*fallback);
        }
        handle.callBoxed(&stack);
        elbow::to_values(stack, results, capacity, resultCount);
    });
}

}  // extern "C"
