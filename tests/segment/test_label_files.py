import numpy as np
import pytest
from hypothesis import given
from imgmine import DecodeError
from imgmine.io import imencode
from imgmine.segment import load_labels, save_labels

from .small_regions import label_images


@given(labels=label_images())
def test_come_back(tmp_path_factory, labels):
    for suffix in (".png", ".TIF"):
        for factor in (1, 60, 10000):
            path = tmp_path_factory.mktemp("labels") / f"labels{suffix}"
            save_labels(path, labels * factor)
            again = load_labels(path)
            assert again.dtype == np.int32
            np.testing.assert_array_equal(again, labels * factor)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "int64", "uint64", "bool"])
def test_any_whole_numbers(tmp_path, dtype):
    labels = np.array([[0, 1], [1, 0]], dtype)
    save_labels(tmp_path / "labels.png", labels[::-1])
    np.testing.assert_array_equal(load_labels(tmp_path / "labels.png"), labels[::-1])


def test_most_regions(tmp_path):
    path = tmp_path / "labels.png"
    labels = np.arange(65536).reshape(256, 256)
    save_labels(path, labels)
    np.testing.assert_array_equal(load_labels(path), labels)
    with pytest.raises(ValueError, match="labels must be at most 65535 in a file, got 65536"):
        save_labels(path, labels + 1)
    np.testing.assert_array_equal(load_labels(path), labels)


@pytest.mark.parametrize("name", ["labels.jpg", "labels", "labels.bmp"])
def test_other_formats_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"path must have the suffix \.png"):
        save_labels(tmp_path / name, np.zeros((2, 2), int))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_label_image():
    with pytest.raises(ValueError, match="path must be a gray picture"):
        load_labels(imencode(np.zeros((2, 2, 3), np.uint8), "png"))
    with pytest.raises(DecodeError):
        load_labels(b"nothing")
    with pytest.raises(FileNotFoundError):
        load_labels("no such file.png")


def test_floats_are_refused(tmp_path):
    with pytest.raises(TypeError, match="labels must hold whole numbers, got float32"):
        save_labels(tmp_path / "labels.png", np.zeros((2, 2), np.float32))
