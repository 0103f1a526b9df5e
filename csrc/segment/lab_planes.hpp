#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/lab.hpp"
#include "kernels/slic.hpp"

namespace imgmine {

/// L*a*b* of an image in whole eighths, as the loops of SLIC want it: of each row L* and a* in
/// turns, b* and 0 in turns, `margin` pixels more than there are on either side.
struct LabPlanes {
    static constexpr std::ptrdiff_t margin = 16;

    LabPlanes(std::ptrdiff_t height, std::ptrdiff_t width);

    const std::int16_t* la(std::ptrdiff_t y) const { return la_.data() + at(y); }
    const std::int16_t* b0(std::ptrdiff_t y) const { return b0_.data() + at(y); }
    std::int16_t* la(std::ptrdiff_t y) { return la_.data() + at(y); }
    std::int16_t* b0(std::ptrdiff_t y) { return b0_.data() + at(y); }

    std::ptrdiff_t height, width;

  private:
    std::ptrdiff_t at(std::ptrdiff_t y) const { return 2 * (y * stride_ + margin); }

    std::ptrdiff_t stride_;
    AlignedVector<std::int16_t> la_, b0_;
};

inline constexpr std::ptrdiff_t lab_piece = 512;  // pixels that are converted in one go

inline void convert_to_lab(const std::uint8_t* in, std::int16_t* la, std::int16_t* b0,
                           std::ptrdiff_t n) {
    float rgb[3 * lab_piece], lab[3 * lab_piece];
    for (std::ptrdiff_t x = 0; x < n; x += lab_piece) {
        const std::ptrdiff_t m = std::min(lab_piece, n - x);
        std::copy_n(in + 3 * x, 3 * m, rgb);
        lab_kernels().rgb_to_lab_f32(rgb, lab, static_cast<std::size_t>(m), false);
        slic_kernels().quantize(lab, la + 2 * x, b0 + 2 * x, static_cast<std::size_t>(m));
    }
}

/// L* and a* of each gray value; b* is left at 0.
inline std::vector<std::int16_t> lab_of_grays() {
    std::vector<std::uint8_t> grays(std::size_t{3} * 256);
    for (std::size_t i = 0; i < grays.size(); ++i) grays[i] = static_cast<std::uint8_t>(i / 3);
    std::vector<std::int16_t> la(512), b0(512);
    convert_to_lab(grays.data(), la.data(), b0.data(), 256);
    for (std::size_t i = 1; i < la.size(); i += 2) la[i] = 0;
    return la;
}

inline LabPlanes::LabPlanes(std::ptrdiff_t rows, std::ptrdiff_t columns)
    : height(rows),
      width(columns),
      stride_((columns + 2 * margin + 15) / 16 * 16),
      la_(static_cast<std::size_t>(2 * rows * stride_)),
      b0_(la_.size()) {}

/// Of an image of 3 channels, R first, or one, gray being R = G = B.
inline LabPlanes lab_planes(ImageView<const std::uint8_t> image) {
    require(image.channels == 1 || image.channels == 3,
            "image must have 1 or 3 channels, got " + std::to_string(image.channels));
    LabPlanes planes(image.height, image.width);
    const auto grays = image.channels == 1 ? lab_of_grays() : std::vector<std::int16_t>{};
    parallel_for(image.height, row_grain(image.row_size(), 1.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const std::uint8_t* in = image.row(y);
                         if (image.channels == 3)
                             convert_to_lab(in, planes.la(y), planes.b0(y), image.width);
                         else
                             for (std::ptrdiff_t x = 0; x < image.width; ++x)
                                 planes.la(y)[2 * x] = grays[std::size_t{2} * in[x]];
                     }
                 });
    return planes;
}

/// Means of 3 x 3 pixels; the edge's pixels stand for what lies past it.
inline LabPlanes smoothed(const LabPlanes& planes) {
    LabPlanes padded = planes, out(planes.height, planes.width);
    const std::ptrdiff_t rows = planes.height, columns = planes.width;
    parallel_for(rows, row_grain(columns, 2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y)
            for (std::int16_t* row : {padded.la(y), padded.b0(y)})
                for (std::ptrdiff_t c = 0; c < 2; ++c)
                    row[c - 2] = row[c], row[2 * columns + c] = row[2 * columns - 2 + c];
    });
    parallel_for(rows, row_grain(columns, 2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const std::ptrdiff_t above = std::max<std::ptrdiff_t>(y - 1, 0);
            const std::ptrdiff_t below = std::min(y + 1, rows - 1);
            const auto n = static_cast<std::size_t>(2 * columns);
            const std::int16_t* const la[3] = {padded.la(above), padded.la(y), padded.la(below)};
            slic_kernels().sum3(la, out.la(y), n);
            const std::int16_t* const b0[3] = {padded.b0(above), padded.b0(y), padded.b0(below)};
            slic_kernels().sum3(b0, out.b0(y), n);
        }
    });
    return out;
}

}  // namespace imgmine
