// CUDA graphs: a captured training step replays without launching its kernels one by one. Compiled in when libtorch has CUDA.
#include "shim.h"
#ifdef ELBOW_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAGeneratorImpl.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace {

// Capture needs a stream that is not the default one; the stream that was current is restored when the capture ends.
struct Graph {
    at::cuda::CUDAGraph graph;
    c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
    c10::cuda::CUDAStream previous = c10::cuda::getCurrentCUDAStream();
};

// Makes the stream of before current again, also when what is done in its scope throws.
struct Restore {
    c10::cuda::CUDAStream previous;
    bool armed = true;
    ~Restore() { if (armed) c10::cuda::setCurrentCUDAStream(previous); }
};

Graph& graph(void* self) { return *static_cast<Graph*>(self); }

// A registered generator counts on at every replay, so that each draws anew.
void draws_from(Graph& g, at::Generator& generator) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::check_generator<at::CUDAGeneratorImpl>(generator)->register_graph(&g.graph);
#else
    (void)g, (void)generator;
    TORCH_CHECK(false, "this libtorch cannot capture draws from a generator: that came with 2.4");
#endif
}

}  // namespace
#define WITH_CUDA(...) return elbow::guard([&] { __VA_ARGS__ })
#else
#define WITH_CUDA(...) return elbow::guard([&] { TORCH_CHECK(false, "this libtorch was built without CUDA: set ELBOW_LIBTORCH to one that has it"); })
#endif

extern "C" {

int elbow_cuda_graph_new(void** out) { WITH_CUDA(*out = new Graph();); }

int elbow_cuda_graph_begin(void* self, ElbowGenerator generator) {
    WITH_CUDA(
        auto& g = graph(self);
        if (generator) draws_from(g, *static_cast<at::Generator*>(generator));
        g.previous = c10::cuda::getCurrentCUDAStream();
        AT_CUDA_CHECK(cudaDeviceSynchronize());
        c10::cuda::setCurrentCUDAStream(g.stream);
        Restore restore{g.previous};
        g.graph.capture_begin();
        restore.armed = false;
    );
}

int elbow_cuda_graph_end(void* self) {
    WITH_CUDA(
        auto& g = graph(self);
        Restore restore{g.previous};
        g.graph.capture_end();
    );
}

int elbow_cuda_graph_replay(void* self) { WITH_CUDA(graph(self).graph.replay();); }

int elbow_cuda_synchronize(void) { WITH_CUDA(AT_CUDA_CHECK(cudaDeviceSynchronize());); }

void elbow_cuda_graph_free(void* self) {
#ifdef ELBOW_CUDA
    delete static_cast<Graph*>(self);
#else
    (void)self;
#endif
}

}  // extern "C"
