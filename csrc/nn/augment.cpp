#include "nn/augment.hpp"

#include "base/random.hpp"
#include "geometry/rotate.hpp"
#include "geometry/warp_affine.hpp"

namespace imgmine {
namespace {

/// What one image is moved by.
struct Move {
    std::ptrdiff_t y, x;  ///< where in the source the result begins
    bool flip;
    double angle, scale;
};

/// A number in [0, 1).
double share(Random& random) {
    return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

/// A whole number from -limit to limit.
std::ptrdiff_t shift(Random& random, double limit) {
    const double whole = std::floor(limit);
    return static_cast<std::ptrdiff_t>(std::floor(share(random) * (2 * whole + 1)) - whole);
}

/// Always draws as many numbers, so that one setting changes nothing about the others.
Move move_of(Random random, const Augmentation& how, std::ptrdiff_t free_y, std::ptrdiff_t free_x) {
    Move move;
    move.flip = share(random) < 0.5 && how.flip;
    move.y = shift(random, how.shift_y);
    move.x = shift(random, how.shift_x);
    move.angle = how.rotate * (2 * share(random) - 1);
    move.scale = 1 + how.scale * (2 * share(random) - 1);
    move.y += static_cast<std::ptrdiff_t>(share(random) * static_cast<double>(free_y + 1));
    move.x += static_cast<std::ptrdiff_t>(share(random) * static_cast<double>(free_x + 1));
    return move;
}

Random random_of(std::uint64_t seed, std::uint64_t epoch, std::int64_t row) {
    const std::uint64_t mixed = Random(Random(seed).next() ^ epoch).next();
    return Random(Random(mixed ^ static_cast<std::uint64_t>(row)).next());
}

/// From places of the result to places of the source, whose center stays where it is.
Affine matrix_of(const Move& move, std::ptrdiff_t height, std::ptrdiff_t width) {
    const double cy = 0.5 * static_cast<double>(height - 1);
    const double cx = 0.5 * static_cast<double>(width - 1);
    const Turn turn = turn_of(move.angle);
    const double c = turn.cosine / move.scale, s = turn.sine / move.scale;
    const double y = static_cast<double>(move.y) - cy;
    const double x = static_cast<double>(move.x) - cx;
    const double sign = move.flip ? -1 : 1;
    return {sign * c, -s, sign * c * x - s * y + cx, sign * s, c, sign * s * x + c * y + cy};
}

/// Moves one row by whole pixels; `row`: null past the border.
template <class T>
void copy_moved_row(const ImageView<const T>& src, const T* row, const ImageView<T>& dst, T* to,
                    const Move& move, const Augmentation& how) {
    const std::ptrdiff_t n = src.channels, width = dst.width;
    const auto place = [&](std::ptrdiff_t x) {
        return move.flip ? src.width - 1 - x - move.x : x + move.x;
    };
    const auto past_border = [&](std::ptrdiff_t x) {
        const std::ptrdiff_t column = border_index(how.border, place(x), src.width);
        if (column < 0 || !row)
            std::fill_n(to + x * n, n, static_cast<T>(how.value));
        else
            std::copy_n(row + column * n, n, to + x * n);
    };
    const std::ptrdiff_t first = row ? std::clamp<std::ptrdiff_t>(-move.x, 0, width) : width;
    const std::ptrdiff_t last = std::clamp<std::ptrdiff_t>(src.width - move.x, first, width);
    for (std::ptrdiff_t x = 0; x < first; ++x) past_border(x);
    for (std::ptrdiff_t x = last; x < width; ++x) past_border(x);
    if (first == last) return;
    if (!move.flip)
        std::copy_n(row + place(first) * n, (last - first) * n, to + first * n);
    else
        for (std::ptrdiff_t x = first; x < last; ++x)
            for (std::ptrdiff_t c = 0; c < n; ++c) to[x * n + c] = row[place(x) * n + c];
}

/// Moves by whole pixels: values are copied.
template <class T>
void copy_moved(ImageView<const T> src, ImageView<T> dst, const Move& move,
                const Augmentation& how) {
    for (std::ptrdiff_t y = 0; y < dst.height; ++y) {
        const std::ptrdiff_t row = border_index(how.border, y + move.y, src.height);
        copy_moved_row(src, row < 0 ? nullptr : src.row(row), dst, dst.row(y), move, how);
    }
}

void check(const Augmentation& how) {
    const auto legal = [](double x, double limit, const char* name) {
        require(x >= 0 && x <= limit, std::string(name) + " must be from 0 to " +
                                          std::to_string(limit) + ", got " + std::to_string(x));
    };
    legal(how.shift_y, 1e6, "shift");
    legal(how.shift_x, 1e6, "shift");
    legal(how.rotate, 180, "rotate");
    legal(how.scale, 0.99, "scale");
}

}  // namespace

template <class T>
void augment(const ImageStack<const T>& images, const std::int64_t* rows, const Augmentation& how,
             std::uint64_t seed, std::uint64_t epoch, const ImageStack<T>& out) {
    check(how);
    border_values<T>({how.value}, out.channels);  // checks it
    require(out.height <= images.height && out.width <= images.width,
            "crop must not be larger than the images");
    for (std::ptrdiff_t i = 0; i < out.n; ++i)
        require(rows[i] >= 0 && rows[i] < images.n,
                "rows must be of images, got " + std::to_string(rows[i]));
    if (out.image(0).empty()) return;
    const bool whole = how.rotate == 0 && how.scale == 0;
    const WarpOptions options{WarpMethod::linear, how.border, {how.value}};
    const auto size = out.height * out.width * out.channels;
    parallel_for(out.n, row_grain(size, 2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const Move move = move_of(random_of(seed, epoch, rows[i]), how,
                                      images.height - out.height, images.width - out.width);
            if (whole)
                copy_moved(images.image(rows[i]), out.image(i), move, how);
            else
                warp_affine(images.image(rows[i]), out.image(i),
                            matrix_of(move, images.height, images.width), options);
        }
    });
}

template void augment(const ImageStack<const std::uint8_t>&, const std::int64_t*,
                      const Augmentation&, std::uint64_t, std::uint64_t,
                      const ImageStack<std::uint8_t>&);
template void augment(const ImageStack<const float>&, const std::int64_t*, const Augmentation&,
                      std::uint64_t, std::uint64_t, const ImageStack<float>&);

}  // namespace imgmine
