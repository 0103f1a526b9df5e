#pragma once

#include "nn/plan.hpp"

namespace imgmine {

enum class TaskKind { load, forward, collect, loss, seed, backward, collect_backward };

struct Task {
    TaskKind kind;
    std::size_t layer = 0;
};

/// Tasks that a thread can do for a group of images without a look at the others. One that collects
/// is the last; its conclusions are drawn when all groups are done.
using Stage = std::vector<Task>;

/// The tasks of a plan's layers [0, n_layers), cut into stages.
class Schedule {
  public:
    Schedule(const Plan& plan, std::size_t n_layers) : plan_(plan), n_layers_(n_layers) {
        stages_.emplace_back();
    }

    Schedule& forward(bool training) {
        stages_.back().push_back({TaskKind::load});
        for (std::size_t l = 0; l < n_layers_; ++l) {
            if (training && is_batch_layer(l)) cut({TaskKind::collect, l});
            stages_.back().push_back({TaskKind::forward, l});
        }
        return *this;
    }

    Schedule& then(TaskKind kind) {
        stages_.back().push_back({kind});
        return *this;
    }

    Schedule& backward(bool want_inputs) {
        for (std::size_t l = n_layers_; l-- > 0;) {
            const Layer& layer = *plan_.layers[l];
            bool wanted = want_inputs || layer.learns;
            for (const char trained : layer.is_trained) wanted = wanted || trained;
            if (!wanted) continue;
            if (is_batch_layer(l)) cut({TaskKind::collect_backward, l});
            stages_.back().push_back({TaskKind::backward, l});
        }
        return *this;
    }

    const std::vector<Stage>& stages() const { return stages_; }

  private:
    bool is_batch_layer(std::size_t l) const {
        return dynamic_cast<const BatchLayer*>(plan_.layers[l].get()) != nullptr;
    }

    void cut(const Task& last) {
        stages_.back().push_back(last);
        stages_.emplace_back();
    }

    const Plan& plan_;
    std::size_t n_layers_;
    std::vector<Stage> stages_;
};

}  // namespace imgmine
