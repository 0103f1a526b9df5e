#include "features/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/separable.hpp"

namespace imgmine {
namespace {

using Works = std::vector<std::unique_ptr<BandWork>>;  // one a descriptor

Works start(const RecipePlan& plan, const BandShare& share) {
    const std::size_t n = plan.descriptors.size();
    Works works(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n && !works[i]; ++j) {
            if (i == j || works[j]) continue;
            auto both = plan.descriptors[i]->start_with(*plan.descriptors[j], share);
            if (!both[0]) continue;
            works[i] = std::move(both[0]);
            works[j] = std::move(both[1]);
        }
    for (std::size_t i = 0; i < n; ++i)
        if (!works[i]) works[i] = plan.descriptors[i]->start(share);
    return works;
}

/// A recipe at work on one image; run() is called from several threads.
struct Pass {
    ImageView<const std::uint8_t> image;
    const RecipePlan& plan;
    RowLayout layout;  // of what is described
    std::ptrdiff_t reach = 0;
    std::optional<FixedPointKernel> kernel;

    Pass(ImageView<const std::uint8_t> src, const RecipePlan& recipe)
        : image(src), plan(recipe), layout{src.height, src.width, recipe.gray ? 1 : src.channels} {
        for (const AnyBandDescriptor& descriptor : plan.descriptors)
            reach = std::max(reach, descriptor->reach(layout));
        if (plan.blur)
            kernel.emplace(fixed_point_taps(gaussian_taps(plan.blur->gaussian, false)),
                           layout.channels);
    }

    void run(std::ptrdiff_t first, std::ptrdiff_t last, Works& works) const {
        first = std::max<std::ptrdiff_t>(first - reach, 0);
        last = std::min(last + reach, image.height);
        constexpr std::ptrdiff_t band_bytes = 16384;  // half of a first-level cache
        const std::ptrdiff_t rows = std::max<std::ptrdiff_t>(
            1, band_bytes / std::max<std::ptrdiff_t>(layout.row_size(), 1));
        if (!plan.gray && !kernel && image.row_stride == image.row_size())
            run_in_place(first, last, rows, works);
        else
            run_prepared(first, last, rows, works);
    }

  private:
    static void hand_out(Band& band, Works& works) {
        for (const auto& work : works) work->add(band);
    }

    void run_in_place(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t rows,
                      Works& works) const {
        Band band(layout);
        for (std::ptrdiff_t y = first; y < last; y += rows) {
            band.set(image.row(y), y, std::min(y + rows, last));
            hand_out(band, works);
        }
    }

    void load(std::ptrdiff_t y, std::uint8_t* out) const {
        if (plan.gray)
            color_kernels().rgb_to_gray_u8(image.row(y), out, static_cast<std::size_t>(image.width),
                                           static_cast<std::size_t>(image.channels));
        else
            std::copy_n(image.row(y), image.row_size(), out);
    }

    void run_prepared(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t rows,
                      Works& works) const {
        const std::ptrdiff_t n = layout.row_size();
        std::vector<std::uint8_t> prepared(static_cast<std::size_t>(rows * n));
        Band band(layout);
        const auto slot = [&](std::ptrdiff_t y) {
            return prepared.data() + (y - first) % rows * n;
        };
        const auto finished = [&](std::ptrdiff_t y) {
            const std::ptrdiff_t held = (y - first) % rows + 1;
            if (held < rows && y < last - 1) return;
            band.set(prepared.data(), y + 1 - held, y + 1);
            hand_out(band, works);
        };
        const auto loader = [this](std::ptrdiff_t y, std::uint8_t* out) { load(y, out); };
        if (kernel)
            return filter_rows<std::uint8_t>(layout, *kernel, plan.blur->border, first, last,
                                             loader, slot, finished);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            load(y, slot(y));
            finished(y);
        }
    }
};

}  // namespace

void RecipePlan::check() const {
    require(!descriptors.empty(), "descriptors must not be empty");
    if (blur) gaussian_taps(blur->gaussian, false);
    for (const AnyBandDescriptor& descriptor : descriptors) descriptor->check();
}

double RecipePlan::cost(std::ptrdiff_t channels) const {
    double nanoseconds = 0.1 * static_cast<double>(channels);
    for (const AnyBandDescriptor& descriptor : descriptors) nanoseconds += descriptor->cost();
    return nanoseconds;
}

std::size_t RecipePlan::size(std::ptrdiff_t channels) const {
    std::size_t total = 0;
    for (const AnyBandDescriptor& descriptor : descriptors)
        total += descriptor->size(gray ? 1 : channels);
    return total;
}

void describe(ImageView<const std::uint8_t> image, const RecipePlan& plan, float* out) {
    plan.check();
    require(
        !plan.gray || image.channels == 3 || image.channels == 4,
        "image must have 3 or 4 channels to be made gray, got " + std::to_string(image.channels));
    const std::ptrdiff_t channels = plan.gray ? 1 : image.channels;
    for (const AnyBandDescriptor& descriptor : plan.descriptors)
        require(!descriptor->of_color() || channels == 3 || channels == 4,
                "image must have 3 or 4 channels, got " + std::to_string(channels));

    Works all;
    std::mutex mutex;
    const Pass pass(image, plan);
    if (image.empty()) {
        all = start(plan, {pass.layout, 0, 0});
    } else {
        const std::ptrdiff_t grain = row_grain(image.width, plan.cost(image.channels));
        parallel_for(image.height, std::max(grain, pass.reach / 2),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         Works mine = start(plan, {pass.layout, first, last});
                         pass.run(first, last, mine);
                         const std::lock_guard lock(mutex);
                         if (all.empty()) return all.swap(mine);
                         for (std::size_t i = 0; i < all.size(); ++i) all[i]->merge(*mine[i]);
                     });
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i]->write(out);
        out += plan.descriptors[i]->size(channels);
    }
}

void describe(ImageView<const std::uint8_t> image, const AnyBandDescriptor& descriptor,
              float* out) {
    describe(image, RecipePlan{false, std::nullopt, {descriptor}}, out);
}

void scale_to_length(float* values, std::size_t n, double length) {
    double squares = 0;  // one after the other: the same bits everywhere
    for (std::size_t i = 0; i < n; ++i) squares += static_cast<double>(values[i]) * values[i];
    if (!(squares > 0)) return;
    const double factor = length / std::sqrt(squares);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(values[i] * factor);
}

}  // namespace imgmine
