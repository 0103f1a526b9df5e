#pragma once

#include "nn/context.hpp"

namespace imgmine {

/// What calls that run at once take from, and give back to.
struct PredictorPools {
    Pool<Context> contexts;
    Pool<Scratch> scratches;
};

/// Runs a plan for inference. Any number of calls may do so at once.
class Predictor {
  public:
    explicit Predictor(const Plan& plan) : plan_(plan) {
        std::ptrdiff_t values = plan.places_end;
        for (const std::size_t slot : plan.targets) values += plan.slot_sizes[slot];
        constexpr std::ptrdiff_t cached = 512 * 1024 / 4;  // values that stay in the cache
        chunk_ = std::clamp<std::ptrdiff_t>(cached / std::max<std::ptrdiff_t>(values, 1), 1, 64);
        nanoseconds_ = plan.multiply_adds / 40 + static_cast<double>(values) / 4;
    }

    /// `results`: by target, where n images' results go.
    void run(const NetworkInput* inputs, std::ptrdiff_t n, float* const* results,
             PredictorPools& pools) const {
        // What comes out does not depend on the chunks, nor on who shares what.
        const double all = nanoseconds_ * static_cast<double>(n);
        const std::ptrdiff_t threads = all < 100e3 ? 1 : threads_here();
        Pool<Scratch>* shared = n < threads ? &pools.scratches : nullptr;
        const std::ptrdiff_t chunk =
            std::clamp<std::ptrdiff_t>(shared ? n : (n + threads - 1) / threads, 1, chunk_);
        const auto worth =
            static_cast<std::ptrdiff_t>(50e3 / (nanoseconds_ * static_cast<double>(chunk)) + 1);
        parallel_for((n + chunk - 1) / chunk, shared ? n : worth,
                     [&](std::ptrdiff_t from, std::ptrdiff_t to) {
                         const Pool<Context>::Lease lease(pools.contexts);
                         for (std::ptrdiff_t c = from; c < to; ++c)
                             run_chunk(inputs, c * chunk, std::min(chunk, n - c * chunk), results,
                                       *lease, shared);
                     });
    }

  private:
    static std::ptrdiff_t threads_here() {
        return local_num_threads() ? local_num_threads() : num_threads();
    }

    void run_chunk(const NetworkInput* inputs, std::ptrdiff_t first, std::ptrdiff_t n,
                   float* const* results, Context& context, Pool<Scratch>* shared) const {
        point(first, n, results, context);
        for (std::size_t i = 0; i < plan_.inputs.size(); ++i) {
            const PlanInput& input = plan_.inputs[i];
            if (!input.needed) continue;
            float*& slot = context.values[input.slot];
            const auto* images = static_cast<const float*>(inputs[i].data);
            if (inputs[i].bytes || input.rescaled || plan_.places[input.slot] < 0)
                load_images(input, inputs[i], nullptr, first, n, slot);
            else  // read where they are; no layer writes over an input
                slot = const_cast<float*>(images) + first * input.size;
        }
        const Pass pass{
            n,       first,   false,           0,           nullptr, nullptr, context.values.data(),
            nullptr, nullptr, context.scratch, context.own, shared};
        for (const auto& layer : plan_.layers) layer->forward(pass);
        repeat_targets(first, n, results);
    }

    void point(std::ptrdiff_t first, std::ptrdiff_t n, float* const* results,
               Context& context) const {
        const std::ptrdiff_t wanted = plan_.places_end * n;
        if (static_cast<std::ptrdiff_t>(context.arena.size()) < wanted) {
            context.arena.clear();
            context.arena.resize(static_cast<std::size_t>(wanted));
        }
        context.values.assign(plan_.slot_sizes.size(), nullptr);
        for (std::size_t s = 0; s < plan_.slot_sizes.size(); ++s)
            if (plan_.places[s] >= 0)
                context.values[s] = context.arena.data() + plan_.places[s] * n;
        for (std::size_t t = plan_.targets.size(); t-- > 0;) {
            const std::size_t slot = plan_.targets[t];
            context.values[slot] = results[t] + first * plan_.slot_sizes[slot];
        }
    }

    /// Where several targets share a slot (a node and its flat form), the first one has been
    /// filled.
    void repeat_targets(std::ptrdiff_t first, std::ptrdiff_t n, float* const* results) const {
        const auto begin = plan_.targets.begin();
        for (auto at = begin; at != plan_.targets.end(); ++at) {
            const auto same = std::find(begin, at, *at);
            if (same == at) continue;
            const std::ptrdiff_t size = plan_.slot_sizes[*at];
            std::memcpy(results[at - begin] + first * size, results[same - begin] + first * size,
                        static_cast<std::size_t>(n * size) * sizeof(float));
        }
    }

    const Plan& plan_;
    std::ptrdiff_t chunk_;
    double nanoseconds_;  ///< about, an image
};

}  // namespace imgmine
