"""Damaged and hostile files: a picture or DecodeError, in little time and memory."""

import io
import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.io import _formats
from PIL import Image

RNG = np.random.default_rng(3)
COLOR = np.kron(RNG.integers(0, 256, (5, 4, 3), dtype=np.uint8), np.ones((3, 4, 1), np.uint8))
COLOR[:4] = RNG.integers(0, 256, (4, 16, 3))


def encoded(kind, mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(COLOR).convert(mode).save(file, kind, **options)
    return file.getvalue()


FILES = {
    "png": encoded("PNG"),
    "png palette": encoded("PNG", "P"),
    "png 1-bit": encoded("PNG", "1"),
    "gif": encoded("GIF"),
    "bmp": encoded("BMP"),
    "bmp palette": encoded("BMP", "P"),
    "ppm": encoded("PPM"),
    "tga": encoded("TGA"),
    "tga runs": encoded("TGA", compression="tga_rle"),
    "tiff": encoded("TIFF"),
    "tiff lzw": encoded("TIFF", compression="tiff_lzw"),
    "tiff deflate": encoded("TIFF", compression="tiff_adobe_deflate"),
    "tiff packbits": encoded("TIFF", compression="packbits"),
    "tiff fax": encoded("TIFF", "1", compression="group4"),
    "webp": encoded("WEBP"),
    "webp lossless": encoded("WEBP", "RGBA", lossless=True),
    "jpeg": encoded("JPEG"),
}


def outcome(data, **options):
    try:
        image = im.io.imread(data, **options)
    except im.DecodeError:
        return None
    assert image.dtype in (np.uint8, np.uint16, np.float32)
    assert image.ndim == 2 or image.shape[2] in (3, 4)
    return image


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere_is_an_error_or_the_whole_picture(name):
    data = FILES[name]
    whole = im.io.imread(data, mode=None)
    errors = 0
    for length in range(len(data)):
        image = outcome(data[:length], mode=None)
        errors += image is None
        if image is not None:
            np.testing.assert_array_equal(image, whole)
    assert errors >= len(data) - 30  # the footer of a TGA is the longest end that nobody needs


# libtiff and Pillow report damaged metadata, which is not imread's to hide.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@settings(max_examples=300)
@given(st.sampled_from(sorted(FILES)), st.sampled_from(["RGB", "L", None]), st.data())
def test_damaged_files(name, mode, draw):
    damaged = bytearray(FILES[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        end = draw.draw(st.sampled_from([30, 80, len(damaged)]))
        damaged[draw.draw(st.integers(0, min(end, len(damaged)) - 1))] = draw.draw(
            st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255)
        )
    if name.startswith("png"):
        damaged = repaired(bytes(damaged))
    outcome(bytes(damaged), mode=mode, max_pixels=2**22)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")
@settings(max_examples=200)
@given(
    st.sampled_from(sorted({data[:n] for data in FILES.values() for n in (0, 2, 8, 18)})), st.data()
)
def test_any_bytes(start, draw):
    outcome(start + draw.draw(st.binary(max_size=100)), max_pixels=2**22)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(rows, *extra, width=20, height=10, depth=8, color=2, interlace=0):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    palette = chunk(b"PLTE", bytes(768)) if color == 3 else b""
    middle = b"".join(extra) + palette + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + middle + chunk(b"IEND", b"")


def repaired(data):
    """Put the checksums of a PNG right, so that damage gets as far as the decoder."""
    parts, position = [data[:8]], 8
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        name, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        parts.append(chunk(name, body) if len(body) == length else data[position:])
        position += 12 + length
    return b"".join(parts)


@pytest.mark.parametrize("name", ["png", "png palette", "png 1-bit"])
def test_no_byte_of_a_png_can_change_unnoticed(name):
    data = FILES[name]
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << position % 8
        assert outcome(bytes(damaged)) is None, position


@pytest.mark.parametrize("fill", [0, 200])
@pytest.mark.parametrize("n_rows", [0, 1, 9])
@pytest.mark.parametrize(
    ("depth", "color", "row"),
    [
        (1, 0, 3),
        (8, 0, 20),
        (16, 0, 40),
        (8, 2, 60),
        (16, 2, 120),
        (8, 3, 20),
        (8, 4, 40),
        (8, 6, 80),
    ],
)
def test_missing_rows_of_a_png(depth, color, row, n_rows, fill):
    rows = (b"\0" + bytes([fill]) * row) * 10
    assert im.io.imread(png(rows, depth=depth, color=color)).shape == (10, 20, 3)
    with pytest.raises(im.DecodeError):
        im.io.imread(png(rows[: n_rows * (1 + row)], depth=depth, color=color))


def test_missing_rows_of_an_interlaced_png():
    # Passes of Adam7 over 3 x 3 pixels: 1, 0, 0, 2 (of 2 rows), 1, 2 (of 1 row each), 3 pixels.
    whole = b"\0a" + b"\0b" + b"\0cc" + b"\0d\0d" + b"\0eee"
    options = {"width": 3, "height": 3, "color": 0, "interlace": 1}
    assert sum(1 + n for n in (1, 1, 2, 1, 1, 3)) == len(whole)
    image = im.io.imread(png(whole, **options), mode="L")
    assert sorted(image.ravel().tolist()) == sorted(whole.replace(b"\0", b""))
    with pytest.raises(im.DecodeError):
        im.io.imread(png(whole[:-4], **options))


def test_chunks_that_nobody_needs_are_not_even_unpacked():
    bomb = zlib.compress(bytes(1 << 26), 9)
    extras = (
        chunk(b"iCCP", b"p\0\0" + bomb),
        chunk(b"zTXt", b"k\0\0" + bomb),
        chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)),
        chunk(b"tEXt", b"\xff" * 99),
        chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff" + bytes(9)),
    )
    assert (im.io.imread(png((b"\0" + bytes(60)) * 10, *extras)) == 0).all()


@pytest.mark.parametrize(
    "data",
    [
        png(b"", chunk(b"CgBI", bytes(4))),
        png(b"", chunk(b"IHDR", bytes(13))),
        png((b"\0" + bytes(60)) * 5, chunk(b"IDAT", b"x"), chunk(b"tEXt", b"k\0v")),
        png(b"\0" * 610, width=0),
    ],
)
def test_wrongly_built_pngs(data):
    with pytest.raises(im.DecodeError):
        im.io.imread(data)


@pytest.mark.parametrize(
    "data",
    [
        png(bytes(99), width=16_000, height=16_000),
        b"P6 16000 16000 255\n" + bytes(99),
        b"P4 16000 16000\n" + bytes(99),
        struct.pack("<BBBHHBHHHHBB", 0, 0, 10, 0, 0, 0, 0, 0, 16_000, 16_000, 24, 0) + bytes(99),
        b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, 16_000, 16_000, 1, 24, 0, 0, 0, 0, 0, 0),
        b"RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f" + struct.pack("<I", 5000 | 5000 << 14) + bytes(15),
    ],
)
def test_few_bytes_that_announce_a_huge_picture(data):
    with pytest.raises(im.DecodeError, match=r"\d+ x \d+ pixels cannot be in \d+ bytes"):
        im.io.imread(data)


def test_sizes_in_headers(data_dir):
    folder = data_dir / "odd-images"
    files = [
        *folder.glob("*/*.gif"),
        *folder.glob("*/*.webp"),
        *(data_dir / "brodatz").glob("*.gif"),
    ]
    assert len(files) > 3
    for path in files:
        size_of = _formats.gif_size if path.suffix == ".gif" else _formats.webp_size
        with Image.open(path) as image:
            assert size_of(path.read_bytes()) == image.size
    for name in ("webp", "webp lossless"):
        assert _formats.webp_size(FILES[name]) == (16, 15)


def test_pngsuite(data_dir):
    files = sorted((data_dir / "pngsuite").glob("*.png"))
    assert len(files) > 150
    for path in files:
        if path.name.startswith("x"):
            with pytest.raises(im.DecodeError, match=path.name):
                im.io.imread(path)
            continue
        native = im.io.imread(path, mode=None)
        if native.shape[2:] != (4,):
            expected = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
            np.testing.assert_array_equal(im.io.imread(path), expected, err_msg=path.name)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to limit memory")
def test_bad_files_take_little_time_and_memory(data_dir, record_property):
    files = [
        p for f in ("bad-images", "pngsuite") for p in (data_dir / f).rglob("*") if p.is_file()
    ]
    assert len(files) > 500
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("decode_files.py"))],
        input="".join(f"{path}\n" for path in sorted(files)),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "error"},
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"{records[-1:]} {done.stderr[-500:]}"
    finished = [record for record in records if "outcome" in record]
    assert len(finished) == len(files)
    assert [r for r in finished if r["outcome"].startswith("wrong error")] == []
    slowest = max(finished, key=lambda record: record["seconds"])
    record_property("slowest", slowest)
    record_property("peak_kib", finished[-1]["peak_kib"])
    assert finished[-1]["peak_kib"] < 2**20
