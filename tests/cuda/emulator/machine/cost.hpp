#pragma once

namespace emulator {

/// What the lanes of all warps have done: cost.py says what an instruction counts.
struct Cost {
    double instructions, global_accesses, shared_accesses, global_bytes, doubles;

    void add(const Cost& other) {
        instructions += other.instructions;
        global_accesses += other.global_accesses;
        shared_accesses += other.shared_accesses;
        global_bytes += other.global_bytes;
        doubles += other.doubles;
    }
};

extern Cost cost;  // threads run one at a time

}  // namespace emulator
