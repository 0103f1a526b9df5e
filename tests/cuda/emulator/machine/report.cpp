#include "machine/report.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

namespace emulator {
namespace {

constexpr std::size_t max_told = 8;  // thousands of threads make the same mistake

std::mutex mutex;
std::vector<std::string> told;
std::size_t n_errors = 0;

}  // namespace

void add_error(const std::string& text) {
    const std::lock_guard lock(mutex);
    ++n_errors;
    if (told.size() < max_told && std::find(told.begin(), told.end(), text) == told.end())
        told.push_back(text);
}

}  // namespace emulator

/// The number of errors since the last call; the first ones are written to `text`, one a line.
extern "C" std::size_t emulator_take_errors(char* text, std::size_t size) {
    using namespace emulator;
    const std::lock_guard lock(mutex);
    std::string lines;
    for (const std::string& line : told) lines += line + "\n";
    if (size) {
        const std::size_t n = std::min(size - 1, lines.size());
        std::memcpy(text, lines.data(), n);
        text[n] = 0;
    }
    told.clear();
    return std::exchange(n_errors, 0);
}
