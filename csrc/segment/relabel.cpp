#include "segment/relabel.hpp"

#include "segment/label_numbers.hpp"

namespace imgmine {

std::int32_t relabel(ImageView<const std::int32_t> labels, ImageView<std::int32_t> dst) {
    const LabelNumbers numbers(labels);
    const auto rows = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) {
            std::int32_t label = 0, number = 0;
            for (std::ptrdiff_t x = 0; x < labels.width; ++x) {
                if (labels.row(y)[x] != label) number = numbers[label = labels.row(y)[x]];
                dst.row(y)[x] = number;
            }
        }
    };
    parallel_for(labels.height, row_grain(labels.width, 1), rows);
    return numbers.count();
}

}  // namespace imgmine
