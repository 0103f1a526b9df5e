// libFuzzer's target: index files of any content, searched as the library searches them.
#include "core/hostile_index.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Once as it is, which few files survive, once with a right checksum.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hostile::use_copy(data, size, false);
    hostile::use_copy(data, size, true);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
    hostile::Random random(seed);
    // Most bytes are numbers in their places: what moves them all rarely leaves a file.
    if (random.below(4) == 0) return LLVMFuzzerMutate(data, size, max_size);
    hostile::damage(data, size, random);
    return size;
}
