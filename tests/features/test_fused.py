"""Descriptors that share one pass over an image give what they give alone, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import (
    HOG,
    LBP,
    ColorCorrelogram,
    ColorHistogram,
    ColorMoments,
    EdgeHistogram,
    GaussianBlur,
    Gray,
    Histogram,
    Recipe,
    Tamura,
)
from imgmine.features._descriptor import is_fused

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

grids = st.tuples(st.integers(1, 4), st.integers(1, 4))
spaces = st.sampled_from(["rgb", "hsv", "lab", "opponent"])
few_bins = st.tuples(*[st.sampled_from([1, 2, 3, 4, 6])] * 3)

of_gray = (
    st.just(Tamura())
    | st.builds(EdgeHistogram, n_blocks=st.sampled_from([1, 7, 1100, 5000]), quantize=st.booleans())
    | st.builds(LBP, method=st.sampled_from(["uniform", "nri_uniform", "ror"]), grid=grids)
    | st.builds(Histogram, st.sampled_from([4, 8, 256]), grid=grids)
)
of_color = (
    st.builds(ColorHistogram, few_bins, spaces, st.booleans(), grid=grids)
    | st.builds(ColorMoments, spaces, grid=grids)
    | st.builds(
        ColorCorrelogram,
        few_bins,
        st.lists(st.sampled_from([1, 2, 5, 31]), min_size=1, max_size=3),
        spaces,
    )
)
outside = (
    st.builds(HOG, st.just(4)) | st.just(LBP(8, 2)) | st.just(EdgeHistogram(larger_parts=True))
)
blurs = st.sampled_from([[], [GaussianBlur(ksize=3)], [GaussianBlur(2.0)]])


def alone(recipe, image):
    """Do the steps, then call each descriptor by itself."""
    for step in recipe.preprocess:
        image = step(image)
    return np.concatenate([descriptor(image) for descriptor in recipe.descriptors])


@settings(max_examples=25)
@given(
    st.lists(of_gray | of_color | outside, min_size=1, max_size=6),
    blurs,
    images(dtypes=["uint8"], channels=(3,)),
)
def test_any_of_them_together(descriptors, steps, image):
    recipe = Recipe(descriptors, steps)
    np.testing.assert_array_equal(recipe(image), alone(recipe, image))


@settings(max_examples=15)
@given(st.lists(of_gray, min_size=1, max_size=4), blurs, images(["uint8"], channels=(None, 3)))
def test_any_of_them_of_gray(descriptors, steps, image):
    recipe = Recipe(descriptors, [Gray(), *steps])
    np.testing.assert_array_equal(recipe(image), alone(recipe, image))


ALL = [
    ColorHistogram((16, 4, 4), space="hsv"),
    ColorCorrelogram((8, 4, 4), distances=(1,), space="hsv"),
    ColorMoments("hsv", grid=(3, 3)),
    ColorCorrelogram(4, (1, 3, 5, 7)),
    LBP(grid=(3, 2)),
    Tamura(),
    EdgeHistogram(),
    Histogram(16, grid=(5, 1)),
]


@pytest.mark.parametrize("shape", [(1200, 307, 3), (33, 5001, 3), (401, 640, 3), (700, 1, 3)])
@pytest.mark.parametrize("steps", [[], [GaussianBlur(1.0)]])
def test_threads_share_the_rows(shape, steps):
    image = large(shape)
    image[: shape[0] // 2, : shape[1] // 2] //= 32  # flat parts, too
    recipe = Recipe(ALL, steps)
    assert all(is_fused(descriptor) for descriptor in ALL)
    np.testing.assert_array_equal(recipe(image), alone(recipe, image))


@pytest.mark.parametrize("bins", [(8, 4, 4), (16, 4, 4), (8, 8, 4), (4, 2, 1), (3, 4, 4)])
@pytest.mark.parametrize("distances", [(1,), (2, 3), (1, 3, 5)])
def test_a_histogram_of_finer_colors_is_counted_with_a_correlogram(bins, distances):
    """Where each of its colors lies within one of the correlogram's; else beside it."""
    image = large((120, 97, 3))
    for recipe in (
        Recipe([ColorHistogram(bins, "hsv"), ColorCorrelogram((4, 2, 1), distances, "hsv")]),
        Recipe([ColorCorrelogram((4, 2, 1), distances, "hsv"), ColorHistogram(bins, "hsv")] * 2),
        Recipe([ColorHistogram(bins, "rgb"), ColorCorrelogram((4, 2, 1), distances, "hsv")]),
        Recipe([ColorHistogram(bins, "hsv"), ColorCorrelogram((8, 8, 4), distances, "hsv")]),
    ):
        np.testing.assert_array_equal(recipe(image), alone(recipe, image))
