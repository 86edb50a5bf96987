// Every operator of libtorch through one function: find it by schema name, call it boxed, or directly where its signature is one of the commonest.
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include "direct.h"
#include "values.h"

namespace {

// An operator with its defaults at hand: a call neither reads its schema nor evaluates anything in it.
struct Operator {
    c10::OperatorHandle handle;
    std::vector<elbow::optional<c10::IValue>> defaults;
    elbow::Direct direct;
};

thread_local std::string last_error;

// The memory of the last call's stack, for the next one. Taken for the length of a call: a throw drops it with all it holds.
thread_local torch::jit::Stack spare;

}  // namespace

extern "C" {

const char* elbow_last_error(void) { return last_error.c_str(); }

void elbow_set_error(const char* message) { last_error = message; }

int elbow_op_find(const char* name, const char* overload, void** op) {
    return elbow::guard([&] {
        const auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        std::vector<elbow::optional<c10::IValue>> defaults;
        for (const auto& argument : handle.schema().arguments()) defaults.push_back(argument.default_value());
        *op = new Operator{handle, std::move(defaults), elbow::direct(handle)};
    });
}

int elbow_op_call(void* op, const ElbowValue* args, int32_t count, ElbowValue* results, int32_t capacity, int32_t* resultCount) {
    return elbow::guard([&] {
        const auto& [handle, defaults, direct] = *static_cast<const Operator*>(op);
        const auto size = static_cast<int32_t>(defaults.size());
        TORCH_CHECK(count <= size, "the operator takes ", size, " arguments, got ", count);
        // Without gradients autograd would only pass the call on (but for detach_, resize_ and forward mode, which Elbow has no use for).
        // Versions and views are kept one level below it.
        elbow::optional<at::AutoDispatchBelowAutograd> below;
        if (!c10::GradMode::is_enabled()) below.emplace();
        if (at::Tensor result; direct && capacity > 0 && direct(args, count, result)) {
            results[0] = elbow::to_value(std::move(result));
            *resultCount = 1;
            return;
        }
        auto stack = std::move(spare);
        stack.reserve(size);
        for (int32_t k = 0; k < count; ++k) stack.push_back(elbow::to_ivalue(args[k]));
        for (int32_t k = count; k < size; ++k) {
            TORCH_CHECK(defaults[k].has_value(), "argument '", handle.schema().arguments()[k].name(), "' is missing");
            stack.push_back(*defaults[k]);
        }
        handle.callBoxed(&stack);
        elbow::to_values(stack, results, capacity, resultCount);
        stack.clear();
        spare = std::move(stack);
    });
}

}  // extern "C"
