#include "segment/regions.hpp"

#include <mutex>

#include "segment/convex_hull.hpp"
#include "segment/region_sums.hpp"

namespace imgmine {
namespace {

/// Reads the runs of a band and, as their numbers, their labels.
void read_band(ImageView<const std::int32_t> image, std::ptrdiff_t rows, RunBand& band) {
    band.row_begin.assign(1, 0);
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        const std::int32_t* const row = image.row(band.first_row + i);
        band.runs.add(row, static_cast<std::size_t>(image.width), false);
        for (std::size_t k = band.row_begin.back(); k < band.runs.size(); ++k)
            band.numbers.push_back(row[band.runs.first(k)]);
        band.row_begin.push_back(band.runs.size());
    }
}

void sort_out(std::vector<std::int32_t>& labels) {
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
}

/// Where a region begins and ends in a row.
struct RegionRow {
    std::int64_t y;
    RowSpan span;
};

std::int64_t area_of_hull(const std::vector<RegionRow>& rows) {
    const std::int64_t top = rows.front().y;
    std::vector<RowSpan> spans(static_cast<std::size_t>(rows.back().y - top + 1), {1, 0});
    for (const RegionRow& row : rows) spans[static_cast<std::size_t>(row.y - top)] = row.span;
    return convex_area(spans);
}

}  // namespace

Regions::Regions(ImageView<const std::int32_t> image)
    : height_(image.height), width_(image.width), rows_of_band_(rows_of_band(image.width)) {
    require_few_pixels(image.height, image.width, "labels");
    if (image.empty()) return;
    bands_.resize(static_cast<std::size_t>((height_ + rows_of_band_ - 1) / rows_of_band_));
    parallel_for(static_cast<std::ptrdiff_t>(bands_.size()), 2,
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t b = first; b < last; ++b) {
                         RunBand& band = bands_[static_cast<std::size_t>(b)];
                         band.first_row = b * rows_of_band_;
                         read_band(image, std::min(rows_of_band_, height_ - band.first_row), band);
                     }
                 });
    number();
}

/// Finds which labels there are, and gives the runs the places of theirs.
void Regions::number() {
    std::int32_t low = 0, high = 0;
    for (const RunBand& band : bands_)
        for (const std::int32_t label : band.numbers)
            low = std::min(low, label), high = std::max(high, label);
    require(low >= 0, "labels must not be negative, got " + std::to_string(low));
    if (high < 2 * height_ * width_ + 65536) {
        std::vector<std::int32_t> places(static_cast<std::size_t>(high) + 1);
        for (const RunBand& band : bands_)
            for (const std::int32_t label : band.numbers)
                places[static_cast<std::size_t>(label)] = 1;
        for (std::int32_t label = 1; label <= high; ++label)
            if (places[static_cast<std::size_t>(label)]) {
                labels_.push_back(label);
                places[static_cast<std::size_t>(label)] = static_cast<std::int32_t>(labels_.size());
            }
        for (RunBand& band : bands_)
            for (std::int32_t& label : band.numbers)
                label = places[static_cast<std::size_t>(label)];
        return;
    }
    for (const RunBand& band : bands_) {
        labels_.insert(labels_.end(), band.numbers.begin(), band.numbers.end());
        sort_out(labels_);
    }
    for (RunBand& band : bands_)
        for (std::int32_t& label : band.numbers)
            label = static_cast<std::int32_t>(
                std::lower_bound(labels_.begin(), labels_.end(), label) - labels_.begin() + 1);
}

std::vector<RegionExtent> Regions::extents() const {
    const auto add = [](RegionExtent& to, std::int64_t y, std::int64_t first, std::int64_t last) {
        const std::int64_t n = last - first;
        if (to.area == 0) to.top = y, to.left = first, to.right = last;
        to.left = std::min(to.left, first), to.right = std::max(to.right, last);
        to.bottom = y + 1;
        to.area += n;
        to.sum_y += n * y;
        to.sum_x += n * (first + last - 1) / 2;
    };
    const auto merge = [](RegionExtent& to, const RegionExtent& from) {
        if (from.area == 0) return;
        if (to.area == 0) return void(to = from);
        to.top = std::min(to.top, from.top), to.bottom = std::max(to.bottom, from.bottom);
        to.left = std::min(to.left, from.left), to.right = std::max(to.right, from.right);
        to.area += from.area, to.sum_y += from.sum_y, to.sum_x += from.sum_x;
    };
    return sums_over_runs<RegionExtent>(*this, 1, add, merge);
}

std::vector<MomentSums<WideInteger>> Regions::moments() const {
    using Sums = MomentSums<WideInteger>;
    const auto boxes = extents();
    std::vector<Sums> sums(labels_.size());
    for_each_run(bands_,
                 [&](std::size_t region, std::int64_t y, std::int64_t first, std::int64_t last) {
                     const RegionExtent& box = boxes[region];
                     WideInteger row[4], end[4];
                     power_sums(last - box.left, row);
                     power_sums(first - box.left, end);
                     for (std::size_t q = 0; q < 4; ++q) row[q] -= end[q];
                     sums[region].add_row(y - box.top, row);
                 });
    return sums;
}

std::vector<std::int64_t> Regions::convex_areas() const {
    std::vector<std::vector<RegionRow>> rows(labels_.size());
    for_each_run(bands_,
                 [&](std::size_t region, std::int64_t y, std::int64_t first, std::int64_t last) {
                     if (rows[region].empty() || rows[region].back().y != y)
                         rows[region].push_back({y, {first, last - 1}});
                     rows[region].back().span.last = last - 1;
                 });
    std::vector<std::int64_t> areas(rows.size());
    parallel_for(static_cast<std::ptrdiff_t>(rows.size()), 64,
                 [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
                     for (auto i = static_cast<std::size_t>(begin);
                          i < static_cast<std::size_t>(end); ++i)
                         areas[i] = area_of_hull(rows[i]);
                 });
    return areas;
}

std::vector<RegionOutline> Regions::outlines() const {
    return region_outlines(height_, width_, labels_.size(),
                           [&](std::ptrdiff_t y, std::int32_t* row) { paint_row(y, row); });
}

std::vector<RegionValues> Regions::values(ImageView<const std::uint8_t> image) const {
    return values_of_bytes(*this, image);
}

std::vector<RegionValues> Regions::values(ImageView<const float> image) const {
    return values_of_floats(*this, image);
}

void Regions::paint(ImageView<std::int32_t> dst) const {
    parallel_for(height_, rows_of_band_, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) paint_row(y, dst.row(y));
    });
}

void Regions::paint_row(std::ptrdiff_t y, std::int32_t* row) const {
    if (bands_.empty()) return;
    const RunBand& band = bands_[static_cast<std::size_t>(y / rows_of_band_)];
    const std::ptrdiff_t i = y - band.first_row;
    run_kernels().paint_i32(band.runs.ends() + 2 * band.begin(i),
                            band.numbers.data() + band.begin(i), band.end(i) - band.begin(i), row,
                            static_cast<std::size_t>(width_));
}

}  // namespace imgmine
