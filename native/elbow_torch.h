// The C boundary between .NET and libtorch. No statistics, no policy: tensors, one boxed call for every operator, autograd,
// generators, TorchScript, image codecs, process groups, CUDA graphs.
//
// Every function that can fail returns 0, or 1 with a message in elbow_last_error() (per thread). C++ exceptions never cross.
// A tensor or generator handle owns one reference and is released exactly once.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ELBOW_API __attribute__((visibility("default")))

typedef void* ElbowTensor;
typedef void* ElbowGenerator;

enum ElbowTag {
    ELBOW_NONE = 0, ELBOW_TENSOR = 1, ELBOW_INT = 2, ELBOW_DOUBLE = 3, ELBOW_BOOL = 4, ELBOW_STRING = 5, ELBOW_DEVICE = 6,
    ELBOW_INT_LIST = 7, ELBOW_DOUBLE_LIST = 8, ELBOW_TENSOR_LIST = 9, ELBOW_OPTIONAL_TENSOR_LIST = 10, ELBOW_GENERATOR = 11,
    ELBOW_BOOL_LIST = 12
};

// A tagged value. Lists and strings: `p` points to `n` elements (int64_t, double, ElbowTensor, bytes; bool lists are int64_t).
// Devices: i = type << 8 | index, with index 255 for "current".
typedef struct {
    int32_t tag;
    int32_t n;
    union { int64_t i; double d; const void* p; };
} ElbowValue;

ELBOW_API const char* elbow_last_error(void);
ELBOW_API void elbow_set_error(const char* message);

// Operators: look up once, call with tagged values. Tensor results arrive as owned handles in `results`, list results are spread over it.
ELBOW_API int elbow_op_find(const char* name, const char* overload, void** op);
ELBOW_API int elbow_op_call(void* op, const ElbowValue* args, int32_t count, ElbowValue* results, int32_t capacity, int32_t* resultCount);

// Tensors from and to memory. Data is row-major; `dtype` is c10::ScalarType, `device` as above.
ELBOW_API int elbow_tensor_from_data(const void* data, int64_t bytes, const int64_t* sizes, int32_t rank, int32_t dtype, int32_t device, ElbowTensor* out);
ELBOW_API int elbow_tensor_copy_from(ElbowTensor self, const void* data, int64_t bytes);
ELBOW_API int elbow_tensor_copy_to(ElbowTensor self, void* data, int64_t bytes);
ELBOW_API void elbow_tensor_free(ElbowTensor self);
ELBOW_API int32_t elbow_tensor_rank(ElbowTensor self);
ELBOW_API void elbow_tensor_sizes(ElbowTensor self, int64_t* sizes, int64_t* strides);
ELBOW_API int32_t elbow_tensor_dtype(ElbowTensor self);
ELBOW_API int32_t elbow_tensor_device(ElbowTensor self);
ELBOW_API int elbow_tensor_data(ElbowTensor self, int64_t bytes, void** data);

// Autograd. elbow_grad gives zeros for an input that the root does not depend on.
ELBOW_API int32_t elbow_tensor_requires_grad(ElbowTensor self);
ELBOW_API int elbow_tensor_set_requires_grad(ElbowTensor self, int32_t on);
ELBOW_API int elbow_tensor_grad(ElbowTensor self, ElbowTensor* out);
ELBOW_API int elbow_tensor_clear_grad(ElbowTensor self);
ELBOW_API int elbow_backward(ElbowTensor root, ElbowTensor gradient);
ELBOW_API int elbow_grad(ElbowTensor root, ElbowTensor gradient, const ElbowTensor* inputs, int32_t count, int32_t createGraph, ElbowTensor* grads);
ELBOW_API int32_t elbow_grad_mode(void);
ELBOW_API int32_t elbow_set_grad_mode(int32_t on);  // returns what was before

// A convolution, on the CPU in the way that is fastest for its sizes.
ELBOW_API int elbow_conv2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding, ElbowTensor* out);

// Which way that is, between a large image (B, C, H, W) and a small one (B, O, h, w), either direction: 0 libtorch's own, 1 patches, 2 places, 3 Winograd, -1 that there is no such layer.
ELBOW_API int32_t elbow_conv_way(const int64_t* large, const int64_t* small, int64_t k, int64_t stride, int64_t padding);

// The map of a transposed convolution, as the input-gradient of an ordinary one: where libtorch has no fast kernel for the former.
// `extraHeight` and `extraWidth` are the output padding of the two axes.
ELBOW_API int elbow_conv_transpose2d(ElbowTensor x, ElbowTensor weight, ElbowTensor bias, int64_t stride, int64_t padding,
                                     int64_t extraHeight, int64_t extraWidth, ElbowTensor* out);

// log p(x) = sum over the last axis of x l - log(1 + exp l), CPU; x has the trailing sizes of the logits and gets no gradient.
ELBOW_API int elbow_bernoulli_log_prob(ElbowTensor x, ElbowTensor logits, ElbowTensor* out);

// One Adam-family update over all parameters in one pass over memory (CPU, contiguous float or double).
typedef struct {
    double lr, beta1, beta2, eps, weightDecay, biasCorrection1, biasCorrection2Sqrt;
    int32_t decoupled, infinityNorm;  // AdamW; Adamax
} ElbowAdam;
ELBOW_API int elbow_adam_step(const ElbowTensor* parameters, const ElbowTensor* gradients, const ElbowTensor* m, const ElbowTensor* v,
                              int32_t count, const ElbowAdam* options);

// Randomness.
ELBOW_API int elbow_generator_new(int32_t device, uint64_t seed, ElbowGenerator* out);
ELBOW_API int elbow_generator_state(ElbowGenerator self, ElbowTensor* out);
ELBOW_API int elbow_generator_set_state(ElbowGenerator self, ElbowTensor state);
ELBOW_API void elbow_generator_free(ElbowGenerator self);

// The engine.
ELBOW_API const char* elbow_version(void);
ELBOW_API const char* elbow_build_info(void);
ELBOW_API int32_t elbow_threads(void);
ELBOW_API int elbow_set_threads(int32_t count);  // At most OMP_THREAD_LIMIT.
// How many threads share a loop of this library: 1 where it was built without OpenMP.
ELBOW_API int32_t elbow_kernel_threads(void);
ELBOW_API int32_t elbow_cuda_devices(void);
ELBOW_API int elbow_set_deterministic(int32_t on);

// TorchScript.
ELBOW_API int elbow_script_load(const char* path, int32_t device, void** out);
ELBOW_API int elbow_script_call(void* self, const char* method, const ElbowValue* args, int32_t count, ElbowValue* results, int32_t capacity, int32_t* resultCount);
ELBOW_API void elbow_script_free(void* self);

// Process groups (c10d): backend "gloo" or "nccl", rendezvous through a TCP store at host:port held by rank 0.
ELBOW_API int elbow_group_new(const char* backend, const char* host, int32_t port, int32_t rank, int32_t size, int32_t timeoutMilliseconds, void** out);
ELBOW_API int elbow_group_all_reduce(void* self, ElbowTensor tensor);
ELBOW_API int elbow_group_broadcast(void* self, ElbowTensor tensor, int32_t root);
ELBOW_API int elbow_group_all_gather(void* self, ElbowTensor tensor, ElbowTensor* out);
ELBOW_API int elbow_group_barrier(void* self);
ELBOW_API void elbow_group_free(void* self);

// CUDA graphs: capture what runs between begin and end on the current thread, replay it. Without CUDA every call fails by name.
ELBOW_API int elbow_cuda_graph_new(void** out);
ELBOW_API int elbow_cuda_graph_begin(void* self, ElbowGenerator generator);
ELBOW_API int elbow_cuda_graph_end(void* self);
ELBOW_API int elbow_cuda_graph_replay(void* self);
ELBOW_API int elbow_cuda_synchronize(void);
ELBOW_API void elbow_cuda_graph_free(void* self);

#ifdef __cplusplus
}
#endif
