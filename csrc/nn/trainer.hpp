#pragma once

#include <array>

#include "kernels/updates.hpp"
#include "nn/context.hpp"
#include "nn/loss.hpp"
#include "nn/schedule.hpp"

namespace imgmine {

/// What a batch is made of and compared with.
struct Batch {
    const NetworkInput* inputs;
    const std::int64_t* rows;  ///< of inputs and targets; null: all
    std::ptrdiff_t n;
    std::uint64_t seed;
    const std::int32_t* labels = nullptr;
    const float* targets = nullptr;
};

/// Runs a plan for training over a batch.
///
/// The batch is cut into groups of images by its size and nothing else. Each group adds gradients
/// up in memory of its own; in the end these sums are added in the groups' order. So a result has
/// the same bits with any number of threads.
class Trainer {
  public:
    Trainer(Plan& plan, std::ptrdiff_t n_trainable, float* parameters)
        : plan_(plan), n_trainable_(n_trainable), parameters_(parameters) {
        for (const std::ptrdiff_t size : plan.slot_sizes) values_an_image_ += size;
    }

    /// Leaves the results in value(slot).
    void forward(const Batch& batch, bool training) {
        const Schedule schedule = Schedule(plan_, plan_.layers.size()).forward(training);
        begin(batch.n, training);
        batch_ = &batch;
        n_forward_ = -1;
        workspace_.reserve(plan_, batch.n, false);
        run(schedule.stages(), false);
        if (training) n_forward_ = batch.n;
        seed_ = batch.seed;
    }

    /// The way back of the last forward(). `seeds`: the gradients of the results; `gradients`:
    /// where those of the parameters go.
    void backward(const std::vector<const float*>& seeds, bool want_inputs, float* gradients) {
        gradients_ = gradients;
        const Schedule schedule =
            Schedule(plan_, plan_.layers.size()).then(TaskKind::seed).backward(want_inputs);
        begin(n_forward_, true);
        const Batch batch{nullptr, nullptr, n_forward_, seed_};
        batch_ = &batch;
        seeds_ = &seeds;
        want_inputs_ = want_inputs;
        workspace_.reserve(plan_, n_forward_, true);
        begin_gradients();
        run(schedule.stages(), false);
        add_gradients();
    }

    /// Both and the loss, of layers [0, n_layers) whose result is in slot `head`.
    LossOutcome step(const Batch& batch, const LossOfImage& loss, std::size_t n_layers,
                     std::size_t head, float* gradients) {
        gradients_ = gradients;
        const Schedule schedule =
            Schedule(plan_, n_layers).forward(true).then(TaskKind::loss).backward(false);
        begin(batch.n, true);
        batch_ = &batch;
        loss_ = &loss;
        head_ = head;
        want_inputs_ = false;
        n_forward_ = -1;
        outcomes_.assign(static_cast<std::size_t>(batch.n), {});
        begin_gradients();
        const bool one_stage = schedule.stages().size() == 1;
        if (!one_stage) workspace_.reserve(plan_, batch.n, true);
        run(schedule.stages(), one_stage);
        add_gradients();
        LossOutcome total;
        for (const LossOutcome& outcome : outcomes_) {
            total.loss += outcome.loss;
            total.n_correct += outcome.n_correct;
        }
        total.loss /= loss.terms();
        return total;
    }

    const float* value(std::size_t slot) const { return workspace_.values[slot].data(); }
    const float* gradient(std::size_t slot) const { return workspace_.gradients[slot].data(); }
    std::ptrdiff_t n_forward() const { return n_forward_; }

  private:
    static constexpr std::ptrdiff_t most_groups = 8;

    void begin(std::ptrdiff_t n, bool training) {
        training_ = training;
        // Enough groups for some threads, few enough for their gradients to stay in the cache.
        std::ptrdiff_t groups = n < 4 ? 1 : std::clamp<std::ptrdiff_t>(n / 8, 2, most_groups);
        while (groups > 2 && groups * n_trainable_ > (std::ptrdiff_t{1} << 27)) groups /= 2;
        group_size_ = std::max<std::ptrdiff_t>((n + groups - 1) / groups, 1);
        n_groups_ = (n + group_size_ - 1) / group_size_;
    }

    /// Groups that are worth a thread.
    std::ptrdiff_t grain() const {
        const double nanoseconds = plan_.multiply_adds / 20 + static_cast<double>(values_an_image_);
        return static_cast<std::ptrdiff_t>(50e3 /
                                           (nanoseconds * static_cast<double>(group_size_))) +
               1;
    }

    /// Has the memory in which gradients are added up hold zeros.
    void begin_gradients() {
        if (n_groups_ < 2) return std::fill_n(gradients_, n_trainable_, 0.0f), void();
        const auto n = static_cast<std::size_t>(n_groups_);
        if (group_gradients_.size() < n) group_gradients_.resize(n);
        for (std::size_t g = 0; g < n; ++g)
            if (!are_zeros_ || group_gradients_[g].empty())
                group_gradients_[g].assign(static_cast<std::size_t>(n_trainable_), 0.0f);
        are_zeros_ = false;
    }

    float* gradients_of(std::ptrdiff_t group) {
        if (n_groups_ < 2) return gradients_;
        const auto g = static_cast<std::size_t>(group);
        return g < group_gradients_.size() ? group_gradients_[g].data() : nullptr;
    }

    /// Adds the groups' gradients and leaves zeros, while they are in the cache.
    void add_gradients() {
        if (n_groups_ < 2) return;
        parallel_for(n_trainable_, 16 * 1024, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::array<float*, most_groups> from;
            for (std::ptrdiff_t g = 0; g < n_groups_; ++g)
                from[static_cast<std::size_t>(g)] = gradients_of(g) + first;
            update_kernels().take_sum(from.data(), static_cast<std::size_t>(n_groups_),
                                      static_cast<std::size_t>(last - first), gradients_ + first);
        });
        are_zeros_ = true;
    }

    void run(const std::vector<Stage>& stages, bool group_by_group) {
        for (const Stage& stage : stages) {
            const Task& last = stage.back();
            auto* waits = last.kind == TaskKind::collect || last.kind == TaskKind::collect_backward
                              ? static_cast<BatchLayer*>(plan_.layers[last.layer].get())
                              : nullptr;
            if (waits) waits->start(n_groups_);
            parallel_for(n_groups_, grain(), [&](std::ptrdiff_t from, std::ptrdiff_t to) {
                const Pool<Context>::Lease lease(contexts_);
                for (std::ptrdiff_t group = from; group < to; ++group)
                    run_stage(stage, group, group_by_group, *lease);
            });
            if (!waits) continue;
            if (last.kind == TaskKind::collect)
                waits->conclude(parameters_, batch_->n);
            else
                waits->conclude_backward(parameters_, gradients_of(0), batch_->n);
        }
    }

    void run_stage(const Stage& stage, std::ptrdiff_t group, bool group_by_group,
                   Context& context) {
        const std::ptrdiff_t first = group * group_size_;
        const std::ptrdiff_t n = std::min(group_size_, batch_->n - first);
        if (group_by_group) context.workspace.reserve(plan_, group_size_, true);
        Workspace& workspace = group_by_group ? context.workspace : workspace_;
        point(workspace, group_by_group ? 0 : first, context);
        const Pass pass{n,
                        first,
                        training_,
                        batch_->seed,
                        parameters_,
                        gradients_of(group),
                        context.values.data(),
                        context.gradients.data(),
                        context.kept.data(),
                        context.scratch,
                        context.own};
        for (const Task& task : stage) run_task(task, group, pass, context);
    }

    /// Has a context point at the images from `first` on.
    void point(Workspace& workspace, std::ptrdiff_t first, Context& context) const {
        context.values.resize(plan_.slot_sizes.size());
        context.gradients.resize(plan_.slot_sizes.size());
        context.kept.resize(plan_.layers.size());
        for (std::size_t s = 0; s < plan_.slot_sizes.size(); ++s) {
            context.values[s] = workspace.values[s].data() + first * plan_.slot_sizes[s];
            context.gradients[s] = workspace.gradients[s].empty() ? nullptr
                                                                  : workspace.gradients[s].data() +
                                                                        first * plan_.slot_sizes[s];
        }
        for (std::size_t l = 0; l < plan_.layers.size(); ++l)
            context.kept[l] = workspace.kept[l].data() + first * plan_.layers[l]->kept_bytes();
    }

    void run_task(const Task& task, std::ptrdiff_t group, const Pass& pass, Context& context) {
        Layer* layer = task.layer < plan_.layers.size() ? plan_.layers[task.layer].get() : nullptr;
        switch (task.kind) {
            case TaskKind::load:
                return load(pass);
            case TaskKind::forward:
                return layer->forward(pass);
            case TaskKind::collect:
                return static_cast<BatchLayer*>(layer)->collect(pass, group);
            case TaskKind::loss:
                return compare(pass);
            case TaskKind::seed:
                return seed(pass);
            case TaskKind::backward:
                return go_back(*layer, pass, context);
            case TaskKind::collect_backward:
                return static_cast<BatchLayer*>(layer)->collect_backward(pass, group);
        }
    }

    void load(const Pass& pass) const {
        for (std::size_t i = 0; i < plan_.inputs.size(); ++i)
            if (plan_.inputs[i].needed)
                load_images(plan_.inputs[i], batch_->inputs[i], batch_->rows, pass.first, pass.n,
                            pass.values[plan_.inputs[i].slot]);
    }

    void compare(const Pass& pass) {
        const std::ptrdiff_t size = plan_.slot_sizes[head_];
        for (std::ptrdiff_t i = 0; i < pass.n; ++i) {
            const std::ptrdiff_t place = pass.first + i;
            const std::ptrdiff_t row = batch_->rows ? batch_->rows[place] : place;
            const float* y = pass.values[head_] + i * size;
            float* grad = pass.gradients[head_] + i * size;
            outcomes_[static_cast<std::size_t>(place)] =
                batch_->labels ? (*loss_)(y, batch_->labels + row * loss_->labels(), grad)
                               : (*loss_)(y, batch_->targets + row * size, grad);
        }
    }

    void seed(const Pass& pass) const {
        for (std::size_t t = 0; t < plan_.targets.size(); ++t) {
            const std::size_t slot = plan_.targets[t];
            const float* from = (*seeds_)[t] + pass.first * plan_.slot_sizes[slot];
            const auto count = static_cast<std::size_t>(pass.n * plan_.slot_sizes[slot]);
            const auto begin = plan_.targets.begin();
            if (std::find(begin, begin + static_cast<std::ptrdiff_t>(t), slot) !=
                begin + static_cast<std::ptrdiff_t>(t))
                layer_kernels().add(from, count, pass.gradients[slot]);
            else
                std::memcpy(pass.gradients[slot], from, count * sizeof(float));
        }
    }

    /// A gradient that has been written before gets the layer's added to it.
    void go_back(const Layer& layer, const Pass& pass, Context& context) const {
        const std::size_t n = layer.inputs.size();
        std::ptrdiff_t repeated = 0;
        const auto wanted = [&](std::size_t i) { return want_inputs_ || layer.is_trained[i]; };
        for (std::size_t i = 0; i < n; ++i)
            if (wanted(i) && layer.accumulates[i]) repeated += layer.in_sizes[i] * pass.n;
        float* next = context.own.array<float>(1, repeated);
        context.grad_inputs.assign(n, nullptr);
        for (std::size_t i = 0; i < n; ++i) {
            if (!wanted(i)) continue;
            context.grad_inputs[i] = layer.accumulates[i] ? next : pass.gradients[layer.inputs[i]];
            if (layer.accumulates[i]) next += layer.in_sizes[i] * pass.n;
        }
        layer.backward(pass, context.grad_inputs.data());
        for (std::size_t i = 0; i < n; ++i)
            if (wanted(i) && layer.accumulates[i])
                layer_kernels().add(context.grad_inputs[i],
                                    static_cast<std::size_t>(layer.in_sizes[i] * pass.n),
                                    pass.gradients[layer.inputs[i]]);
    }

    Plan& plan_;
    std::ptrdiff_t n_trainable_;
    float *parameters_, *gradients_ = nullptr;
    std::ptrdiff_t values_an_image_ = 0;
    Pool<Context> contexts_;
    Workspace workspace_;  ///< of a whole batch
    std::vector<AlignedVector<float>> group_gradients_;
    bool are_zeros_ = false;  ///< the groups' gradients
    std::vector<LossOutcome> outcomes_;

    // Of the call that is going on.
    bool training_ = false, want_inputs_ = false;
    std::ptrdiff_t group_size_ = 1, n_groups_ = 0;
    const Batch* batch_ = nullptr;
    const LossOfImage* loss_ = nullptr;
    const std::vector<const float*>* seeds_ = nullptr;
    std::size_t head_ = 0;
    std::ptrdiff_t n_forward_ = -1;
    std::uint64_t seed_ = 0;
};

}  // namespace imgmine
