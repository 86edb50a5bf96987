#include "direct.h"
#include <array>
#include <utility>

namespace elbow {

namespace {

using c10::Scalar;

// An argument for the length of a call; what is left out has its default.
template <typename Type> class Lent;

// A tensor by its handle, which stays its owner: nothing is counted.
template <> class Lent<at::Tensor> {
public:
    static constexpr auto kind = c10::TypeKind::TensorType;
    static bool takes(int32_t tag) { return tag == ELBOW_TENSOR; }

    Lent(const ElbowValue* value, const Scalar&)
        : tensor(c10::intrusive_ptr<at::TensorImpl, at::UndefinedTensorImpl>::reclaim(impl(const_cast<void*>(value->p)))) {}
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    ~Lent() { tensor.unsafeReleaseTensorImpl(); }

    operator const at::Tensor&() const { return tensor; }

private:
    at::Tensor tensor;
};

template <> class Lent<Scalar> {
public:
    static constexpr auto kind = c10::TypeKind::NumberType;
    static bool takes(int32_t tag) { return tag == ELBOW_DOUBLE || tag == ELBOW_INT; }

    Lent(const ElbowValue* value, const Scalar& otherwise)
        : scalar(!value ? otherwise : value->tag == ELBOW_INT ? Scalar(value->i) : Scalar(value->d)) {}

    operator const Scalar&() const { return scalar; }

private:
    Scalar scalar;
};

template <typename... Types, size_t... K>
Direct taking_at(const c10::OperatorHandle& handle, std::index_sequence<K...>) {
    const auto& arguments = handle.schema().arguments();
    if (arguments.size() != sizeof...(K) || !((arguments[K].type()->kind() == Lent<Types>::kind) && ...)) return {};
    size_t required = 0;
    std::array<Scalar, sizeof...(K)> defaults;
    for (size_t k = 0; k < sizeof...(K); ++k) {
        const auto value = arguments[k].default_value();
        if (value && value->isScalar()) defaults[k] = value->toScalar();
        else required = k + 1;
    }
    return [=, op = handle.typed<at::Tensor(const Types&...)>()](const ElbowValue* args, size_t count, at::Tensor& result) {
        if (count < required || !((K >= count || Lent<Types>::takes(args[K].tag)) && ...)) return false;
        result = op.call(Lent<Types>(K < count ? args + K : nullptr, defaults[K])...);
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
    for (const auto make : {taking<Tensor>, taking<Tensor, Tensor>, taking<Tensor, Scalar>, taking<Tensor, Tensor, Scalar>, taking<Tensor, Scalar, Scalar>}) {
        if (auto call = make(handle)) return call;
    }
    return {};
}

}  // namespace elbow
