// TorchScript modules: feature extractors and other models that arrive as one file.
#include <torch/script.h>
#include "values.h"

extern "C" {

int elbow_script_load(const char* path, int32_t device, void** out) {
    return elbow::guard([&] {
        auto module = torch::jit::load(path, elbow::device(device));
        module.eval();
        *out = new torch::jit::Module(std::move(module));
    });
}

int elbow_script_call(void* self, const char* method, const ElbowValue* args, int32_t count, ElbowValue* results, int32_t capacity, int32_t* resultCount) {
    return elbow::guard([&] {
        auto& module = *static_cast<torch::jit::Module*>(self);
        std::vector<c10::IValue> inputs;
        for (int32_t k = 0; k < count; ++k) inputs.push_back(elbow::to_ivalue(args[k]));
        torch::jit::Stack stack{module.get_method(method)(std::move(inputs))};
        elbow::to_values(stack, results, capacity, resultCount);
    });
}

void elbow_script_free(void* self) { delete static_cast<torch::jit::Module*>(self); }

}  // extern "C"
