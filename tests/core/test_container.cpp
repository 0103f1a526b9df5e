// The file format: what is written comes back; whatever is damaged is refused.
#include <cstring>
#include <vector>

#include "base/container.hpp"
#include "base/crc32.hpp"
#include "base/error.hpp"
#include "check.hpp"

using namespace imgmine;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes sample() {
    static const float values[6] = {1, 2, 3, 4, 5, 6};
    static const std::uint8_t text[5] = {'h', 'e', 'l', 'l', 'o'};
    return make_container(
        "test", {{"values", Dtype::f32, {2, 3}, reinterpret_cast<const std::uint8_t*>(values), 24},
                 {"text", Dtype::u8, {5}, text, 5},
                 {"nothing", Dtype::i64, {0, 7}, nullptr, 0}});
}

bool is_refused(const Bytes& bytes, const char* kind = "test") {
    try {
        parse_container(bytes.data(), bytes.size(), kind);
        return false;
    } catch (const FormatError&) {
        return true;
    }
}

void write_u64(Bytes& bytes, std::size_t at, std::uint64_t value) {
    std::memcpy(bytes.data() + at, &value, 8);
}

/// Makes the header's checksum right again, as someone with bad intentions would.
void forge_checksum(Bytes& bytes, std::size_t n_sections) {
    const std::uint32_t zero = 0;
    std::memcpy(bytes.data() + 48, &zero, 4);
    const std::uint32_t crc = crc32(bytes.data(), 64 + 128 * n_sections);
    std::memcpy(bytes.data() + 48, &crc, 4);
}

void test_round_trip() {
    const Bytes bytes = sample();
    const auto sections = parse_container(bytes.data(), bytes.size(), "test");
    CHECK(sections.size() == 3);
    CHECK(sections[0].name == "values" && sections[0].dtype == Dtype::f32);
    CHECK((sections[0].shape == std::vector<std::uint64_t>{2, 3}));
    float last;
    std::memcpy(&last, sections[0].data + 20, 4);
    CHECK(last == 6);
    CHECK(std::memcmp(sections[1].data, "hello", 5) == 0);
    CHECK(sections[2].size == 0);
    CHECK(is_refused(bytes, "other"));
}

void test_every_truncation_and_growth() {
    const Bytes bytes = sample();
    for (std::size_t n = 0; n < bytes.size(); ++n)
        CHECK(is_refused(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n))));
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(is_refused(longer));
}

void test_every_flipped_bit() {
    Bytes bytes = sample();
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK(is_refused(bytes));
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
    CHECK(!is_refused(bytes));
}

void test_forged_headers() {
    const struct {
        std::size_t at;
        std::uint64_t value;
    } lies[] = {
        {64 + 40, ~0ull},               // a shape whose product overflows
        {64 + 40, 1ull << 62},          // one whose bytes overflow
        {64 + 88, ~0ull - 63},          // an offset past the end
        {64 + 88, 64},                  // an offset into the table
        {64 + 96, ~0ull},               // a size past the end
        {64 + 128 + 88, 448},           // over the section before it
        {64 + 32, 99},                  // an unknown dtype
        {64 + 36, 7},                   // too many dimensions
        {64 + 128, 0x7365756c6176ull},  // "values" a second time
        {64, 0},                        // no name
        {64 + 24, ~0ull},               // a name without an end
        {64 + 108, 1},                  // reserved bytes
    };
    for (const auto& lie : lies) {
        Bytes bytes = sample();
        write_u64(bytes, lie.at, lie.value);
        forge_checksum(bytes, 3);
        CHECK(is_refused(bytes));
    }
    for (const std::uint32_t count : {0u, 2u, 4u, 1000u, ~0u}) {
        Bytes bytes = sample();
        std::memcpy(bytes.data() + 12, &count, 4);
        if (count < 4) forge_checksum(bytes, count);
        CHECK(is_refused(bytes));
    }
}

void test_wrong_use() {
    const std::string too_long(40, 'x');
    message_of<std::invalid_argument>([&] { make_container(too_long, {}); });
    message_of<std::invalid_argument>(
        [&] { make_container("test", {{too_long, Dtype::u8, {0}, nullptr, 0}}); });
    message_of<std::invalid_argument>(
        [&] { make_container("test", {{"a", Dtype::f32, {2}, nullptr, 4}}); });
}

}  // namespace

int main() {
    test_round_trip();
    test_every_truncation_and_growth();
    test_every_flipped_bit();
    test_forged_headers();
    test_wrong_use();
}
