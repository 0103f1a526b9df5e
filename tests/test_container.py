"""The one file format: what goes in comes out, and anything else is a FormatError."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import FormatError
from imgmine._core import container

KIND = "test"
DTYPES = ["u1", "i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"]
HEADER, ROW = 64, 128
AT_VERSION, AT_COUNT, AT_FILE_SIZE, AT_KIND, AT_CRC = 8, 12, 16, 24, 48
NAME, DTYPE, NDIM, SHAPE, OFFSET, SIZE, DATA_CRC = 0, 32, 36, 40, 88, 96, 104

names = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=31)


@st.composite
def arrays(draw):
    shape = draw(st.lists(st.integers(0, 4), max_size=6))
    n_bytes = int(np.prod(shape, dtype=int)) * 8
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return np.frombuffer(rng.bytes(n_bytes), draw(st.sampled_from(DTYPES)))[: n_bytes // 8].reshape(
        shape
    )


def small_file():
    return container.make(
        KIND, {"values": np.arange(5, dtype="<f4"), "ids": np.array([[7, 8]], "<i8")}
    )


def is_format_error(file, kind=KIND):
    """Tell whether the file is refused in the proper way; any other exception goes through."""
    try:
        container.parse(bytes(file), kind)
    except FormatError:
        return True
    return False


def forged(file, at, form, value, *, seal=True):
    """Write a field and, with `seal`, make the checksum of header and table right again."""
    file = bytearray(file)
    struct.pack_into("<" + form, file, at, value)
    if seal:
        n_sections = struct.unpack_from("<I", file, AT_COUNT)[0]
        struct.pack_into("<I", file, AT_CRC, 0)
        crc = zlib.crc32(file[: HEADER + n_sections * ROW])
        struct.pack_into("<I", file, AT_CRC, crc)
    return bytes(file)


@given(st.dictionaries(names, arrays(), max_size=4), st.text("abcXYZ-", min_size=1, max_size=23))
def test_what_goes_in_comes_out(contents, kind):
    file = container.make(kind, contents)
    parsed = container.parse(file, kind)
    assert list(parsed) == list(contents)
    for name, array in contents.items():
        assert parsed[name].dtype == array.dtype
        assert parsed[name].shape == array.shape
        assert parsed[name].tobytes() == array.tobytes()
        assert not parsed[name].flags.writeable
        assert parsed[name].flags.aligned
    assert container.make(kind, parsed) == file


@given(st.dictionaries(names, arrays(), max_size=3))
def test_the_file_is_laid_out_as_documented(contents):
    file = container.make(KIND, contents)
    assert file[:8] == b"\x89IMGMINE"
    version, count, size = struct.unpack_from("<IIQ", file, AT_VERSION)
    assert (version, count, size) == (1, len(contents), len(file))
    assert file[AT_KIND:AT_CRC].rstrip(b"\0") == KIND.encode()
    end = HEADER + count * ROW
    assert forged(file, AT_COUNT, "I", count) == file
    for i, (name, array) in enumerate(contents.items()):
        row = HEADER + i * ROW
        assert file[row : row + 32].rstrip(b"\0") == name.encode()
        dtype, ndim = struct.unpack_from("<II", file, row + DTYPE)
        assert DTYPES[dtype] == array.dtype.str.lstrip("|")
        assert struct.unpack_from(f"<{ndim}Q", file, row + SHAPE) == array.shape
        offset, size, crc = struct.unpack_from("<QQI", file, row + OFFSET)
        assert offset == -(-end // 64) * 64
        assert crc == zlib.crc32(file[offset : offset + size])
        end = offset + size
    assert end == len(file)


@pytest.mark.parametrize("layout", ["F", "reversed", "list"])
def test_arrays_of_any_layout_are_taken(layout):
    array = np.arange(12, dtype="<i8").reshape(3, 4)
    given_as = {
        "F": np.asfortranarray(array),
        "reversed": array[::-1].copy()[::-1],
        "list": array.tolist(),
    }[layout]
    parsed = container.parse(container.make(KIND, {"a": given_as, "b": np.int64(3)}), KIND)
    np.testing.assert_array_equal(parsed["a"], array)
    assert parsed["b"] == 3
    assert parsed["b"].shape == ()


def test_parsed_arrays_outlive_the_file():
    parsed = container.parse(small_file(), KIND)
    assert parsed["ids"].tolist() == [[7, 8]]


def test_every_truncation_is_found():
    file = small_file()
    for n in range(len(file)):
        assert is_format_error(file[:n])
    assert is_format_error(file + b"\0")


def test_every_flipped_bit_is_found():
    file = small_file()
    for i in range(len(file)):
        for bit in range(8):
            damaged = bytearray(file)
            damaged[i] ^= 1 << bit
            assert is_format_error(damaged)


@given(st.data())
def test_any_damage_to_a_larger_file_is_found(data):
    rng = np.random.default_rng(0)
    file = container.make(KIND, {str(i): rng.random(1000 * i) for i in range(5)})
    damaged = bytearray(file)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        piece = data.draw(st.binary(min_size=1, max_size=20))[: len(file) - at]
        damaged[at : at + len(piece)] = piece
    assert is_format_error(damaged) == (damaged != file)


@given(st.binary(max_size=300))
def test_random_bytes_are_no_file(noise):
    assert is_format_error(noise)
    assert is_format_error(b"\x89IMGMINE" + noise)


@pytest.mark.parametrize("kind", ["", "Test", "test2", "tes", "a" * 100, "é"])
def test_another_kind(kind):
    with pytest.raises(FormatError, match=f"^the file holds 'test', not '{kind}'$"):
        container.parse(small_file(), kind)


BIG = 2**64 - 1
FORGERIES = {
    "a later version": (AT_VERSION, "I", 2, "^format version 2"),
    "no sections": (AT_COUNT, "I", 0, "^bytes follow the last section"),
    "one section fewer": (AT_COUNT, "I", 1, "not where the one before it ends"),
    "one section more": (AT_COUNT, "I", 3, "."),
    "a smaller file": (AT_FILE_SIZE, "Q", 64, "^the file is truncated or has grown"),
    "a huge file": (AT_FILE_SIZE, "Q", BIG, "^the file is truncated or has grown"),
    "a kind without an end": (AT_KIND, "24s", b"k" * 24, "^the kind is not terminated"),
    "a kind with a hole": (AT_KIND, "24s", b"test\0x", "^the kind is not terminated"),
    "a kind that is no text": (AT_KIND, "24s", b"\xff\xfe", "^the kind is not printable"),
    "a used header": (AT_CRC + 4, "B", 1, "^reserved bytes of the header"),
    "no name": (HEADER + NAME, "32s", b"", "^a section has no name"),
    "a name without an end": (HEADER + NAME, "32s", b"n" * 32, "name is not terminated"),
    "a name that is no text": (HEADER + NAME, "32s", b"n\xff", "name is not printable"),
    "the same name": (HEADER + NAME, "32s", b"ids", "^section 'ids': named twice"),
    "an unknown dtype": (HEADER + DTYPE, "I", 11, "^section 'values': unknown dtype 11"),
    "a wider dtype": (HEADER + DTYPE, "I", 10, "its size does not match its shape"),
    "seven dimensions": (HEADER + NDIM, "I", 7, "more than 6 dimensions"),
    "many dimensions": (HEADER + NDIM, "I", 2**31, "more than 6 dimensions"),
    "an extent too many": (HEADER + SHAPE + 8, "Q", 1, "an extent beyond its dimensions"),
    "a dimension fewer": (HEADER + NDIM, "I", 0, "an extent beyond its dimensions"),
    "a larger extent": (HEADER + SHAPE, "Q", 6, "its size does not match its shape"),
    "an extent that wraps": (HEADER + SHAPE, "Q", 2**62 + 5, "its size does not match its shape"),
    "a huge size": (HEADER + SIZE, "Q", BIG, "its size does not match its shape"),
    "a small size": (HEADER + SIZE, "Q", 0, "its size does not match its shape"),
    "an offset into the table": (HEADER + OFFSET, "Q", 64, "not where the one before it ends"),
    "an offset beyond": (HEADER + OFFSET, "Q", 2**20, "not where the one before it ends"),
    "a huge offset": (HEADER + OFFSET, "Q", BIG - 63, "not where the one before it ends"),
    "an overlap": (HEADER + ROW + OFFSET, "Q", 320, "not where the one before it ends"),
    "another data checksum": (HEADER + DATA_CRC, "I", 1, "its checksum is wrong"),
    "a used row": (HEADER + DATA_CRC + 4, "B", 1, "reserved bytes are not zero"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_fields_are_found(name):
    """Also where the checksum of the header was made to fit."""
    at, form, value, message = FORGERIES[name]
    file = small_file()
    with pytest.raises(FormatError, match=message):
        container.parse(forged(file, at, form, value), KIND)
    assert is_format_error(forged(file, at, form, value, seal=False))


@pytest.mark.parametrize(
    "shape",
    [(0, BIG), (0, 2**63), (0, 2**40, 2**40), (2**40, 0, 2**40), (2**32, 2**32, 0), (0, 2**61)],
)
def test_a_zero_does_not_hide_an_impossible_shape(shape):
    """No array has such a shape: it must not come as far as NumPy."""
    file = container.make(KIND, {"a": np.zeros((0,) * len(shape))})
    for d, extent in enumerate(shape):
        file = forged(file, HEADER + SHAPE + 8 * d, "Q", extent)
    with pytest.raises(FormatError, match="its size does not match its shape"):
        container.parse(file, KIND)


@given(st.integers(0, HEADER + 2 * ROW - 8), st.integers(0, BIG), st.sampled_from("BHIQ"))
def test_any_forgery_is_found_or_harmless(at, value, form):
    """A sealed file with one wrong field is refused, or holds arrays of its own bytes."""
    file = small_file()
    value &= 2 ** (8 * struct.calcsize("<" + form)) - 1
    unsealed = forged(file, at, form, value, seal=False)
    if struct.unpack_from("<I", unsealed, AT_COUNT)[0] > 2:
        assert is_format_error(unsealed)
        return
    sealed = forged(unsealed, 0, "0s", b"")
    try:
        parsed = container.parse(sealed, KIND)
    except FormatError:
        return
    assert sum(array.nbytes for array in parsed.values()) <= len(file)


@pytest.mark.parametrize(
    ("kind", "contents", "error", "message"),
    [
        ("", {}, ValueError, "^kind must have 1 to 23 characters"),
        ("k" * 24, {}, ValueError, "^kind must have 1 to 23 characters"),
        ("k\0", {}, ValueError, "^kind must have 1 to 23 characters"),
        ("é", {}, ValueError, "^kind must have 1 to 23 characters of printable ASCII"),
        (KIND, {"": np.ones(1)}, ValueError, "^a section's name must have 1 to 31 characters"),
        (KIND, {"n" * 32: np.ones(1)}, ValueError, "^a section's name must have 1 to 31"),
        (KIND, {"\n": np.ones(1)}, ValueError, "^a section's name must have 1 to 31"),
        (KIND, {"a": np.ones((1,) * 7)}, ValueError, "^an array has at most 6 dimensions"),
        (KIND, {"a": np.ones(2, ">f4")}, TypeError, "must hold numbers in native byte order"),
        (KIND, {"a": np.ones(2, bool)}, TypeError, "must hold numbers in native byte order"),
        (KIND, {"a": np.ones(2, complex)}, TypeError, "must hold numbers in native byte order"),
        (KIND, {"a": np.array(["x"])}, TypeError, "must hold numbers in native byte order"),
        (KIND, {"a": None}, TypeError, "must hold numbers in native byte order"),
    ],
)
def test_refuses_what_does_not_fit(kind, contents, error, message):
    with pytest.raises(error, match=message):
        container.make(kind, contents)
