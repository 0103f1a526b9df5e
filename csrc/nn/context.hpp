#pragma once

#include "kernels/layers.hpp"
#include "nn/plan.hpp"

namespace imgmine {

/// The images an input of the network is given: (n, *shape), contiguous, float32 or uint8.
struct NetworkInput {
    const void* data;
    bool bytes;
    std::ptrdiff_t n;
};

/// Copies images into an input's slot as float32, rescaled where the plan says so. `rows`, unless
/// null, says which images these are, instead of those from `first` on.
inline void load_images(const PlanInput& input, const NetworkInput& from, const std::int64_t* rows,
                        std::ptrdiff_t first, std::ptrdiff_t n, float* to) {
    const auto size = static_cast<std::size_t>(input.size);
    // Images that lie side by side are one long one.
    const std::ptrdiff_t steps = rows ? n : 1;
    const std::size_t length = rows ? size : size * static_cast<std::size_t>(n);
    for (std::ptrdiff_t i = 0; i < steps; ++i, to += length) {
        const std::ptrdiff_t at = (rows ? rows[first + i] : first) * input.size;
        if (from.bytes)
            layer_kernels().bytes(static_cast<const std::uint8_t*>(from.data) + at, length,
                                  input.scale, input.offset, to);
        else if (input.rescaled)
            layer_kernels().rescale(static_cast<const float*>(from.data) + at, length, input.scale,
                                    input.offset, to);
        else
            std::memcpy(to, static_cast<const float*>(from.data) + at, length * sizeof(float));
    }
}

/// Memory for what a plan for training makes of some images. What it has had before is used again.
class Workspace {
  public:
    void reserve(const Plan& plan, std::ptrdiff_t n_images, bool with_gradients) {
        values.resize(plan.slot_sizes.size());
        gradients.resize(plan.slot_sizes.size());
        kept.resize(plan.layers.size());
        for (std::size_t s = 0; s < values.size(); ++s) {
            grow(values[s], plan.slot_sizes[s] * n_images);
            if (with_gradients) grow(gradients[s], plan.slot_sizes[s] * n_images);
        }
        for (std::size_t l = 0; l < kept.size(); ++l)
            grow(kept[l], plan.layers[l]->kept_bytes() * n_images);
    }

    std::vector<AlignedVector<float>> values, gradients;  ///< by slot
    std::vector<AlignedVector<std::uint8_t>> kept;        ///< by layer

  private:
    template <class T>
    static void grow(AlignedVector<T>& memory, std::ptrdiff_t size) {
        if (static_cast<std::ptrdiff_t>(memory.size()) >= size) return;
        memory.clear();  // nothing to move
        memory.resize(static_cast<std::size_t>(size));
    }
};

/// What one thread needs for itself.
struct Context {
    Scratch scratch, own;
    std::vector<float*> values, gradients, grad_inputs;
    std::vector<std::uint8_t*> kept;
    Workspace workspace;
    AlignedVector<float> arena;
};

}  // namespace imgmine
