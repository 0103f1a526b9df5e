import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

LOSSLESS = ["png", "tiff", "bmp"]
RNG = np.random.default_rng(5)
COLOR = RNG.integers(0, 256, (33, 47, 3), dtype=np.uint8)

sides = st.integers(1, 40)
gray_or_color = st.one_of(st.tuples(sides, sides), st.tuples(sides, sides, st.just(3))).flatmap(
    lambda shape: hnp.arrays(np.uint8, shape)
)


@given(gray_or_color, st.sampled_from(LOSSLESS))
def test_lossless_formats_keep_every_bit(image, kind):
    back = im.io.imread(im.io.imencode(image, kind), mode=None)
    np.testing.assert_array_equal(back, image)
    assert back.dtype == np.uint8


@given(gray_or_color, st.sampled_from(LOSSLESS))
def test_another_reader_finds_the_same(image, kind):
    data = np.frombuffer(im.io.imencode(image, kind), np.uint8)
    flag = cv2.IMREAD_GRAYSCALE if image.ndim == 2 else cv2.IMREAD_COLOR_RGB
    np.testing.assert_array_equal(cv2.imdecode(data, flag), image)


@given(hnp.arrays(np.uint8, st.tuples(sides, sides, st.just(4))), st.sampled_from(["png", "tif"]))
def test_alpha_is_kept(image, kind):
    np.testing.assert_array_equal(im.io.imread(im.io.imencode(image, kind), mode=None), image)


@given(hnp.arrays(np.uint16, st.tuples(sides, sides)), st.sampled_from(["png", "tiff"]))
def test_16_bit_gray_is_kept(image, kind):
    data = im.io.imencode(image, kind)
    np.testing.assert_array_equal(im.io.imread(data, mode=None), image)
    raw = np.frombuffer(data, np.uint8)
    np.testing.assert_array_equal(cv2.imdecode(raw, cv2.IMREAD_UNCHANGED), image)


@pytest.mark.parametrize(
    "view",
    [
        COLOR[::-1],
        COLOR[:, ::-1],
        COLOR[::2, ::3],
        COLOR[..., ::-1],
        COLOR[..., 1],
        COLOR.transpose(1, 0, 2),
        np.broadcast_to(COLOR[0], (9, 47, 3)),
    ],
)
def test_any_layout_in_memory(view):
    np.testing.assert_array_equal(im.io.imread(im.io.imencode(view, "png"), mode=None), view)


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_quality(kind):
    image = cv2.GaussianBlur(COLOR, (9, 9), 0)
    sizes, errors = [], []
    for quality in (5, 50, 95):
        data = im.io.imencode(image, kind, quality=quality)
        sizes.append(len(data))
        errors.append(np.abs(im.io.imread(data).astype(int) - image).mean())
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 4
    assert len(im.io.imencode(image, kind)) == len(im.io.imencode(image, kind, quality=90))


def test_webp_holds_alpha_and_has_no_gray():
    rgba = np.dstack([COLOR, np.full((33, 47), 128, np.uint8)])
    assert (im.io.imread(im.io.imencode(rgba, "webp"), mode=None)[..., 3] == 128).all()
    assert im.io.imread(im.io.imencode(COLOR[..., 0], "webp"), mode=None).shape == (33, 47, 3)


@pytest.mark.parametrize("name", ["a.png", "a.PNG", "a.jpg", "a.JPEG", "a.bmp", "a.tif", "a.webp"])
def test_the_suffix_names_the_format(tmp_path, name):
    im.io.imwrite(tmp_path / name, COLOR)
    im.io.imwrite(os.fspath(tmp_path / name), COLOR)
    suffix = name[2:].lower()
    assert (tmp_path / name).read_bytes() == im.io.imencode(COLOR, suffix)
    assert im.io.imencode(COLOR, "." + suffix.upper()) == im.io.imencode(COLOR, suffix)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("image", "kind", "error", "message"),
    [
        (COLOR.astype(np.float32), "png", TypeError, "uint8 or uint16, got float32"),
        (COLOR > 9, "png", TypeError, "got bool"),
        (COLOR[..., 0].astype(np.uint16), "jpeg", TypeError, "got uint16"),
        (COLOR.astype(np.uint16), "png", TypeError, "got uint16"),
        (COLOR[..., :2], "png", ValueError, r"\(33, 47, 2\)"),
        (COLOR[0, 0], "png", ValueError, "shape"),
        (COLOR[:0], "png", ValueError, "must have pixels"),
        (COLOR[:, :0], "jpeg", ValueError, "must have pixels"),
        (np.dstack([COLOR, COLOR[..., :1]]), "jpeg", ValueError, "alpha"),
        (np.dstack([COLOR, COLOR[..., :1]]), "bmp", ValueError, "alpha"),
        (np.zeros((1, 65501), np.uint8), "jpeg", ValueError, "65500"),
        (np.zeros((16384, 1), np.uint8), "webp", ValueError, "16383"),
        (COLOR, "gif", ValueError, "format must be one of bmp"),
        (COLOR, "", ValueError, "format"),
    ],
)
def test_what_cannot_be_written(image, kind, error, message, tmp_path):
    with pytest.raises(error, match=message):
        im.io.imencode(image, kind)
    with pytest.raises(error):
        im.io.imwrite(tmp_path / f"picture.{kind}", image)
    assert list(tmp_path.iterdir()) == []


def test_largest_sides():
    wide = np.zeros((1, 65500), np.uint8)
    assert im.io.imread(im.io.imencode(wide, "jpeg"), mode="L").shape == wide.shape
    tall = np.zeros((16383, 1), np.uint8)
    assert im.io.imread(im.io.imencode(tall, "webp"), mode="L").shape == tall.shape


@pytest.mark.parametrize(
    ("quality", "error"), [(0, ValueError), (101, ValueError), (9.5, TypeError), ("9", TypeError)]
)
def test_wrong_quality(quality, error):
    with pytest.raises(error):
        im.io.imencode(COLOR, "jpeg", quality=quality)


def test_a_path_without_suffix(tmp_path):
    with pytest.raises(ValueError, match="suffix"):
        im.io.imwrite(tmp_path / "png", COLOR)
    with pytest.raises(FileNotFoundError):
        im.io.imwrite(tmp_path / "absent" / "a.png", COLOR)


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    im.io.imwrite(path, COLOR)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        im.io.imwrite(path, COLOR[::-1])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OSError, match=r"a\.png"):
        im.io.imwrite(tmp_path / "a.png", COLOR)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_permissions(tmp_path):
    path = tmp_path / "a.png"
    mask = os.umask(0o027)
    try:
        im.io.imwrite(path, COLOR)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        im.io.imwrite(path, COLOR)
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
    finally:
        os.umask(mask)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_followed(tmp_path):
    (tmp_path / "link.png").symlink_to(tmp_path / "target.png")
    im.io.imwrite(tmp_path / "link.png", COLOR)
    assert (tmp_path / "link.png").is_symlink()
    np.testing.assert_array_equal(im.io.imread(tmp_path / "target.png"), COLOR)


def test_a_reader_never_finds_half_a_picture(tmp_path):
    path = tmp_path / "a.png"
    im.io.imwrite(path, COLOR)
    pictures = [np.roll(COLOR, shift, axis=0) for shift in range(40)]
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(im.io.imwrite, path, picture) for picture in pictures]
        while not all(job.done() for job in writing):
            found = im.io.imread(path)
            assert any((found == picture).all() for picture in pictures)
        for job in writing:
            job.result()
    assert list(tmp_path.iterdir()) == [path]
