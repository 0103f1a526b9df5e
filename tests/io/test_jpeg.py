"""Both roads for a JPEG, simplejpeg and Pillow, must give the bits that Pillow and OpenCV give."""

import io
import struct
import sys

import cv2
import imgmine as im
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imgmine.io import _jpeg
from PIL import Image

# hypothesis runs many examples in one fixture, which here only chooses the road.
on_either_road = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def jpeg(image, **options):
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(
        file, "JPEG", **options
    )
    return file.getvalue()


def noise(shape, seed=0):
    """Make a picture with edges and noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (-(-shape[0] // 5), -(-shape[1] // 5), *shape[2:]))
    fine = np.kron(coarse, np.ones((5, 5) + (1,) * (len(shape) - 2)))[: shape[0], : shape[1]]
    return (0.8 * fine + rng.integers(0, 50, shape)).astype(np.uint8)


def drafted(data, mode, factor=1):
    image = Image.open(io.BytesIO(data))
    if factor > 1 or mode == "L":
        image.draft(mode, (max(1, image.width // factor), max(1, image.height // factor)))
    return np.asarray(image.convert(mode))


def outcome(data, **options):
    try:
        return im.io.imread(data, **options)
    except im.DecodeError:
        return None


@st.composite
def jpegs(draw):
    shape = draw(st.tuples(st.integers(1, 60), st.integers(1, 60)))
    if draw(st.booleans()):
        shape = (*shape, 3)
    return jpeg(
        noise(shape, draw(st.integers(0, 99))),
        quality=draw(st.integers(1, 100)),
        progressive=draw(st.booleans()),
        optimize=draw(st.booleans()),
        **({"subsampling": draw(st.integers(0, 2))} if len(shape) == 3 else {}),
    )


@on_either_road
@given(jpegs())
def test_bits_of_pillow_and_opencv(jpeg_road, data):
    raw = np.frombuffer(data, np.uint8)
    np.testing.assert_array_equal(im.io.imread(data), drafted(data, "RGB"))
    np.testing.assert_array_equal(im.io.imread(data), cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB))
    np.testing.assert_array_equal(im.io.imread(data, mode="L"), drafted(data, "L"))
    np.testing.assert_array_equal(
        im.io.imread(data, mode="L"), cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
    )


@on_either_road
@given(jpegs(), st.integers(1, 80), st.sampled_from(["RGB", "L"]))
def test_min_side(jpeg_road, data, min_side, mode):
    full = im.io.imread(data, mode=mode)
    small = im.io.imread(data, mode=mode, min_side=min_side)
    side = min(full.shape[:2])
    factor = max([f for f in (2, 4, 8) if side >= 16 and -(-side // f) >= min_side], default=1)
    assert small.shape[:2] == tuple(-(-n // factor) for n in full.shape[:2])
    np.testing.assert_array_equal(small, drafted(data, mode, factor))


def test_the_largest_factor_that_keeps_min_side():
    for side in range(1, 100):
        for min_side in range(1, 100):
            allowed = [f for f in (1, 2, 4, 8) if -(-side // f) >= min_side and side >= 16]
            assert _jpeg.shrink_factor(side, 200, min_side) == max(allowed, default=1)
            assert _jpeg.shrink_factor(200, side, min_side) == max(allowed, default=1)


def test_photographs(data_dir, jpeg_road):
    files = sorted((data_dir / "corel1k").glob("*/*.jpg"))[::25]
    files += sorted((data_dir / "cats-dogs").glob("*/*.jpg"))[::54]
    assert files
    for path in files:
        data = path.read_bytes()
        raw = np.frombuffer(data, np.uint8)
        full = im.io.imread(path)
        np.testing.assert_array_equal(full, cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB))
        for mode in ("RGB", "L"):
            for min_side in (None, 30, 64, 100):
                image = im.io.imread(data, mode=mode, min_side=min_side)
                factor = round(full.shape[1] / image.shape[1])
                np.testing.assert_array_equal(image, drafted(data, mode, factor))


def test_photographs_take_the_fast_road(data_dir):
    pytest.importorskip("simplejpeg")
    for path in sorted((data_dir / "corel1k").glob("*/*.jpg"))[::50]:
        data = path.read_bytes()
        header = _jpeg.read_header(data)
        for factor in (1, 2, 4, 8):
            assert _jpeg._decode_fast(data, header, "RGB", factor) is not None


def test_unusual_jpegs(data_dir, jpeg_road):
    folder = data_dir / "odd-images"
    files = [*(folder / "jpeg-variants").glob("*.jpg"), *(folder / "misc").glob("*.jpg")]
    for path in files:
        if path.name == "8x8_420_tables.jpg":
            with pytest.raises(im.DecodeError):
                im.io.imread(path)
        else:
            np.testing.assert_array_equal(im.io.imread(path), drafted(path.read_bytes(), "RGB"))


def test_modes_of_a_jpeg(jpeg_road):
    gray, color = jpeg(noise((20, 30))), jpeg(noise((20, 30, 3)))
    cmyk = jpeg(Image.fromarray(noise((20, 30, 3))).convert("CMYK"))
    assert im.io.imread(gray, mode=None).shape == (20, 30)
    assert im.io.imread(color, mode=None).shape == (20, 30, 3)
    assert im.io.imread(cmyk, mode=None).shape == (20, 30, 3)
    np.testing.assert_array_equal(
        im.io.imread(cmyk, mode="L"), im.color.rgb2gray(im.io.imread(cmyk))
    )
    for data in (gray, color, cmyk):
        for mode in ("RGB", "L", None):
            image = im.io.imread(data, mode=mode)
            assert image.flags.writeable
            assert image.flags.c_contiguous


@pytest.mark.parametrize("progressive", [False, True])
def test_a_file_cut_anywhere_is_an_error(progressive, jpeg_road):
    data = jpeg(noise((40, 30, 3)), quality=30, progressive=progressive)
    for length in range(len(data)):
        with pytest.raises(im.DecodeError):
            im.io.imread(data[:length])


@settings(max_examples=150)
@given(jpegs(), st.data())
def test_damaged_files_end_alike_on_both_roads(data, draw):
    pytest.importorskip("simplejpeg")
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        damaged[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    options = {"mode": draw.draw(st.sampled_from(["RGB", "L", None]))}
    fast = outcome(bytes(damaged), **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_jpeg, "simplejpeg_decoder", lambda: None)
        slow = outcome(bytes(damaged), **options)
    assert (fast is None) == (slow is None)
    if fast is not None:
        np.testing.assert_array_equal(fast, slow)


def test_without_simplejpeg_there_is_no_fast_road(monkeypatch):
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    _jpeg.simplejpeg_decoder.cache_clear()
    try:
        assert _jpeg.simplejpeg_decoder() is None
        assert im.io.imread(jpeg(noise((9, 9)))).shape == (9, 9, 3)
    finally:
        _jpeg.simplejpeg_decoder.cache_clear()


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def test_odd_headers_that_are_legal(jpeg_road):
    plain = jpeg(noise((20, 30, 3)))
    expected = im.io.imread(plain)
    comment = segment(0xFE, b"a comment \xff\xda \xff\xd9")
    damaged_exif = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x1a" * 30)
    damaged_profile = segment(0xE2, b"ICC_PROFILE\0\x01\x09" + b"\xff" * 40)
    for extra in (b"\xff\xff", comment, damaged_exif, damaged_profile, comment + damaged_exif):
        np.testing.assert_array_equal(im.io.imread(plain[:2] + extra + plain[2:]), expected)
    np.testing.assert_array_equal(im.io.imread(plain + b"behind the picture"), expected)


def test_an_announced_size_that_the_bytes_cannot_hold(jpeg_road):
    data = bytearray(jpeg(noise((16, 16, 3))))
    frame = data.index(b"\xff\xc0")
    for side, reason in ((1000, "truncated JPEG"), (10_000, "cannot be in")):
        data[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
        with pytest.raises(im.DecodeError, match=f"{reason}.*{side}|{side}.*{reason}"):
            im.io.imread(bytes(data))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_emptiest_pictures_hold_what_they_announce(channels, progressive, jpeg_road):
    blank = np.full((1200, 1000, channels), 128, np.uint8).squeeze()
    data = jpeg(blank, quality=1, optimize=True, progressive=progressive)
    assert (im.io.imread(data, mode=None) == blank).all()


def test_a_picture_drawn_a_thousand_times(jpeg_road):
    data = jpeg(np.full((2000, 2200), 99, np.uint8), progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(im.DecodeError, match="scans over"):
        im.io.imread(data[:-2] + last_scan * 1000 + data[-2:])
