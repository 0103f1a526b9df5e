#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "kernels/table.hpp"

namespace imgmine {

#if defined(__x86_64__)
extern const Kernels kernels_v2;
extern const Kernels kernels_v3;
extern const Kernels kernels_v4;
#elif defined(__aarch64__)
extern const Kernels kernels_neon;
#else
#error "no kernels for this processor: add a level to CMakeLists.txt and here"
#endif

namespace {

struct Level {
    const char* name;
    const Kernels* table;
};

/// The levels this machine can run, slowest first.
const std::vector<Level>& levels() {
    static const std::vector<Level> found = [] {
#if defined(__x86_64__)
        // Asked for feature by feature: older Clangs do not know the levels' names. "v4" is
        // x86-64-v4 and what Ice Lake, Zen 4 and everything since add to it.
        std::vector<Level> runnable = {{"v2", &kernels_v2}};
        __builtin_cpu_init();
        const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
        const bool v4 =
            v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi") &&
            __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vnni") &&
            __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
        if (v3) runnable.push_back({"v3", &kernels_v3});
        if (v4) runnable.push_back({"v4", &kernels_v4});
        return runnable;
#else
        return std::vector<Level>{{"neon", &kernels_neon}};
#endif
    }();
    return found;
}

const Level& find_level(const std::string& name) {
    std::string known;
    for (const Level& level : levels()) {
        if (name == level.name) return level;
        known += (known.empty() ? "'" : ", '") + std::string(level.name) + "'";
    }
    throw std::invalid_argument("CPU level must be one that this machine can run (" + known +
                                "), got '" + name + "'");
}

std::atomic<const Level*>& active() {
    static std::atomic<const Level*> level{[] {
        const char* wanted = std::getenv("IMGMINE_CPU");
        return wanted && *wanted ? &find_level(wanted) : &levels().back();
    }()};
    return level;
}

}  // namespace

const Kernels& kernels() {
    return *active().load(std::memory_order_relaxed)->table;
}

std::string cpu_level() {
    return active().load()->name;
}

std::vector<std::string> cpu_levels() {
    std::vector<std::string> names;
    for (const Level& level : levels()) names.push_back(level.name);
    return names;
}

void set_cpu_level(const std::string& name) {
    active() = &find_level(name);
}

}  // namespace imgmine
