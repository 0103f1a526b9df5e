// What translated kernels call: which memory an address is in, and whether it may be used so.

#include <algorithm>
#include <cstdio>

#include "machine/block.hpp"
#include "machine/memory.hpp"
#include "machine/report.hpp"
#include "machine/running.hpp"

namespace emulator {
namespace {

Block* current = nullptr;

alignas(16) unsigned char scrap[16];  // where a wrong access goes

std::uint64_t address_of(const void* p) {
    return reinterpret_cast<std::uint64_t>(p);
}

const char* name_of(Access access) {
    return access == Access::read ? "read" : "write";
}

unsigned char* refuse(const Thread& thread, const char* space, Access access,
                      std::uint64_t address) {
    const std::string kind = std::string(space) + " memory: " + name_of(access) + " out of bounds";
    complain(thread, kind.c_str(), address);
    return scrap;
}

unsigned char* reach_shared(Thread& thread, std::uint64_t offset, std::uint32_t bytes,
                            Access access) {
    SharedMemory& shared = current->shared();
    if (offset > shared.size() || bytes > shared.size() - offset)
        return refuse(thread, "shared", access, offset);
    const auto place = static_cast<std::uint32_t>(offset);
    if (const char* wrong = shared.judge(thread, place, bytes, access))
        complain(thread, wrong, offset);
    return shared.begin() + offset;
}

unsigned char* reach_local(Thread& thread, std::uint64_t offset, std::uint32_t bytes,
                           Access access) {
    if (offset > thread.local_bytes || bytes > thread.local_bytes - offset)
        return refuse(thread, "local", access, offset);
    return thread.local + offset;
}

unsigned char* reach_global(Thread& thread, std::uint64_t address, std::uint32_t bytes,
                            Access access) {
    Allocation* const found = memory().find(address, bytes);
    if (!found) return refuse(thread, "global", access, address);
    if (!found->written.empty()) {
        const auto flags =
            found->written.begin() + static_cast<std::ptrdiff_t>(address - found->begin);
        if (access != Access::write && std::find(flags, flags + bytes, 0) != flags + bytes)
            complain(thread, "global memory: read of what was not written", address);
        if (access != Access::read) std::fill_n(flags, bytes, std::uint8_t{1});
    }
    return reinterpret_cast<unsigned char*>(address);
}

}  // namespace

Running::Running(Block& block) : before_(current) {
    current = &block;
}
Running::~Running() {
    current = before_;
}

std::uint64_t to_generic(const Thread& thread, Space space, std::uint64_t address) {
    if (space == Space::shared) return address + address_of(current->shared().begin());
    if (space == Space::local) return address + address_of(thread.local);
    return address;
}

std::uint64_t from_generic(const Thread& thread, Space space, std::uint64_t address) {
    return address - to_generic(thread, space, 0);
}

bool is_in(const Thread& thread, Space space, std::uint64_t address) {
    const bool is_shared = from_generic(thread, Space::shared, address) < current->shared().size();
    const bool is_local = current->has_on_stack(thread, address);
    if (space == Space::shared) return is_shared;
    if (space == Space::local) return is_local;
    return !is_shared && !is_local;
}

unsigned char* reach(Thread& thread, Space space, std::uint64_t address, std::uint32_t bytes,
                     Access access) {
    if (space == Space::generic) {
        space = is_in(thread, Space::shared, address)  ? Space::shared
                : is_in(thread, Space::local, address) ? Space::local
                                                       : Space::global;
        address = from_generic(thread, space, address);
    }
    if (address % bytes) {
        complain(thread, "misaligned access", address);
        return scrap;
    }
    if (space == Space::shared) return reach_shared(thread, address, bytes, access);
    if (space == Space::local) return reach_local(thread, address, bytes, access);
    return reach_global(thread, address, bytes, access);
}

Counted wait_for_block(Thread& thread, std::uint32_t site, bool value) {
    return current->wait_for_block(thread, site, value);
}

const Gathered& wait_for_warp(Thread& thread, std::uint32_t mask, std::uint64_t value) {
    if (!(mask >> thread.lane & 1)) stop(thread, "a warp operation whose mask lacks this lane");
    return current->wait_for_warp(thread, mask, value);
}

std::uint32_t lanes_alive(const Thread& thread) {
    return current->lanes_alive(thread.warp);
}

void complain(const Thread& thread, const char* kind, std::uint64_t address) {
    char place[160];
    std::snprintf(place, sizeof place, " at %#llx, thread (%u, %u, %u) of block (%u, %u, %u)",
                  static_cast<unsigned long long>(address), thread.tid[0], thread.tid[1],
                  thread.tid[2], thread.ctaid[0], thread.ctaid[1], thread.ctaid[2]);
    add_error(std::string(kind) + " in " + current->launch().name, place);
}

void stop(Thread& thread, const char* kind) {
    complain(thread, kind, 0);
    current->stop(thread);
}

}  // namespace emulator
