#include "values.h"
#include <ATen/core/List.h>

namespace elbow {

namespace {

template <typename T> const T* as(const ElbowValue& value) { return static_cast<const T*>(value.p); }

void push(c10::IValue value, ElbowValue* results, int32_t capacity, int32_t* count) {
    if (value.isTensor()) {
        TORCH_CHECK(*count < capacity, "more than ", capacity, " results");
        results[(*count)++] = to_value(std::move(value).toTensor());
        return;
    }
    if (value.isTuple()) {
        for (const auto& element : value.toTupleRef().elements()) push(element, results, capacity, count);
        return;
    }
    if (value.isList()) {
        for (const auto& element : value.toListRef()) push(element, results, capacity, count);
        return;
    }
    TORCH_CHECK(*count < capacity, "more than ", capacity, " results");
    ElbowValue out = {};
    if (value.isInt()) {
        out.tag = ELBOW_INT;
        out.i = value.toInt();
    } else if (value.isDouble()) {
        out.tag = ELBOW_DOUBLE;
        out.d = value.toDouble();
    } else if (value.isBool()) {
        out.tag = ELBOW_BOOL;
        out.i = value.toBool();
    } else {
        TORCH_CHECK(value.isNone(), "a result of type ", value.tagKind(), " is not supported");
    }
    results[(*count)++] = out;
}

}  // namespace

ElbowValue to_value(at::Tensor tensor) {
    ElbowValue value = {};
    value.p = give(std::move(tensor));
    value.tag = value.p ? ELBOW_TENSOR : ELBOW_NONE;
    return value;
}

c10::IValue to_ivalue(const ElbowValue& value) {
    switch (value.tag) {
        case ELBOW_NONE: return {};
        case ELBOW_TENSOR: return borrow(const_cast<void*>(value.p));
        case ELBOW_INT: return value.i;
        case ELBOW_DOUBLE: return value.d;
        case ELBOW_BOOL: return value.i != 0;
        case ELBOW_STRING: return std::string(as<char>(value), value.n);
        case ELBOW_DEVICE: return device(static_cast<int32_t>(value.i));
        case ELBOW_INT_LIST: return c10::IValue(at::IntArrayRef(as<int64_t>(value), value.n));
        case ELBOW_DOUBLE_LIST: return c10::IValue(at::ArrayRef<double>(as<double>(value), value.n));
        case ELBOW_BOOL_LIST: {
            c10::List<bool> list;
            list.reserve(value.n);
            for (int32_t k = 0; k < value.n; ++k) list.push_back(as<int64_t>(value)[k] != 0);
            return list;
        }
        case ELBOW_TENSOR_LIST: {
            c10::List<at::Tensor> list;
            list.reserve(value.n);
            for (int32_t k = 0; k < value.n; ++k) list.push_back(borrow(as<ElbowTensor>(value)[k]));
            return list;
        }
        case ELBOW_OPTIONAL_TENSOR_LIST: {
            c10::List<elbow::optional<at::Tensor>> list;
            list.reserve(value.n);
            for (int32_t k = 0; k < value.n; ++k) {
                const auto handle = as<ElbowTensor>(value)[k];
                list.push_back(handle ? elbow::optional<at::Tensor>(borrow(handle)) : elbow::nullopt);
            }
            return list;
        }
        case ELBOW_GENERATOR: return *as<at::Generator>(value);
        default: TORCH_CHECK(false, "unknown value tag ", value.tag);
    }
}

void to_values(torch::jit::Stack& stack, ElbowValue* results, int32_t capacity, int32_t* count) {
    *count = 0;
    try {
        for (auto& value : stack) push(std::move(value), results, capacity, count);
    } catch (...) {
        for (int32_t k = 0; k < *count; ++k) {
            if (results[k].tag == ELBOW_TENSOR) elbow_tensor_free(const_cast<void*>(results[k].p));
        }
        *count = 0;
        throw;
    }
}

}  // namespace elbow
