// Process groups over libtorch's c10d. Its options differ a little between 1.13 and 2.x: the differences stay in this file.
#include "shim.h"
#include <torch/version.h>
#include <chrono>
#include <memory>
#include <vector>
#ifdef ELBOW_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef ELBOW_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#if TORCH_VERSION_MAJOR >= 2
using Group = c10d::Backend;
#else
using Group = c10d::ProcessGroup;
#endif

namespace {

struct Member {
    c10::intrusive_ptr<c10d::Store> store;
    c10::intrusive_ptr<Group> group;
    int size;
};

Member& member(void* self) { return *static_cast<Member*>(self); }

c10::intrusive_ptr<Group> connect(const std::string& backend, const std::string& host, const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                  std::chrono::milliseconds timeout) {
    if (backend == "gloo") {
        auto options = c10d::ProcessGroupGloo::Options::create();
        options->timeout = timeout;
        options->devices.push_back(host == "127.0.0.1" || host == "localhost"
            ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1") : c10d::ProcessGroupGloo::createDefaultDevice());
        return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
    }
#ifdef ELBOW_NCCL
    if (backend == "nccl") {
        auto options = c10d::ProcessGroupNCCL::Options::create();
        options->timeout = timeout;
        return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
    }
    TORCH_CHECK(false, "backend '", backend, "' is not in this build: use gloo or nccl");
#else
    TORCH_CHECK(false, "backend '", backend, "' is not in this build: use gloo");
#endif
}

// Some builds of 2.x ask for a libuv that they were built without; the store's own sockets are in every one.
template <typename Options> auto without_libuv(Options& options, int) -> decltype(void(options.useLibUV)) { options.useLibUV = false; }
template <typename Options> void without_libuv(Options&, long) {}

// Collectives read and write memory in its order, whatever the strides say: they work on a row-major tensor, cut from the graph.
template <typename Collective> void in_place(const at::Tensor& tensor, Collective&& collective) {
    at::NoGradGuard noGrad;
    const auto own = tensor.detach();
    std::vector<at::Tensor> list{own.contiguous()};
    collective(list)->wait();
    if (!own.is_contiguous()) own.copy_(list[0]);
    else tensor.unsafeGetTensorImpl()->bump_version();
}

}  // namespace
#endif

using elbow::borrow;
using elbow::guard;

#ifdef ELBOW_GLOO
#define WITH_GROUP(...) return guard([&] { __VA_ARGS__ })
#else
#define WITH_GROUP(...) return guard([&] { TORCH_CHECK(false, "this libtorch was built without Gloo: process groups are not available"); })
#endif

extern "C" {

int elbow_group_new(const char* backend, const char* host, int32_t port, int32_t rank, int32_t size, int32_t timeoutMilliseconds, void** out) {
    WITH_GROUP(
        c10d::TCPStoreOptions options;
        options.port = static_cast<uint16_t>(port);
        options.isServer = rank == 0;
        options.numWorkers = size;
        options.timeout = std::chrono::milliseconds(timeoutMilliseconds);
        without_libuv(options, 0);
        const c10::intrusive_ptr<c10d::Store> store = c10::make_intrusive<c10d::TCPStore>(host, options);
        *out = new Member{store, connect(backend, host, store, rank, size, options.timeout), size};
    );
}

int elbow_group_all_reduce(void* self, ElbowTensor tensor) {
    WITH_GROUP(
        in_place(borrow(tensor), [&](auto& list) { return member(self).group->allreduce(list); });
    );
}

int elbow_group_broadcast(void* self, ElbowTensor tensor, int32_t root) {
    WITH_GROUP(
        c10d::BroadcastOptions options;
        options.rootRank = root;
        in_place(borrow(tensor), [&](auto& list) { return member(self).group->broadcast(list, options); });
    );
}

int elbow_group_all_gather(void* self, ElbowTensor tensor, ElbowTensor* out) {
    WITH_GROUP(
        auto own = borrow(tensor).detach().contiguous();
        std::vector<std::vector<at::Tensor>> all(1);
        for (int k = 0; k < member(self).size; ++k) all[0].push_back(at::empty_like(own));
        std::vector<at::Tensor> list{own};
        member(self).group->allgather(all, list)->wait();
        *out = elbow::give(at::stack(all[0]));
    );
}

int elbow_group_barrier(void* self) {
    WITH_GROUP(member(self).group->barrier()->wait(););
}

void elbow_group_free(void* self) {
#ifdef ELBOW_GLOO
    delete static_cast<Member*>(self);
#else
    (void)self;
#endif
}

}  // extern "C"
