import contextlib
import io
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import imgmine as im
import numpy as np
import PIL
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.io import _imread, _pillow
from PIL import Image

RNG = np.random.default_rng(7)
GRAY = RNG.integers(0, 256, (23, 37), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (23, 37, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (23, 37, 4), dtype=np.uint8)
RGBA[:5, :, 3] = 0
RGBA[5:9, :, 3] = 255
DEEP = RNG.integers(0, 65536, (23, 37), dtype=np.uint16)
BITS = GRAY > 127

# Which side of the upright picture the first row and the first column of the file are (Exif 2.32,
# section 4.6.4, tag Orientation).
SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


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


def placed(stored, orientation):
    """Put each stored pixel where the standard says, one by one."""
    first_row, first_column = SIDES[orientation]
    height, width = stored.shape[:2]
    rows_are_rows = first_row in ("top", "bottom")
    out = np.zeros((height, width) if rows_are_rows else (width, height), stored.dtype)
    for r, c in np.ndindex(height, width):
        along_rows = r if first_row in ("top", "left") else height - 1 - r
        along_columns = c if first_column in ("top", "left") else width - 1 - c
        out[(along_rows, along_columns) if rows_are_rows else (along_columns, along_rows)] = stored[
            r, c
        ]
    return out


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


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_exif_orientation(kind, orientation, jpeg_road):
    stored = np.kron(np.arange(6, dtype=np.uint8).reshape(2, 3) * 50, np.ones((16, 16), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    upright = im.io.imread(encoded(stored, kind, exif=exif, **options), mode="L")
    assert upright.flags.c_contiguous
    assert upright.shape == placed(stored, orientation).shape
    assert np.abs(upright.astype(int) - placed(stored, orientation)).max() <= 2 * (kind == "JPEG")


@pytest.mark.parametrize("orientation", SIDES)
def test_exif_orientation_of_color_alpha_and_deep_pictures(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for image in (COLOR, RGBA, Image.frombuffer("I;16", (37, 23), DEEP, "raw", "I;16", 0, 1)):
        stored = im.io.imread(encoded(image, "PNG"), mode=None)
        upright = im.io.imread(encoded(image, "PNG", exif=exif), mode=None)
        for channel in range(1 if stored.ndim == 2 else stored.shape[2]):
            view = (..., channel) if stored.ndim == 3 else ...
            np.testing.assert_array_equal(upright[view], placed(stored[view], orientation))


def test_real_photographs_with_orientation(data_dir, jpeg_road):
    folder = data_dir / "odd-images" / "exif-orientation"
    expected = im.io.imread(folder / "hopper.jpg").astype(float)
    for orientation in range(2, 9):
        image = im.io.imread(folder / f"hopper_orientation_{orientation}.jpg")
        assert np.abs(image - expected).mean() < 8


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


def test_every_kind_of_source(tmp_path):
    data = encoded(COLOR, "PNG")
    path = tmp_path / "picture.of.no.kind"
    path.write_bytes(data)
    behind = io.BytesIO(b"xyz" + data)
    behind.seek(3)
    with path.open("rb") as file:
        sources = [str(path), path, data, bytearray(data), memoryview(data), behind, file]
        sources.append(np.frombuffer(data, np.uint8))
        for source in sources:
            np.testing.assert_array_equal(im.io.imread(source), COLOR)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_has_no_size_and_is_read_to_its_end(tmp_path):
    data = encoded(COLOR, "BMP") + bytes(200_000)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(data,))
    writer.start()
    np.testing.assert_array_equal(im.io.imread(path), COLOR)
    writer.join()


def test_large_files_are_read_only_if_they_are_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(_imread, "_LARGE_FILE", 1000)
    path = tmp_path / "large"
    path.write_bytes(encoded(COLOR, "PNG"))
    np.testing.assert_array_equal(im.io.imread(path), COLOR)
    path.write_bytes(b"film" * 1000)
    with pytest.raises(im.DecodeError, match="large: unknown"):
        im.io.imread(path)


def test_what_is_no_picture(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        im.io.imread(tmp_path / "absent.png")
    with pytest.raises(OSError, match=tmp_path.name) as error:
        im.io.imread(tmp_path)
    assert not isinstance(error.value, im.DecodeError)
    text = tmp_path / "text.jpg"
    text.write_text("This is a text of some length, and not a picture at all.\n" * 10)
    with pytest.raises(im.DecodeError, match=r"text\.jpg: unknown or unsupported"):
        im.io.imread(text)
    with pytest.raises(im.DecodeError, match="empty file"):
        im.io.imread(b"")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (7, "got int"),
        (None, "got NoneType"),
        (COLOR, "shape"),
        (io.StringIO("text"), "binary"),
        (np.zeros(9), "shape"),
    ],
)
def test_wrong_kind_of_source(source, message):
    with pytest.raises(TypeError, match=message):
        im.io.imread(source)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"mode": "BGR"}, ValueError),
        ({"mode": "l"}, ValueError),
        ({"min_side": 0}, ValueError),
        ({"min_side": 2.5}, TypeError),
        ({"max_pixels": 0}, ValueError),
        ({"max_pixels": None}, TypeError),
    ],
)
def test_wrong_arguments(arguments, error):
    with pytest.raises(error, match=next(iter(arguments))) as caught:
        im.io.imread(encoded(GRAY, "PNG"), **arguments)
    assert not isinstance(caught.value, im.DecodeError)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "PPM", "TGA", "GIF", "JPEG", "WEBP"])
def test_max_pixels(kind, jpeg_road):
    data = encoded(GRAY, kind)
    assert im.io.imread(data, max_pixels=23 * 37).shape == (23, 37, 3)
    with pytest.raises(
        im.DecodeError, match=r"bytes>: \w+ of 37 x 23 pixels: more than max_pixels"
    ):
        im.io.imread(data, max_pixels=23 * 37 - 1)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "PPM", "TGA", "JPEG"])
def test_a_low_limit_of_pillow_neither_warns_nor_matters(kind, jpeg_road, monkeypatch):
    data = encoded(COLOR, kind)
    expected = im.io.imread(data)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 40)
    np.testing.assert_array_equal(im.io.imread(data), expected)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP"])
def test_where_the_limit_of_pillow_holds_it_is_an_error_and_no_warning(kind, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 23 * 37 - 1)
    with pytest.raises(im.DecodeError, match="37 x 23 pixels: more than PIL"):
        im.io.imread(encoded(COLOR, kind))


def test_settings_of_pillow_are_left_alone():
    from PIL import ImageFile

    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    for kind in ("PNG", "TIFF", "GIF", "JPEG", "WEBP"):
        im.io.imread(encoded(GRAY, kind))
        with contextlib.suppress(im.DecodeError):
            im.io.imread(encoded(GRAY, kind)[:-30])
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_threads_read_what_one_thread_reads():
    formats = ("PNG", "TIFF", "BMP", "PPM", "TGA", "GIF", "JPEG", "WEBP")
    files = [encoded(np.roll(GRAY, shift), kind) for shift in range(12) for kind in formats]
    expected = [im.io.imread(data) for data in files]
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(expected, pool.map(im.io.imread, files), strict=True):
            np.testing.assert_array_equal(one, other)


def test_threads_may_be_the_first_to_import_the_decoders():
    code = (
        "import sys, threading, imgmine as im\n"
        "assert not {'PIL', 'simplejpeg'} & set(sys.modules)\n"
        "import numpy as np\n"
        "start, wrong = threading.Barrier(8), []\n"
        "def work(name):\n"
        "    start.wait()\n"
        "    try:\n"
        "        im.io.imread(im.io.imencode(np.zeros((9, 9), np.uint8), name))\n"
        "    except BaseException as error:\n"
        "        wrong.append(repr(error))\n"
        "names = ['png', 'jpeg', 'tiff', 'webp'] * 2\n"
        "threads = [threading.Thread(target=work, args=(name,)) for name in names]\n"
        "[t.start() for t in threads], [t.join() for t in threads]\n"
        "sys.exit('; '.join(wrong) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["PNG", "TIFF", "BMP", "PPM", "TGA"]))
def test_smallest_pictures(height, width, kind):
    image = np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)
    np.testing.assert_array_equal(im.io.imread(encoded(image, kind)), image)


def test_decoder_versions():
    versions = _imread.decoder_versions()
    assert versions["pillow"] == PIL.__version__
    assert set(versions) == {"pillow", "libjpeg-turbo", "simplejpeg"}
