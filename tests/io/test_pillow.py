"""What each kind of picture becomes in each mode."""

import io
import struct

import imgmine as im
import numpy as np
import pytest
from imgmine.io import _pillow
from PIL import Image

RNG = np.random.default_rng(7)
GRAY = RNG.integers(0, 256, (23, 37), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (23, 37, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (23, 37, 4), dtype=np.uint8)
RGBA[:5, :, 3] = 0
RGBA[5:9, :, 3] = 255
DEEP = RNG.integers(0, 65536, (23, 37), dtype=np.uint16)
BITS = GRAY > 127


def encoded(image, kind, **options):
    """Let Pillow write the bytes of a file."""
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def on_white(rgba):
    color, alpha = rgba[..., :3].astype(float), rgba[..., 3:] / 255
    return np.floor(color * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)


def assert_reads(data, *, rgb, native):
    """All three modes at once; gray must be what rgb2gray makes of the color."""
    gray = native if native.dtype == np.uint8 and native.ndim == 2 else im.color.rgb2gray(rgb)
    for mode, expected in (("RGB", rgb), ("L", gray), (None, native)):
        image = im.io.imread(data, mode=mode)
        np.testing.assert_array_equal(image, expected)
        assert image.dtype == expected.dtype
        assert image.flags.c_contiguous
        assert image.flags.writeable


def stacked(gray):
    return np.stack([gray] * 3, axis=-1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM", "TGA"])
def test_gray(kind):
    assert_reads(encoded(GRAY, kind), rgb=stacked(GRAY), native=GRAY)


def test_a_gray_palette_is_gray_only_if_it_is_in_order():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert_reads(encoded(ramp, "GIF", optimize=False), rgb=stacked(ramp), native=ramp)
    assert_reads(encoded(ramp[:5], "GIF"), rgb=stacked(ramp[:5]), native=stacked(ramp[:5]))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM", "TGA", "WEBP"])
def test_color(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    assert_reads(encoded(COLOR, kind, **options), rgb=COLOR, native=COLOR)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "TGA", "WEBP"])
def test_alpha_is_kept_or_laid_over_white(kind):
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    assert_reads(encoded(RGBA, kind, **options), rgb=on_white(RGBA), native=RGBA)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "TGA"])
def test_gray_with_alpha(kind):
    rgba = np.dstack([stacked(GRAY), RGBA[..., 3]])
    data = encoded(Image.fromarray(rgba).convert("LA"), kind)
    assert_reads(data, rgb=on_white(rgba), native=rgba)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM"])
def test_one_bit(kind):
    gray = np.where(BITS, 255, 0).astype(np.uint8)
    assert_reads(encoded(Image.fromarray(gray).convert("1"), kind), rgb=stacked(gray), native=gray)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_deep_gray_comes_as_uint16_or_its_upper_byte(kind):
    upper = (DEEP >> 8).astype(np.uint8)
    data = encoded(Image.frombuffer("I;16", (37, 23), DEEP, "raw", "I;16", 0, 1), kind)
    np.testing.assert_array_equal(im.io.imread(data, mode=None), DEEP)
    assert im.io.imread(data, mode=None).dtype == np.uint16
    np.testing.assert_array_equal(im.io.imread(data, mode="L"), upper)
    np.testing.assert_array_equal(im.io.imread(data), stacked(upper))


def test_12_bit_tiff():
    values = [0, 0xFFF, 0x800, 0x123]
    packed = bytes.fromhex("000FFF800123")
    tags = {256: 4, 257: 1, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: 1, 279: len(packed)}
    entries = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in tags.items())
    ifd = struct.pack("<H", len(tags)) + entries + bytes(4)
    data = b"II*\0" + struct.pack("<I", 8 + len(packed)) + packed + ifd
    np.testing.assert_array_equal(im.io.imread(data, mode=None), [values])
    np.testing.assert_array_equal(im.io.imread(data, mode="L"), [[0, 0xFF, 0x80, 0x12]])


def test_pnm_of_any_depth_spans_16_bits():
    data = b"P5 3 1 1023\n" + np.array([0, 512, 1023], ">u2").tobytes()
    np.testing.assert_array_equal(im.io.imread(data, mode=None), [[0, 32800, 65535]])


def test_floating_point_gray_is_for_mode_none_alone():
    image = RNG.normal(size=(5, 7)).astype(np.float32)
    data = encoded(image, "TIFF")
    np.testing.assert_array_equal(im.io.imread(data, mode=None), image)
    with pytest.raises(im.DecodeError, match="floating-point"):
        im.io.imread(data)


def test_signed_samples_are_refused():
    data = encoded(Image.new("I", (3, 3), -5), "TIFF")
    with pytest.raises(im.DecodeError, match="signed"):
        im.io.imread(data, mode=None)


def palette_picture():
    image = Image.frombuffer("P", (37, 23), np.ascontiguousarray(GRAY % 16), "raw", "P", 0, 1)
    colors = RNG.integers(0, 256, (16, 3), dtype=np.uint8)
    image.putpalette(colors.tobytes())
    return image, colors[GRAY % 16]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "TGA"])
def test_palette_becomes_color(kind):
    image, rgb = palette_picture()
    assert_reads(encoded(image, kind), rgb=rgb, native=rgb)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparent_palette_entry_becomes_alpha(kind):
    image, rgb = palette_picture()
    rgba = np.dstack([rgb, np.where(GRAY % 16 == 3, 0, 255).astype(np.uint8)])
    native = im.io.imread(encoded(image, kind, transparency=3), mode=None)
    np.testing.assert_array_equal(native[..., 3], rgba[..., 3])
    np.testing.assert_array_equal(
        im.io.imread(encoded(image, kind, transparency=3)), on_white(rgba)
    )


def test_transparent_color_of_a_png_becomes_alpha():
    for pixels, key in ((GRAY, int(GRAY[0, 0])), (COLOR, tuple(map(int, COLOR[0, 0])))):
        hidden = (pixels == key) if pixels.ndim == 2 else (pixels == key).all(axis=-1)
        native = im.io.imread(encoded(pixels, "PNG", transparency=key), mode=None)
        np.testing.assert_array_equal(native[..., 3] == 0, hidden)
        assert (im.io.imread(encoded(pixels, "PNG", transparency=key))[hidden] == 255).all()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_of_several(kind):
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    np.testing.assert_array_equal(im.io.imread(data), np.full((6, 8, 3), (255, 0, 0)))


@pytest.mark.parametrize("mode", ["RGB", "L", None])
def test_conversion_in_bands_changes_nothing(mode, monkeypatch):
    image, _ = palette_picture()
    files = [encoded(x, "PNG") for x in (GRAY, COLOR, RGBA, image)]
    files.append(encoded(image, "GIF", transparency=3))
    files.append(encoded(Image.frombuffer("I;16", (37, 23), DEEP, "raw", "I;16", 0, 1), "TIFF"))
    whole = [im.io.imread(data, mode=mode) for data in files]
    for band_pixels in (1, 37, 200):
        monkeypatch.setattr(_pillow, "_BAND_PIXELS", band_pixels)
        for data, expected in zip(files, whole, strict=True):
            np.testing.assert_array_equal(im.io.imread(data, mode=mode), expected)
