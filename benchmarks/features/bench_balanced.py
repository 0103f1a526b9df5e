"""The recipe "balanced", in one pass, beside its descriptors one by one: ours and the peers'."""

import numpy as np
import pytest
from imgmine.features import Recipe

from ..pictures import picture
from .balanced_peers import balanced, vectors

RECIPE = Recipe.named("balanced")


def separate(image):
    """Call our own descriptors one by one."""
    return [descriptor(image) for descriptor in RECIPE.descriptors]


@pytest.mark.targets
@pytest.mark.parametrize("size", [(256, 384), (480, 640)], ids=str)
def bench_balanced(race, threads, size):
    """All of the vector: the recipe against the sum of the peers'."""
    image = picture(*size)
    race(
        lambda: RECIPE(image),
        {"peers": lambda: balanced(image, RECIPE.weights)},
        # cv2's box filter and angles are of float32: a size or a direction may be another.
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=0.01),
        moves=image.nbytes,
        turns=7,
    )


@pytest.mark.targets
@pytest.mark.parametrize("size", [(256, 384), (480, 640)], ids=str)
def bench_balanced_separately(race, threads, size):
    """One pass against a call for each descriptor."""
    image = picture(*size)
    fused = Recipe(RECIPE.descriptors)
    race(
        lambda: fused(image),
        {"separate": lambda: np.concatenate(separate(image))},
        np.testing.assert_array_equal,
        moves=image.nbytes,
    )


@pytest.mark.parametrize("part", range(len(RECIPE.descriptors)))
def bench_balanced_part(race, threads, part):
    """What each descriptor takes by itself."""
    image = picture(480, 640)
    descriptor = RECIPE.descriptors[part]
    race(
        lambda: descriptor(image),
        {"all peers": lambda: vectors(image)},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs[part], rtol=1e-3, atol=0.01),
        turns=3,
    )
