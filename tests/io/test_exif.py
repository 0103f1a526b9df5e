import io
import struct

import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.io import _exif
from PIL import Image

RNG = np.random.default_rng(7)
COLOR = RNG.integers(0, 256, (23, 37, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (23, 37, 4), dtype=np.uint8)
RGBA[:5, :, 3] = 0
RGBA[5:9, :, 3] = 255
DEEP = RNG.integers(0, 65536, (23, 37), dtype=np.uint16)

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


@given(
    st.binary(max_size=80), st.sampled_from([b"", b"II*\0", b"MM\0*", b"Exif\0\0II*\0\x08\0\0\0"])
)
def test_any_bytes_are_a_legal_orientation(data, start):
    assert _exif.orientation(start + data) in range(1, 9)


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "value", "expected"), [(3, 6, 6), (4, 8, 8), (3, 0, 1), (3, 9, 1), (2, 6, 1)]
)
def test_orientation_in_exif(endian, kind, value, expected):
    mark = {"<": b"II*\0", ">": b"MM\0*"}[endian]
    number = struct.pack(endian + ("H2x" if kind == 3 else "I"), value)
    entries = struct.pack(endian + "HHI4x", 0x0110, 2, 1)
    entries += struct.pack(endian + "HHI", 0x0112, kind, 1) + number
    block = mark + struct.pack(endian + "IH", 8, 2) + entries
    assert _exif.orientation(block) == expected
    assert _exif.orientation(b"Exif\0\0" + block) == expected
