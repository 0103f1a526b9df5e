import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import apply_lut

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

seeds = st.integers(0, 2**32)


def random_table(seed, *shape):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@given(images(dtypes=[np.uint8]), seeds)
def test_one_table_for_all(image, seed):
    table = random_table(seed, 256)
    actual = apply_lut(image, table)
    assert actual.dtype == np.uint8
    np.testing.assert_array_equal(actual, table[image])


@given(images(dtypes=[np.uint8]), seeds)
def test_a_table_for_each_channel(image, seed):
    channels = image.shape[2] if image.ndim == 3 else 1
    table = random_table(seed, 256, channels)
    expected = table[image.reshape(-1, channels), np.arange(channels)].reshape(image.shape)
    np.testing.assert_array_equal(apply_lut(image, table), expected)


@pytest.mark.parametrize("width", [*range(140), 200, 255, 256, 257])
def test_every_value_at_every_place(width):
    """Blocks, and what is left of them."""
    image = (np.arange(width) * 37 % 256).astype(np.uint8)[np.newaxis]
    table = random_table(width, 256)
    np.testing.assert_array_equal(apply_lut(image, table), table[image])


@pytest.mark.parametrize("channels", [None, 2, 3, 4])
def test_equals_opencv_and_threads_share_the_rows(channels):
    image = large((1201, 1701) if channels is None else (1201, 701, channels))
    table = random_table(3, 256)
    np.testing.assert_array_equal(apply_lut(image, table), cv2.LUT(image, table))
    if channels:
        table = random_table(3, 256, channels)
        peer = cv2.LUT(image, table.reshape(1, 256, channels))
        np.testing.assert_array_equal(apply_lut(image, table), peer)


def test_takes_a_list_and_writes_out():
    image = large((9, 40, 3))
    frame = np.full((11, 50, 3), 99, np.uint8)
    out = frame[1:10, 5:45]
    assert apply_lut(image, list(range(255, -1, -1)), out=out) is out
    np.testing.assert_array_equal(out, 255 - image)
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 45:] == 99).all()
    assert (frame[[0, -1]] == 99).all()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_other_tables(shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(TypeError, match=r"^table must be uint8, got float64"):
        apply_lut(image, np.zeros(256))
    for wrong in [(255,), (256, 2), (1, 256), (256, 1, 1), ()]:
        with pytest.raises(ValueError, match=r"^table must have shape \(256,\) or \(256, 1\)"):
            apply_lut(image, np.zeros(wrong, np.uint8))
    with pytest.raises(ValueError, match=r"^table must hold whole numbers"):
        apply_lut(image, [300] * 256)
    with pytest.raises(TypeError, match=r"^image must be uint8"):
        apply_lut(np.zeros(shape, np.float32), np.zeros(256, np.uint8))
