#include "machine/memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace emulator {
namespace {

constexpr std::size_t alignment = 512;  // cudaMalloc's is at least 256
constexpr int new_byte = 0xA5;          // as float -2.9e-16, as an index far outside
constexpr int freed_byte = 0x5A;
constexpr std::size_t max_quarantined = std::size_t{64} << 20;

void* at(std::uint64_t address) {
    return reinterpret_cast<void*>(address);
}
std::uint64_t address_of(const void* p) {
    return reinterpret_cast<std::uint64_t>(p);
}

void mark(Allocation* target, std::uint64_t address, const std::uint8_t* flags, std::size_t n) {
    if (!target || target->written.empty()) return;
    auto first = target->written.begin() + static_cast<std::ptrdiff_t>(address - target->begin);
    if (flags)
        std::copy_n(flags, n, first);
    else
        std::fill_n(first, n, std::uint8_t{1});
}

}  // namespace

Memory& memory() {
    static Memory memory;
    return memory;
}

void* Memory::allocate(std::size_t size, bool on_host) {
    if (!on_host && size > available()) return nullptr;
    const std::size_t whole = (size / alignment + 2) * alignment;  // a gap behind each
    void* bytes = std::aligned_alloc(alignment, whole);
    if (!bytes) return nullptr;
    std::memset(bytes, new_byte, size);
    Allocation made{address_of(bytes), size, on_host, true};
    if (!on_host) {
        made.written.assign(size, 0);
        used_ += size;
    }
    allocations_[made.begin] = std::move(made);
    return bytes;
}

bool Memory::release(std::uint64_t begin) {
    const auto found = allocations_.find(begin);
    if (found == allocations_.end() || !found->second.is_owned) return false;
    const std::size_t size = found->second.size;
    if (!found->second.is_on_host) used_ -= size;
    allocations_.erase(found);
    last_ = nullptr;
    quarantine(begin, size);
    return true;
}

// Its addresses are not given out again at once, so that late uses are seen.
void Memory::quarantine(std::uint64_t begin, std::size_t size) {
    std::memset(at(begin), freed_byte, size);
    freed_.emplace_back(at(begin), size);
    n_freed_ += size;
    while (n_freed_ > max_quarantined) {
        std::free(freed_.front().first);
        n_freed_ -= freed_.front().second;
        freed_.pop_front();
    }
}

void Memory::add(void* begin, std::size_t size) {
    allocations_[address_of(begin)] = Allocation{address_of(begin), size};
}

void Memory::drop(const void* begin) {
    allocations_.erase(address_of(begin));
    last_ = nullptr;
}

Allocation* Memory::find(std::uint64_t address, std::size_t n) {
    if (last_ && last_->has(address, n)) return last_;
    auto next = allocations_.upper_bound(address);
    if (next == allocations_.begin()) return nullptr;
    Allocation& before = std::prev(next)->second;
    if (!before.has(address, n)) return nullptr;
    return last_ = &before;
}

bool Memory::copy(std::uint64_t to, std::uint64_t from, std::size_t n) {
    std::memmove(at(to), at(from), n);
    const Allocation* source = find(from, n);
    const bool has_flags = source && !source->written.empty();
    const std::uint8_t* flags = has_flags ? &source->written[from - source->begin] : nullptr;
    mark(find(to, n), to, flags, n);
    return true;
}

bool Memory::fill(std::uint64_t to, std::uint64_t value, std::size_t width, std::size_t count) {
    Allocation* target = find(to, width * count);
    if (!target) return false;
    for (std::size_t i = 0; i < count; ++i) std::memcpy(at(to + i * width), &value, width);
    mark(target, to, nullptr, width * count);
    return true;
}

}  // namespace emulator
