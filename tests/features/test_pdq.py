import imgmine
import numpy as np
import pdqhash
import pytest
from hypothesis import given
from imgmine.features import dihedral_hashes, hash_to_hex, pdq

from ..strategies import images, large
from .peers_hash import PEERS_ROUND_ALIKE

pytestmark = [
    pytest.mark.usefixtures("cpu_level", "n_threads"),
    pytest.mark.skipif(not PEERS_ROUND_ALIKE, reason="pdqhash rounds otherwise here"),
]


def assert_as_pdqhash(image):
    rgb = np.ascontiguousarray(np.repeat(image[..., None], 3, 2) if image.ndim == 2 else image)
    bits, expected_quality = pdqhash.compute(rgb)
    hash_, quality = pdq(image)
    assert hash_.shape == (32,)
    assert hash_.dtype == np.uint8
    np.testing.assert_array_equal(np.unpackbits(hash_), bits)
    assert quality == expected_quality
    if image.shape[:2] != (64, 64):  # whose turned forms pdqhash blurs, but not the picture itself
        forms, _ = pdqhash.compute_dihedral(rgb)
        ours = np.unpackbits(dihedral_hashes(image, "pdq"), axis=1)
        np.testing.assert_array_equal(ours, np.array(forms))


@given(images([np.uint8], [None, 3], min_side=1))
def test_small_pictures(image):
    assert_as_pdqhash(image)


@pytest.mark.parametrize(
    "shape",
    [(4, 100, 3), (5, 5), (5, 900), (64, 64, 3), (63, 65), (127, 128), (129, 255, 3), (300, 200)],
)
def test_sizes(shape):
    assert_as_pdqhash(large(shape))


@pytest.mark.parametrize("value", [0, 77, 255])
def test_constant_pictures(value):
    image = np.full((90, 130, 3), value, np.uint8)
    assert_as_pdqhash(image)
    assert pdq(image)[1] == 0


def test_symmetric_pictures():
    image = large((90, 130, 3))
    assert_as_pdqhash(np.maximum(image, image[:, ::-1]))
    assert_as_pdqhash(np.maximum(image, image[::-1]))


def test_photographs(data_dir):
    paths = sorted((data_dir / "caltech101").glob("*/*"))[::20]
    assert paths
    for path in paths:
        assert_as_pdqhash(imgmine.io.imread(path))


def test_written_as_64_digits():
    assert len(hash_to_hex(pdq(large((80, 90, 3)))[0])) == 64


def test_too_small_to_tell():
    hash_, quality = pdq(large((4, 100)))
    assert not hash_.any()
    assert quality == 0
