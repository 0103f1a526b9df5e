#include "machine/block.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "machine/report.hpp"
#include "machine/running.hpp"

namespace emulator {
namespace {

std::uint64_t order_seed = 0;
std::mt19937_64 order_random;

/// Coroutines are kept from launch to launch: their stacks are dear.
Coroutine* coroutine(std::size_t i) {
    static std::vector<std::unique_ptr<Coroutine>> all;
    while (all.size() <= i) all.push_back(std::make_unique<Coroutine>());
    return all[i].get();
}

}  // namespace

void set_order(std::uint64_t seed) {
    order_seed = seed;
    order_random.seed(seed);
}

void run(const Launch& launch) {
    Block block(launch);
    const Running running(block);
    const std::uint64_t n = std::uint64_t{launch.grid[0]} * launch.grid[1] * launch.grid[2];
    // From the last to the first is as far from the usual order as it gets.
    for (std::uint64_t i = 0; i < n; ++i)
        if (!block.run(order_seed ? n - 1 - i : i)) return;
}

Block::Block(const Launch& launch) : launch_(launch) {
    const std::uint32_t* size = launch.block;
    members_.resize(std::size_t{size[0]} * size[1] * size[2]);
    order_.resize(members_.size());
    std::iota(order_.begin(), order_.end(), 0u);
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
        Thread& thread = members_[i].thread;
        thread.index = i;
        thread.lane = i % 32;
        thread.warp = i / 32;
        const std::uint32_t tid[3] = {i % size[0], i / size[0] % size[1], i / size[0] / size[1]};
        std::copy_n(tid, 3, thread.tid);
        std::copy_n(size, 3, thread.ntid);
        std::copy_n(launch.grid, 3, thread.nctaid);
        members_[i].coroutine = coroutine(i);
    }
}

void Block::place(std::uint64_t number) {
    const std::uint32_t* grid = launch_.grid;
    const auto x = static_cast<std::uint32_t>(number % grid[0]);
    const auto y = static_cast<std::uint32_t>(number / grid[0] % grid[1]);
    const auto z = static_cast<std::uint32_t>(number / grid[0] / grid[1]);
    for (Member& member : members_) {
        member.state = State::ready;
        member.thread.ctaid[0] = x;
        member.thread.ctaid[1] = y;
        member.thread.ctaid[2] = z;
    }
    shared_.reset(launch_.kernel->shared_bytes + launch_.dynamic_shared_bytes,
                  static_cast<std::uint32_t>(members_.size() + 31) / 32);
}

bool Block::run(std::uint64_t number) {
    place(number);
    while (!is_stopped_ && run_ready() && count(State::finished) < members_.size()) {
        if (finish_warp_operations() || finish_barrier()) continue;
        if (!is_stopped_) tell_deadlock();
        is_stopped_ = true;
    }
    if (is_stopped_)
        for (Member& member : members_) member.coroutine->reset();
    return !is_stopped_;
}

std::size_t Block::count(State state) const {
    return static_cast<std::size_t>(
        std::count_if(members_.begin(), members_.end(),
                      [state](const Member& member) { return member.state == state; }));
}

void Block::enter(void* block) {
    Block& self = *static_cast<Block*>(block);
    Member& member = *self.running_;
    self.launch_.kernel->run(member.thread, self.launch_.parameters.data());
    member.state = State::finished;
}

bool Block::run_ready() {
    if (order_seed) std::shuffle(order_.begin(), order_.end(), order_random);
    for (const std::uint32_t i : order_) {
        if (members_[i].state != State::ready) continue;
        running_ = &members_[i];
        members_[i].coroutine->resume(&Block::enter, this);
        if (is_stopped_) return false;
    }
    return true;
}

void Block::suspend(Member& member, State state) {
    member.state = state;
    member.coroutine->suspend();
}

void Block::stop(Thread& thread) {
    is_stopped_ = true;
    for (;;) suspend(member_of(thread), State::finished);
}

Counted Block::wait_for_block(Thread& thread, std::uint32_t site, bool value) {
    Member& member = member_of(thread);
    member.site = site;
    member.value = value;
    suspend(member, State::at_barrier);
    return counted_;
}

const Gathered& Block::wait_for_warp(Thread& thread, std::uint32_t mask, std::uint64_t value) {
    Member& member = member_of(thread);
    member.mask = mask;
    member.value = value;
    suspend(member, State::in_warp_operation);
    return member.gathered;
}

std::uint32_t Block::lanes_alive(std::uint32_t warp) const {
    std::uint32_t lanes = 0;
    for (std::uint32_t lane = 0; lane < 32 && warp * 32 + lane < members_.size(); ++lane)
        if (members_[warp * 32 + lane].state != State::finished) lanes |= 1u << lane;
    return lanes;
}

bool Block::has_on_stack(const Thread& thread, std::uint64_t address) const {
    return members_[thread.index].coroutine->has_on_stack(address);
}

bool Block::finish_warp_operations() {
    bool has_finished = false;
    for (const Member& member : members_)
        if (member.state == State::in_warp_operation)
            has_finished = finish_warp_operation(member) || has_finished;
    return has_finished;
}

bool Block::finish_warp_operation(const Member& first) {
    Member* const warp = &members_[first.thread.warp * 32];
    Gathered gathered{first.mask & lanes_alive(first.thread.warp), {}};
    for (std::uint32_t lane = 0; lane < 32; ++lane) {
        if (!(gathered.lanes >> lane & 1)) continue;
        if (warp[lane].state != State::in_warp_operation || warp[lane].mask != first.mask)
            return false;
        gathered.values[lane] = warp[lane].value;
    }
    for (std::uint32_t lane = 0; lane < 32; ++lane) {
        if (!(gathered.lanes >> lane & 1)) continue;
        warp[lane].gathered = gathered;
        warp[lane].state = State::ready;
    }
    shared_.pass_warp_operation(first.thread.warp);
    return true;
}

bool Block::finish_barrier() {
    const std::size_t n_waiting = count(State::at_barrier);
    if (n_waiting == 0 || n_waiting + count(State::finished) < members_.size()) return false;
    const Member* first = nullptr;
    counted_ = {};
    for (Member& member : members_) {
        if (member.state != State::at_barrier) {
            complain(member.thread, "a barrier of the block that this thread never reaches", 0);
            continue;
        }
        if (!first) first = &member;
        if (member.site != first->site)
            complain(member.thread, "threads of the block wait at different barriers", 0);
        counted_.n_threads += 1;
        counted_.n_true += static_cast<std::uint32_t>(member.value);
        member.state = State::ready;
    }
    shared_.pass_barrier();
    return true;
}

void Block::tell_deadlock() const {
    for (const Member& member : members_) {
        if (member.state != State::in_warp_operation) continue;
        complain(member.thread, "waits for ever for other lanes of its warp", member.mask);
        return;
    }
    add_error("deadlock in " + launch_.name, "");
}

}  // namespace emulator
