import contextlib
import io
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.io import _imread
from PIL import Image

RNG = np.random.default_rng(7)
GRAY = RNG.integers(0, 256, (23, 37), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (23, 37, 3), dtype=np.uint8)


def encoded(image, kind, **options):
    """Let Pillow write the bytes of a file."""
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


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
