#include "direct.h"
#include <array>
#include <utility>

namespace elbow {

namespace {

using c10::Scalar;

// How an argument of a type is read; what is left out has its default.
template <typename Type> struct As;

template <> struct As<at::Tensor> {
    static constexpr auto kind = c10::TypeKind::TensorType;
    static bool takes(int32_t tag) { return tag == ELBOW_TENSOR; }
    // Counted, not lent: its owner may release it meanwhile on another thread.
    static at::Tensor read(const ElbowValue* value, const Scalar&) { return borrow(const_cast<void*>(value->p)); }
};

template <> struct As<Scalar> {
    static constexpr auto kind = c10::TypeKind::NumberType;
    static bool takes(int32_t tag) { return tag == ELBOW_DOUBLE || tag == ELBOW_INT; }
    static Scalar read(const ElbowValue* value, const Scalar& otherwise) { return !value ? otherwise : value->tag == ELBOW_INT ? Scalar(value->i) : Scalar(value->d); }
};

template <typename... Types, size_t... K>
Direct taking_at(const c10::OperatorHandle& handle, std::index_sequence<K...>) {
    const auto& arguments = handle.schema().arguments();
    if (arguments.size() != sizeof...(K) || !((arguments[K].type()->kind() == As<Types>::kind) && ...)) return {};
    size_t required = 0;
    std::array<Scalar, sizeof...(K)> defaults;
    for (size_t k = 0; k < sizeof...(K); ++k) {
        const auto value = arguments[k].default_value();
        if (value && value->isScalar()) defaults[k] = value->toScalar();
        else required = k + 1;
    }
    return [=, op = handle.typed<at::Tensor(const Types&...)>()](const ElbowValue* args, size_t count, at::Tensor& result) {
        if (count < required || !((K >= count || As<Types>::takes(args[K].tag)) && ...)) return false;
        result = op.call(As<Types>::read(K < count ? args + K : nullptr, defaults[K])...);
        return true;
    };
}

template <typename... Types> Direct taking(const c10::OperatorHandle& handle) {
    return taking_at<Types...>(handle, std::index_sequence_for<Types...>());
}

}  // namespace

Direct direct(const c10::OperatorHandle& handle) {
    using at::Tensor;
    const auto& schema = handle.schema();
    if (schema.is_mutable() || schema.returns().size() != 1 || schema.returns()[0].type()->kind() != c10::TypeKind::TensorType) return {};
    try {
        for (const auto make : {taking<Tensor>, taking<Tensor, Tensor>, taking<Tensor, Scalar>, taking<Tensor, Tensor, Scalar>, taking<Tensor, Scalar, Scalar>}) {
            if (auto call = make(handle)) return call;
        }
    } catch (const c10::Error&) {
        // Registered with other C++ types than libtorch's own operators have: boxed it can be called.
    }
    return {};
}

}  // namespace elbow
