#include "filters/morphology.hpp"

#include <memory>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/former_rows.hpp"
#include "filters/rectangle_pass.hpp"
#include "filters/runs_pass.hpp"
#include "filters/two_runs_passes.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t max_side = 65535;

bool is_rectangle(const Footprint& footprint) {
    return std::all_of(footprint.mask.begin(), footprint.mask.end(), [](int m) { return m != 0; });
}

void check(const Footprint& footprint, int iterations) {
    for (const std::ptrdiff_t side : {footprint.height, footprint.width})
        require(side >= 1 && side <= max_side,
                "footprint must have sides from 1 to 65535, got " + std::to_string(side));
    const auto counts = [](int m) { return m != 0; };
    require(
        footprint.mask.empty() || std::any_of(footprint.mask.begin(), footprint.mask.end(), counts),
        "footprint must have at least one pixel that counts, got zeros only");
    require(iterations >= 1, "iterations must be at least 1, got " + std::to_string(iterations));
}

/// The window of a footprint around its anchor, or around that of the footprint turned round.
Window window_of(const Footprint& footprint, bool turned) {
    const auto reach = [&](std::ptrdiff_t side) {
        const Reach r{side / 2, side - 1 - side / 2};
        return turned ? Reach{r.right, r.left} : r;
    };
    return {reach(footprint.height), reach(footprint.width)};
}

std::vector<Run> runs_of(const Footprint& footprint, bool turned) {
    std::vector<Run> runs;
    const std::ptrdiff_t height = footprint.height, width = footprint.width;
    for (std::ptrdiff_t y = 0; y < height; ++y)
        for (std::ptrdiff_t x = 0; x < width; ++x) {
            const auto* const row = footprint.mask.data() + y * width;
            if (!row[x]) continue;
            const std::ptrdiff_t first = x;
            while (x < width && row[x]) ++x;
            const Run run{y - height / 2, first - width / 2, x - first};
            runs.push_back(turned ? Run{-run.y, -(run.x + run.length - 1), run.length} : run);
        }
    return runs;
}

template <class T>
ImageView<const T> read_only(const ImageView<T>& image) {
    return {image.data, image.height, image.width, image.channels, image.row_stride};
}

/// What lies further out than the image is large is met inside already.
Window clipped(Window window, std::ptrdiff_t height, std::ptrdiff_t width) {
    window.rows = {std::min(window.rows.left, height), std::min(window.rows.right, height)};
    window.columns = {std::min(window.columns.left, width), std::min(window.columns.right, width)};
    return window;
}

/// Values of a row that lie side by side and are filtered downwards together.
struct Strips {
    std::ptrdiff_t n_values, width;
    std::ptrdiff_t count() const { return (n_values + width - 1) / width; }
    /// The strip of an image, whose values are its pixels.
    template <class U>
    ImageView<U> of(const ImageView<U>& image, std::ptrdiff_t strip) const {
        const std::ptrdiff_t left = strip * width, size = std::min(width, n_values - left);
        return {image.data + left, image.height, size, 1, image.row_stride};
    }
};

template <class T>
void pass(ImageView<const T> src, ImageView<T> dst, bool highest, const Window& window,
          Border border) {
    const Window downwards{window.rows, {0, 0}}, sideways{{0, 0}, window.columns};
    const double cost = 0.05 * sizeof(T);
    const std::ptrdiff_t grain = std::max(row_grain(src.row_size(), cost), window.height());
    const bool fits = window.height() == 1 || RectanglePass<T>::fits(src, window);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        if (fits) return RectanglePass<T>(src, dst, highest, window, border).rows(first, last);
        const Strips strips{src.row_size(), 1 << 13};
        for (std::ptrdiff_t i = 0; i < strips.count(); ++i)
            RectanglePass<T>(strips.of(src, i), strips.of(dst, i), highest, downwards, border)
                .rows(first, last);
        if (window.width() > 1)
            RectanglePass<T>(read_only(dst), dst, highest, sideways, border).rows(first, last);
    });
}

/// A pass downwards where the image is, in strips of columns.
template <class T>
void strips_in_place(ImageView<T> image, bool highest, Reach rows, Border border) {
    const Window window{rows, {0, 0}};
    const Strips wide{image.row_size(), RectanglePass<T>::width_in_place(window.height())};
    if (wide.width >= 256)
        return parallel_for(wide.count(), 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t i = first; i < last; ++i) {
                const ImageView<T> to = wide.of(image, i);
                RectanglePass<T> one(read_only(to), to, highest, window, border, true);
                one.prepare_in_place(0, image.height);
                one.rows(0, image.height);
            }
        });
    // So many rows at a time that a copy of the whole strip is no more.
    const std::ptrdiff_t fits = (5 << 18) / (image.height * static_cast<std::ptrdiff_t>(sizeof(T)));
    const Strips narrow{image.row_size(),
                        std::max<std::ptrdiff_t>(1, fits >= 16 ? fits / 16 * 16 : fits)};
    parallel_for(narrow.count(), 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<T> copy(static_cast<std::size_t>(image.height * narrow.width));
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const ImageView<T> to = narrow.of(image, i);
            for (std::ptrdiff_t y = 0; y < image.height; ++y)
                std::copy_n(to.row(y), to.width, copy.data() + y * to.width);
            const ImageView<const T> from{copy.data(), image.height, to.width, 1, to.width};
            RectanglePass<T>(from, to, highest, window, border).rows(0, image.height);
        }
    });
}

/// The same where the image is: each share of rows saves what it needs of its neighbors' first.
template <class T>
void pass_in_place(ImageView<T> image, bool highest, const Window& window, Border border) {
    const ImageView<const T> src = read_only(image);
    if (window.height() == 1) return pass(src, image, highest, window, border);
    if (!RectanglePass<T>::fits_in_place(src, window)) {
        strips_in_place(image, highest, window.rows, border);
        if (window.width() > 1) pass(src, image, highest, {{0, 0}, window.columns}, border);
        return;
    }
    const std::ptrdiff_t grain =
        std::max(row_grain(src.row_size(), 0.05 * sizeof(T)), 2 * window.height());
    const std::ptrdiff_t n_shares =
        std::clamp<std::ptrdiff_t>(image.height / grain, 1, num_threads());
    const auto start = [&](std::ptrdiff_t share) { return image.height * share / n_shares; };
    std::vector<std::unique_ptr<RectanglePass<T>>> shares;
    for (std::ptrdiff_t i = 0; i < n_shares; ++i) {
        shares.push_back(
            std::make_unique<RectanglePass<T>>(src, image, highest, window, border, true));
        shares.back()->prepare_in_place(start(i), start(i + 1));
    }
    parallel_for(n_shares, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            shares[static_cast<std::size_t>(i)]->rows(start(i), start(i + 1));
    });
}

/// Whether n windows one after the other are one window n times as large, whatever the image.
bool adds_up(const Window& window, Border border) {
    if (border == Border::replicate || border == Border::wrap) return true;
    if (border == Border::constant) return false;  // values would spread outside, over the zeros
    return window.rows.left == window.rows.right && window.columns.left == window.columns.right;
}

template <class T>
void rectangles(ImageView<const T> src, ImageView<T> dst, const std::vector<bool>& steps,
                const Footprint& footprint, int iterations, Border border) {
    bool first = true;
    for (const bool highest : steps) {
        Window window = window_of(footprint, highest);
        int times = iterations;
        if (adds_up(window, border)) {
            for (Reach* reach : {&window.rows, &window.columns})
                *reach = {reach->left * times, reach->right * times};
            times = 1;
        }
        window = clipped(window, src.height, src.width);
        for (int i = 0; i < times; ++i, first = false)
            if (first)
                pass(src, dst, highest, window, border);
            else
                pass_in_place(dst, highest, window, border);
    }
}

RunsStep runs_step(const Footprint& footprint, bool highest) {
    return {highest, window_of(footprint, highest), runs_of(footprint, highest)};
}

/// Rows that a share of a pass should have.
template <class T>
std::ptrdiff_t runs_grain(std::ptrdiff_t row_size, const RunsStep& step, std::ptrdiff_t heights) {
    const double cost = 0.02 * sizeof(T) * static_cast<double>(step.runs.size());
    return std::max(row_grain(row_size, cost), heights * step.window.height());
}

template <class T>
void runs_pass(ImageView<const T> src, ImageView<T> dst, const RunsStep& step, Border border) {
    const std::ptrdiff_t grain = runs_grain<T>(src.row_size(), step, 1);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        RunsPass<T>(src, dst, step.highest, step.window, step.runs, border).rows(first, last);
    });
}

/// Rows that a pass in place works on at a time.
template <class T>
std::ptrdiff_t rows_in_place(const ImageView<T>& image, const Window& window) {
    const std::ptrdiff_t row_bytes = image.row_size() * static_cast<std::ptrdiff_t>(sizeof(T));
    return std::max(window.height(), (1 << 19) / row_bytes);
}

/// Whether those, what they see of others, and what is saved for the share below are few bytes.
template <class T>
bool fits_in_place(const ImageView<T>& image, const Window& window) {
    const std::ptrdiff_t n_rows = rows_in_place(image, window) + 2 * window.height();
    return n_rows * image.row_size() * static_cast<std::ptrdiff_t>(sizeof(T)) <= 3 << 18;
}

/// A pass of any footprint where the image is, a few rows at a time.
template <class T>
void runs_pass_in_place(ImageView<T> image, const RunsStep& step, Border border) {
    const Window& window = step.window;
    const std::ptrdiff_t grain = runs_grain<T>(image.row_size(), step, 2);
    const std::ptrdiff_t n_shares =
        std::clamp<std::ptrdiff_t>(image.height / grain, 1, num_threads());
    const std::ptrdiff_t n_rows = rows_in_place(image, window);
    const auto start = [&](std::ptrdiff_t share) { return image.height * share / n_shares; };
    std::vector<FormerRows<T>> shares;
    for (std::ptrdiff_t i = 0; i < n_shares; ++i) {
        shares.emplace_back(read_only(image), window.rows, n_rows, border);
        shares.back().save_surroundings(start(i), start(i + 1));
    }
    const auto run = [&](FormerRows<T>& former, std::ptrdiff_t y, std::ptrdiff_t n) {
        const ImageView<T> to{image.row(y), n, image.width, image.channels, image.row_stride};
        RunsPass<T>(former.take(y, n), to, step.highest, window, step.runs, border)
            .part({window.rows.left, window.rows.left + n}, {0, image.width});
        former.move_down(n);
    };
    parallel_for(n_shares, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            for (std::ptrdiff_t y = start(i); y < start(i + 1); y += n_rows)
                run(shares[static_cast<std::size_t>(i)], y, std::min(n_rows, start(i + 1) - y));
    });
}

template <class T>
void any_footprint(ImageView<const T> src, ImageView<T> dst, const std::vector<bool>& highest,
                   const Footprint& footprint, int iterations, Border border) {
    std::vector<RunsStep> kinds;
    for (const bool h : highest) kinds.push_back(runs_step(footprint, h));
    const std::size_t times = static_cast<std::size_t>(iterations);
    const auto step = [&](std::size_t i) -> const RunsStep& { return kinds[i / times]; };
    const std::size_t n = times * kinds.size();
    const bool apart = n == 1 || fits_in_place(dst, step(0).window);
    if (apart)
        runs_pass(src, dst, step(0), border);
    else
        TwoRunsPasses<T>(src, dst, step(0), step(1), border)
            .run(runs_grain<T>(src.row_size(), step(0), 2));
    for (std::size_t i = apart ? 1 : 2; i < n; ++i) runs_pass_in_place(dst, step(i), border);
}

}  // namespace

template <class T>
void morphology(ImageView<const T> src, ImageView<T> dst, Morphology operation,
                const Footprint& footprint, int iterations, Border border) {
    check(footprint, iterations);
    if (src.empty()) return;
    std::vector<bool> highest;
    if (operation == Morphology::erode) highest = {false};
    if (operation == Morphology::dilate) highest = {true};
    if (operation == Morphology::opening) highest = {false, true};
    if (operation == Morphology::closing) highest = {true, false};
    if (is_rectangle(footprint))
        rectangles(src, dst, highest, footprint, iterations, border);
    else
        any_footprint(src, dst, highest, footprint, iterations, border);
}

template void morphology(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, Morphology,
                         const Footprint&, int, Border);
template void morphology(ImageView<const float>, ImageView<float>, Morphology, const Footprint&,
                         int, Border);

}  // namespace imgmine
