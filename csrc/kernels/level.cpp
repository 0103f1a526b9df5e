#include "kernels/level.hpp"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace imgmine {
namespace {

/// The levels this machine can run, slowest first: a prefix of those the library was compiled for.
const std::vector<std::string>& levels() {
    static const std::vector<std::string> found = [] {
#if defined(__x86_64__)
        // Asked for feature by feature: older Clangs do not know the levels' names. "v4" is
        // x86-64-v4 and what Ice Lake, Zen 4 and everything since add to it.
        std::vector<std::string> runnable = {"v2"};
        __builtin_cpu_init();
        const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
        const bool v4 =
            v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi") &&
            __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vnni") &&
            __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
        if (v3) runnable.push_back("v3");
        if (v4) runnable.push_back("v4");
        return runnable;
#else
        return std::vector<std::string>{"neon"};
#endif
    }();
    return found;
}

std::size_t find_level(const std::string& name) {
    std::string known;
    for (std::size_t i = 0; i < levels().size(); ++i) {
        if (name == levels()[i]) return i;
        known += (known.empty() ? "'" : ", '") + levels()[i] + "'";
    }
    throw std::invalid_argument("CPU level must be one that this machine can run (" + known +
                                "), got '" + name + "'");
}

std::atomic<std::size_t>& active() {
    static std::atomic<std::size_t> level{[] {
        const char* wanted = std::getenv("IMGMINE_CPU");
        return wanted && *wanted ? find_level(wanted) : levels().size() - 1;
    }()};
    return level;
}

}  // namespace

std::size_t active_level() {
    return active().load(std::memory_order_relaxed);
}

std::string cpu_level() {
    return levels()[active_level()];
}

std::vector<std::string> cpu_levels() {
    return levels();
}

void set_cpu_level(const std::string& name) {
    active() = find_level(name);
}

}  // namespace imgmine
