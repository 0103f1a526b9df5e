#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "base/worker_team.hpp"

#if defined(__linux__)
#include <sched.h>
#endif

namespace imgmine {
namespace {

constexpr int max_threads = 1024;

std::atomic<int> thread_limit{0};
thread_local int local_limit = 0;

int available_cpus() {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
#endif
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

/// IMGMINE_NUM_THREADS, or 0 where it is unset or empty.
int threads_from_environment() {
    const char* text = std::getenv("IMGMINE_NUM_THREADS");
    if (!text || !*text) return 0;
    char* end = nullptr;
    const long n = std::strtol(text, &end, 10);
    require(!*end && n >= 1 && n <= max_threads,
            "IMGMINE_NUM_THREADS must be a number from 1 to 1024, got '" + std::string(text) + "'");
    return static_cast<int>(n);
}

}  // namespace

void set_num_threads(int n) {
    require(n >= 0 && n <= max_threads,
            "n must be between 0 and 1024 threads, got " + std::to_string(n));
    thread_limit = n;
}

int num_threads() {
    const int limit = thread_limit;
    if (limit) return limit;
    static const int from_environment = threads_from_environment();
    return from_environment ? from_environment : available_cpus();
}

void check_environment() {
    threads_from_environment();
}

void set_local_num_threads(int n) {
    require(n >= 0 && n <= max_threads,
            "n must be between 0 and 1024 threads, got " + std::to_string(n));
    local_limit = n;
}

int local_num_threads() {
    return local_limit;
}

void parallel_for(std::ptrdiff_t n, std::ptrdiff_t grain,
                  const std::function<void(std::ptrdiff_t, std::ptrdiff_t)>& body) {
    if (n <= 0) return;
    const std::ptrdiff_t wanted = n / std::max<std::ptrdiff_t>(grain, 1);
    // Asking for the CPUs is a system call: small work does not pay for it.
    const std::ptrdiff_t ranges =
        wanted < 2 ? 1
                   : std::min<std::ptrdiff_t>(wanted, local_limit ? local_limit : num_threads());
    if (ranges < 2) return body(0, n);

    std::exception_ptr error;
    std::mutex error_mutex;
    const WorkerTeam::Task run = [&](std::ptrdiff_t r) {
        const int outer_limit = local_limit;
        local_limit = 1;
        try {
            body(n * r / ranges, n * (r + 1) / ranges);
        } catch (...) {
            const std::lock_guard lock(error_mutex);
            if (!error) error = std::current_exception();
        }
        local_limit = outer_limit;
    };

    {
        const WorkerTeam team(ranges - 1, run);
        run(0);
        for (std::ptrdiff_t r = team.size() + 1; r < ranges; ++r) run(r);
    }
    if (error) std::rethrow_exception(error);
}

}  // namespace imgmine
