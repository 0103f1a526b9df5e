import json

import numpy as np
import pytest
from imgmine import FormatError
from imgmine.nn import _safetensors

ARRAYS = {
    "a.kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array(3, np.float32),
    "empty": np.zeros((0, 4), np.float32),
    "ünï": np.array([np.nan, np.inf, -0.0, 1e-45], np.float32),
}


def pack(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_round_trip(tmp_path):
    path = tmp_path / "x.safetensors"
    _safetensors.write(path, ARRAYS, {"key": 'va"lue'})
    arrays, metadata, data = _safetensors.read(path)
    assert metadata == {"key": 'va"lue'}
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()
    assert data == b"".join(array.tobytes() for array in ARRAYS.values())
    assert int.from_bytes(path.read_bytes()[:8], "little") % 8 == 0


def test_the_formats_own_package_reads_and_writes_it(tmp_path):
    theirs = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "x.safetensors"
    _safetensors.write(path, ARRAYS, {"key": "value"})
    found = theirs.load_file(path)
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
    theirs.save_file(ARRAYS, path, metadata={"more": "text"})
    arrays, metadata, _ = _safetensors.read(path)
    assert metadata == {"more": "text"}
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)


@pytest.mark.parametrize("dtype", ["F64", "F32", "F16"])
def test_floats_become_float32(tmp_path, dtype):
    values = np.array([1.5, -2.0, 65504.0, np.inf], f"<f{dtype[1:]}".replace("64", "8").replace(
        "32", "4").replace("16", "2"))  # fmt: skip
    path = tmp_path / "x"
    path.write_bytes(pack({"v": entry([4], 0, values.nbytes, dtype)}, values.tobytes()))
    found = _safetensors.read(path)[0]["v"]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, values.astype(np.float32))


def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    halves = np.array([0x3F80, 0xC049, 0x7F80, 0x0001], "<u2")
    path = tmp_path / "x"
    path.write_bytes(pack({"v": entry([2, 2], 0, 8, "BF16")}, halves.tobytes()))
    found = _safetensors.read(path)[0]["v"]
    assert found.ravel().tolist() == [1.0, -3.140625, np.inf, 2.0**-133]


GOOD = {"a": entry([2], 0, 8), "b": entry([1], 8, 12)}
BAD = {
    "nothing": (b"", "header must be at most 0 bytes"),
    "seven bytes": (b"\0" * 7, "header must be at most"),
    "a header longer than the file": (pack(b"{}", length=1000), "says 1000"),
    "a header of 2^63 bytes": (pack(b"{}", length=2**63), "says 9223372036854775808"),
    "no JSON": (pack(b"{oops}"), "no JSON"),
    "not UTF-8": (pack(b'{"\xff":1}'), "no JSON"),
    "another beginning": (pack(b" {}"), "must begin with '{'"),
    "something behind": (pack(b"{}\n"), "JSON object"),
    "two objects": (pack(b"{}{}"), "no JSON"),
    "deep": (pack(b'{"a":' + b"[" * 100_000), "no JSON"),
    "a name twice": (pack(b'{"a":1,"a":1}'), "a name twice"),
    "no entries": (pack({"a": 1}), "must have dtype, shape and data_offsets"),
    "other entries": (pack({"a": {**entry([2], 0, 8), "c": 1}}), "must have dtype, shape"),
    "unknown dtype": (pack({"a": entry([2], 0, 8, "F31")}, bytes(8)), "a known dtype"),
    "dtype no text": (pack({"a": entry([2], 0, 8, ["F32"])}, bytes(8)), "a known dtype"),
    "negative shape": (pack({"a": entry([-2], 0, 8)}, bytes(8)), "whole numbers"),
    "shape of floats": (pack({"a": entry([2.0], 0, 8)}, bytes(8)), "whole numbers"),
    "shape of truth": (pack({"a": entry([True], 0, 4)}, bytes(4)), "whole numbers"),
    "many dimensions": (pack({"a": entry([1] * 33, 0, 4)}, bytes(4)), "at most 32"),
    "huge shape": (pack({"a": entry([2**62, 2**62], 0, 8)}, bytes(8)), "must have .* bytes"),
    "one offset": (pack({"a": {**entry([2], 0, 8), "data_offsets": [0]}}), "two offsets"),
    "offsets backwards": (pack({"a": entry([2], 8, 0)}, bytes(8)), "must have 8 bytes, has -8"),
    "size of another shape": (pack({"a": entry([3], 0, 8)}, bytes(8)), "must have 12 bytes"),
    "overlap": (pack({"a": entry([2], 0, 8), "b": entry([1], 4, 8)}, bytes(8)), "overlaps"),
    "hole": (pack({"a": entry([2], 0, 8), "b": entry([1], 12, 16)}, bytes(16)), "hole"),
    "data missing": (pack(GOOD, bytes(11)), "must have 12 bytes, the file has 11"),
    "data left over": (pack(GOOD, bytes(13)), "must have 12 bytes, the file has 13"),
    "metadata no texts": (pack({"__metadata__": {"a": 1}}), "must hold texts"),
    "metadata a list": (pack({"__metadata__": []}), "must hold texts"),
    "whole numbers": (pack({"a": entry([2], 0, 8, "I32")}, bytes(8)), "F64, F32, F16 or BF16"),
}


@pytest.mark.parametrize("what", BAD)
def test_lies_are_found(tmp_path, what):
    data, message = BAD[what]
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(FormatError, match="damaged or no safetensors file: .*" + message):
        _safetensors.read(path)


def test_a_good_one_is_none_of_them(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(pack(GOOD, bytes(12)))
    assert _safetensors.read(path)[0]["b"].tolist() == [0.0]


def test_a_header_over_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(_safetensors, "MAX_HEADER", 20)
    path = tmp_path / "x"
    path.write_bytes(pack(GOOD, bytes(12)))
    with pytest.raises(FormatError, match="header must be at most 20 bytes"):
        _safetensors.read(path)
