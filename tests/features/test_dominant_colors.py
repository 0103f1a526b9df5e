import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.compress import quantize_colors
from imgmine.features import DominantColors, dominant_colors

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(images(dtypes=[np.uint8], channels=(3, 4), min_side=1), st.integers(1, 9))
def test_shares_of_the_palette(image, n):
    found = dominant_colors(image, n)
    assert found.shape == (n, 4)
    assert found.dtype == np.float32
    assert found[:, 3].sum() == pytest.approx(1)
    assert (np.diff(found[:, 3]) <= 0).all()
    painted = quantize_colors(np.ascontiguousarray(image[..., :3]), n).reshape(-1, 3)
    colors, pixels = np.unique(painted, axis=0, return_counts=True)
    shares = {
        tuple(color): times / len(painted) for color, times in zip(colors, pixels, strict=True)
    }
    ours = {tuple(row[:3]): row[3] for row in found if row[3] > 0}
    assert ours == pytest.approx(shares)
    assert not found[len(ours) :].any()


def test_a_picture_of_three_colors():
    image = np.zeros((10, 10, 3), np.uint8)
    image[:2] = 250, 0, 0
    image[2:9] = 0, 130, 10
    expected = [[0, 130, 10, 0.7], [250, 0, 0, 0.2], [0, 0, 0, 0.1], [0] * 4, [0] * 4]
    np.testing.assert_allclose(dominant_colors(image), expected, rtol=1e-6)
    vector = DominantColors()(image).reshape(5, 4)
    np.testing.assert_allclose(vector * [255, 255, 255, 1], expected, rtol=1e-6)
    assert DominantColors(7).size(3) == 28


def test_nothing_gives_zeros():
    np.testing.assert_array_equal(dominant_colors(np.zeros((0, 3, 3), np.uint8), 2), 0)


@pytest.mark.parametrize("n", [0, 257, -1])
def test_refuses_values_out_of_range(n):
    for make in (
        lambda: dominant_colors(np.zeros((0, 4, 3), np.uint8), n),
        lambda: DominantColors(n),
    ):
        with pytest.raises(ValueError, match=r"^n must be between 1 and 256, got"):
            make()
