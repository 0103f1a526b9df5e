#include "segment/relabel.hpp"

#include "segment/regions.hpp"

namespace imgmine {

std::int32_t relabel(ImageView<const std::int32_t> labels, ImageView<std::int32_t> dst) {
    const Regions regions(labels);
    regions.paint(dst);
    return static_cast<std::int32_t>(regions.labels().size());
}

}  // namespace imgmine
