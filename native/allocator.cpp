// Storage of small tensors: what a thread has freed serves its next ones. glibc cuts an aligned block out of a larger one and gives both ends
// back, under a lock: a fifth of a small operator. Blocks come from libtorch's own allocator and go back to it; everything larger is its own.
// Nothing happens when somebody has set another allocator, or replaced malloc by one whose blocks do not say what they hold.
#include <c10/core/CPUAllocator.h>
#include <malloc.h>
#include <cstring>
#include <utility>

namespace {

constexpr size_t smallest = 64;
constexpr size_t classes = 9;  // 64 bytes, 128, ... 16 KiB
constexpr size_t kept = 64 << 10;  // bytes that the blocks of one class, held by one thread for later, serve at most

c10::Allocator* own;  // libtorch's

struct Block {
    Block* next;
};

struct Shelf {
    Block* first;
    size_t count;
};

// Trivial, so that reaching it needs no guard, and it still stands when a thread frees its last tensors after Sweep.
thread_local Shelf shelves[classes];

struct Sweep {
    ~Sweep() {
        for (auto& [first, count] : shelves) {
            while (first) own->raw_deallocate(std::exchange(first, first->next));
            count = kept;  // full: from now on blocks go back at once
        }
    }
};

size_t log2(size_t value) { return 63 - __builtin_clzll(value); }

// libtorch frees by pointer alone: what a block can hold says where it belongs, so that one of up to 32 KiB may serve later as one of 16.
size_t shelf(void* memory) { return log2(malloc_usable_size(memory) / smallest); }

// Some replacements of malloc call more usable than is.
bool shelves_are_told() {
    for (size_t k = 0; k < classes; ++k) {
        void* memory = own->raw_allocate(smallest << k);
        const bool told = shelf(memory) == k;
        own->raw_deallocate(memory);
        if (!told) return false;
    }
    return true;
}

void put(void* memory) {
    if (!memory) return;
    const size_t k = shelf(memory);
    if (k >= classes || shelves[k].count >= kept / (smallest << k)) return own->raw_deallocate(memory);
    auto& [first, count] = shelves[k];
    if (count == 0) {
        static thread_local Sweep sweep;
        static_cast<void>(sweep);
    }
    first = new (memory) Block{first};
    ++count;
}

c10::DataPtr take(size_t bytes) {
    void* memory = nullptr;
    const size_t k = bytes <= smallest ? 0 : log2((bytes - 1) / smallest) + 1;
    if (bytes == 0 || k >= classes) {
        memory = own->raw_allocate(bytes);
    } else if (auto& [first, count] = shelves[k]; first) {
        memory = std::exchange(first, first->next);
        --count;
    } else {
        memory = own->raw_allocate(smallest << k);
    }
    return {memory, memory, &put, c10::Device(c10::DeviceType::CPU)};
}

struct SmallBlocks final : c10::Allocator {
    // Constant in libtorch 1, not any more in 2, where copy_data is new: each version finds its own.
    c10::DataPtr allocate(size_t bytes) const { return take(bytes); }
    c10::DataPtr allocate(size_t bytes) { return take(bytes); }
    void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }
    c10::DeleterFnPtr raw_deleter() const override { return &put; }
};

[[maybe_unused]] const bool installed = [] {
    static SmallBlocks small;
    own = c10::GetCPUAllocator();
    if (own == c10::GetDefaultCPUAllocator() && shelves_are_told()) c10::SetCPUAllocator(&small);
    return true;
}();

}  // namespace
