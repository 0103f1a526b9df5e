// What compression and the measures of its loss give; see bits.hpp.
#include "bits.hpp"
#include "compress/dct_compress.hpp"
#include "compress/quantize_colors.hpp"
#include "metrics/mse.hpp"
#include "metrics/ssim.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t compressed(double keep) {
    Image<T> out{height, width, 3};
    dct_compress(picture<T>(3).read(), out.view(), keep);
    return checksum(out.values);
}

std::uint32_t painted() {
    const auto image = picture<std::uint8_t>(3);
    Image<std::uint8_t> out{height, width, 3};
    replace_colors(image.read(), color_palette(image.read(), 16, 10), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t errors() {
    const auto image = picture<T>(3);
    const ImageView<const T> whole = image.read();
    ImageView<const T> above = whole, below = whole;
    above.height = below.height = height - 1;
    below.data += whole.row_stride;
    return checksum(std::vector<double>{mse(above, below), ssim(above, below, {})});
}

const std::vector<BitsCase> cases = {
    {"dct u8", [] { return compressed<std::uint8_t>(0.1); }, 0x773187c8u},
    {"dct f32", [] { return compressed<float>(0.3); }, 0x7bebb3ffu},
    {"colors", painted, 0xed5a8bddu},
    {"errors u8", errors<std::uint8_t>, 0x5ed83244u},
    {"errors f32", errors<float>, 0x5ed83244u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
