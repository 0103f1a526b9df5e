import mahotas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import haralick

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def peer(image):
    return mahotas.features.haralick(image, use_x_minus_y_variance=True)


@settings(max_examples=8)
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 17, 120]), st.integers(2, 30))
def test_equals_mahotas(seed, spread, side):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, spread, (side, side + 3)).astype(np.uint8)
    image[0, 0], image[-1, -1] = 0, spread - 1
    actual = haralick(image, per_direction=True)[0]
    # The last is the root of a small difference: half as many digits.
    np.testing.assert_allclose(actual[:, :12], peer(image)[:, :12], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(actual[:, 12], peer(image)[:, 12], rtol=1e-5, atol=1e-6)


def test_photographs(data_dir):
    from imgmine import io

    for path in list(io.find_images(data_dir / "brodatz"))[:3]:
        image = io.imread(path, mode="L")
        expected = peer(image)
        np.testing.assert_allclose(haralick(image, per_direction=True)[0], expected, rtol=1e-5)
        mean_and_range = np.concatenate([expected.mean(0), np.ptp(expected, axis=0)])
        np.testing.assert_allclose(haralick(image), mean_and_range, rtol=1e-4, atol=1e-6)


def test_quantizes():
    image = np.random.default_rng(0).integers(0, 256, (30, 30), np.uint8)
    expected = haralick((image // 16).astype(np.uint8), levels=256)
    np.testing.assert_allclose(haralick(image, levels=16), expected, rtol=1e-6)


def test_distances_and_angles():
    image = np.random.default_rng(0).integers(0, 256, (30, 30), np.uint8)
    table = haralick(image, (1, 4), 32, angles=(0, 1, 2), per_direction=True)
    assert table.shape == (2, 3, 13)
    np.testing.assert_array_equal(table[1:], haralick(image, 4, 32, angles=(0, 1, 2),
                                                      per_direction=True))  # fmt: skip
    vector = haralick(image, (1, 4), 32, angles=(0, 1, 2)).reshape(2, 2, 13)
    np.testing.assert_allclose(vector[:, 0], table.mean(1), rtol=1e-5)
    np.testing.assert_allclose(vector[:, 1], np.ptp(table, axis=1), rtol=1e-3, atol=1e-5)


def test_flat_and_empty():
    flat = haralick(np.full((8, 8), 9, np.uint8)).reshape(2, 13)
    np.testing.assert_array_equal(flat[0], [1, 0, 1, 0, 1, 18, 0, 0, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(flat[1], np.zeros(13))
    image = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    assert not haralick(image, mask=np.zeros((8, 8), bool)).any()


def test_mask():
    image = np.random.default_rng(0).integers(0, 256, (12, 20), np.uint8)
    mask = np.zeros(image.shape, bool)
    mask[2:9, 3:15] = True
    np.testing.assert_array_equal(haralick(image, mask=mask), haralick(image[2:9, 3:15]))
