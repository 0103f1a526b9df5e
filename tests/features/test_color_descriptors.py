"""What every color descriptor holds, whatever it sees."""

import hashlib

import imgmine as im
import numpy as np
import pytest
from imgmine.features import (
    CEDD,
    FCTH,
    ColorCorrelogram,
    ColorHistogram,
    ColorLayout,
    ColorMoments,
    DominantColors,
    Histogram,
    Recipe,
    ScalableColor,
)

from ..operations import picture
from ..strategies import LAYOUTS

DESCRIPTORS = [
    Histogram(),
    Histogram(100, grid=(2, 2)),
    ColorHistogram(),
    ColorHistogram(4, "opponent", joint=False, levels=2),
    ColorMoments("lab"),
    ColorCorrelogram(),
    DominantColors(),
    ColorLayout(),
    ScalableColor(),
    CEDD(),
    FCTH(),
]
every = pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=str)


@every
@pytest.mark.parametrize("channels", [3, 4])
def test_layout_of_memory_does_not_matter(descriptor, channels):
    image = picture((18, 34, channels), "uint8")
    for layout in LAYOUTS.values():
        laid = layout(image)
        np.testing.assert_array_equal(descriptor(laid), descriptor(np.array(laid, order="C")))


@every
def test_images_of_any_size(descriptor):
    for size in [(0, 0), (0, 7), (7, 0), (1, 1), (1, 2), (2, 1), (1, 70), (70, 1), (2, 2), (3, 65)]:
        for image in (picture((*size, 3), "uint8"), np.full((*size, 3), 255, np.uint8)):
            vector = descriptor(image)
            assert vector.shape == (descriptor.size(3),)
            assert vector.dtype == np.float32
            assert np.isfinite(vector).all()
            if not image.size:
                np.testing.assert_array_equal(vector, 0)


@every
def test_other_dtypes_and_shapes_are_refused(descriptor):
    for dtype in ("float64", "int32", ">f4"):
        with pytest.raises(TypeError, match=r"^image must be uint8"):
            descriptor(np.zeros((4, 4, 3), dtype))
    if not isinstance(descriptor, Histogram):
        for shape in ((4, 4), (4, 4, 2), (4, 4, 5)):
            with pytest.raises(ValueError, match=r"^image must have shape \(H, W, 3\) or"):
                descriptor(np.zeros(shape, np.uint8))
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W"):
        descriptor(np.zeros(4, np.uint8))


@every
def test_same_bits_everywhere(descriptor):
    image = picture((702, 902, 3), "uint8")
    level, digests = im.cpu_level(), set()
    try:
        for each in im.cpu_levels():
            for n_threads in (1, 3):
                im.set_cpu_level(each)
                im.set_num_threads(n_threads)
                digests.add(hashlib.sha256(descriptor(image).tobytes()).hexdigest())
    finally:
        im.set_cpu_level(level)
        im.set_num_threads(0)
    assert len(digests) == 1


@every
def test_recipes_hold_it(descriptor):
    image = picture((40, 50, 3), "uint8")
    recipe = Recipe([descriptor, Histogram(4)])
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert hash(recipe) == hash(Recipe.from_json(recipe.to_json()))
    expected = np.concatenate([descriptor(image), Histogram(4)(image)])
    np.testing.assert_array_equal(recipe(image), expected)
    assert recipe(image[..., 0]).shape == expected.shape


@every
def test_gray_recipes_refuse_it(descriptor):
    if isinstance(descriptor, Histogram):
        pytest.skip("sees gray images")
    with pytest.raises(ValueError, match="cannot come after Gray"):
        Recipe([descriptor], [im.features.Gray()])
