#pragma once

#include <cstddef>
#include <string>
#include <vector>

// CPU levels, and how a family of kernels (the hot loops of one topic) is called at the active one.
//
// <family>.hpp declares a struct of function pointers and names it with IMGMINE_KERNELS;
// <family>.cpp holds the loops and defines IMGMINE_TABLE(<family>_kernels), which must be all it
// exports (the kernel_symbols tests hold that). CMakeLists.txt compiles it once per CPU level.
//
// Kernels take pointers and counts, check nothing, allocate nothing and never throw. Outputs must
// not overlap inputs. Every level gives the same bits.
namespace imgmine {

/// Names of the levels this machine can run, slowest first: of "v2", "v3", "v4", or "neon".
std::vector<std::string> cpu_levels();
/// Throws std::invalid_argument unless `name` is one of them.
void set_cpu_level(const std::string& name);
std::string cpu_level();

/// The active level's place among all that the library was compiled for: the best one this machine
/// can run, unless IMGMINE_CPU or set_cpu_level() chose another.
std::size_t active_level();

}  // namespace imgmine

#if defined(__x86_64__)
#define IMGMINE_KERNELS(Table, name)                                        \
    extern const Table name##_v2, name##_v3, name##_v4;                     \
    inline const Table& name() {                                            \
        const Table* const tables[] = {&name##_v2, &name##_v3, &name##_v4}; \
        return *tables[active_level()];                                     \
    }
#elif defined(__aarch64__)
#define IMGMINE_KERNELS(Table, name) \
    extern const Table name##_neon;  \
    inline const Table& name() {     \
        return name##_neon;          \
    }
#else
#error "no kernels for this processor: add a level to CMakeLists.txt, here and to level.cpp"
#endif

#define IMGMINE_TABLE_OF(name, level) name##_##level
#define IMGMINE_TABLE_AT(name, level) IMGMINE_TABLE_OF(name, level)
/// The table of the level that a file is being compiled for.
#define IMGMINE_TABLE(name) IMGMINE_TABLE_AT(name, IMGMINE_LEVEL)
