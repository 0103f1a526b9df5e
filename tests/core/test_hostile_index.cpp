// Index files with damage behind a right checksum: an answer or a FormatError, nothing else. What
// goes wrong shows under a sanitizer; tests/fuzz goes on from here for as long as one likes.
#include "check.hpp"
#include "hostile_index.hpp"

using namespace hostile;

namespace {

void test_samples_are_sound() {
    for (const Bytes& file : samples()) {
        const bool has_hashes = file[24] == 'h';
        const auto sections =
            parse_container(file.data(), file.size(), has_hashes ? hashes_kind : vectors_kind);
        has_hashes ? use_hashes(sections) : use_vectors(sections);
    }
}

void test_every_truncation() {
    for (const Bytes& file : samples())
        for (std::size_t n = 0; n < file.size(); n += n < 3000 ? 1 : 101)
            for (const bool sealed : {false, true}) use_copy(file.data(), n, sealed);
}

void test_damage(int times) {
    const auto files = samples();
    Random random(1);
    for (int i = 0; i < times; ++i) {
        Bytes file = files[static_cast<std::size_t>(i) % files.size()];
        damage(file.data(), file.size(), random);
        use_copy(file.data(), file.size(), true);
    }
}

/// Rows that nobody has, as long as one likes: a segment of none must not ask for their memory.
void test_no_rows_of_any_length() {
    Arrays arrays;
    arrays.put("settings", Dtype::u8, {1}, Bytes{0});
    const std::vector<std::int32_t> none;
    arrays.put("0.links", Dtype::i32, {0, std::uint64_t{1} << 45}, none);
    arrays.put("0.codes", Dtype::u8, {0, std::uint64_t{1} << 45}, none);
    arrays.put("0.offsets", Dtype::f32, {2}, std::vector<float>{0, 0});
    arrays.put("0.scale", Dtype::f32, {1}, std::vector<float>{1});
    arrays.put("0.entries", Dtype::i32, {0}, none);
    arrays.put("0.ids", Dtype::i64, {0}, none);
    arrays.put("tail.ids", Dtype::i64, {0}, none);
    arrays.put("tail.vectors", Dtype::f32, {0, 2}, none);
    const Bytes file = arrays.file(vectors_kind);
    const auto sections = parse_container(file.data(), file.size(), vectors_kind);
    CHECK(message_of<FormatError>([&] { use_vectors(sections); }).find("sizes") !=
          std::string::npos);
}

}  // namespace

int main() {
    test_samples_are_sound();
    test_every_truncation();
    test_damage(10000);
    test_no_rows_of_any_length();
}
