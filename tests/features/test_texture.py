"""What every texture feature holds, whatever it measures."""

import hashlib

import imgmine
import numpy as np
import pytest
from imgmine.features import (
    LBP,
    GaborFeatures,
    GLCMProperties,
    Haralick,
    Recipe,
    Tamura,
    lbp_histogram,
)

from ..strategies import LAYOUTS
from .operations_texture import TEXTURE

every_feature = pytest.mark.parametrize("name", TEXTURE)
DESCRIPTORS = [
    LBP(),
    LBP(12, 1.5, "nri_uniform", "l1", (2, 3)),
    LBP(points=6, method="ror", normalize=None),
    GLCMProperties((1, 2.5), (0, 1.0), 16, ("contrast", "ASM", "variance", "entropy")),
    GLCMProperties(),
    Haralick((1, 3), 16, (0.0, 2)),
    GaborFeatures((4, 6.5), 3, 1.5),
    Tamura(),
]


def picture(shape, seed=0):
    """Slopes with noise on them: flat places and edges."""
    rng = np.random.default_rng(seed)
    y, x = np.indices(shape)
    return ((3 * x + 2 * y) // 4 % 200 + rng.integers(0, 4, shape) ** 3).astype(np.uint8)


@every_feature
def test_layout_of_memory_does_not_matter(name):
    image = picture((19, 37))
    for layout in LAYOUTS.values():
        laid = layout(image)
        plain = np.array(laid, order="C")
        np.testing.assert_array_equal(TEXTURE[name](laid), TEXTURE[name](plain))


@every_feature
def test_images_of_any_size(name):
    for shape in [(0, 0), (0, 7), (7, 0), (1, 1), (1, 2), (2, 1), (1, 70), (70, 1), (3, 65)]:
        result = TEXTURE[name](picture(shape))
        assert np.isfinite(result).all()
        if 0 in shape and result.shape != shape:
            assert not result.any()


@every_feature
def test_colors_and_other_dtypes_are_refused(name):
    with pytest.raises(ValueError, match=r"image must have shape .*rgb2gray"):
        TEXTURE[name](np.zeros((4, 4, 3), np.uint8))
    for dtype in ("float32", "uint16", ">u2", "bool"):
        with pytest.raises(TypeError, match=r"image must be uint8, got"):
            TEXTURE[name](np.zeros((4, 4), dtype))


@pytest.fixture
def any_level_and_threads():
    before = imgmine.cpu_level()
    yield
    imgmine.set_cpu_level(before)
    imgmine.set_num_threads(0)


@every_feature
def test_same_bits_everywhere(name, any_level_and_threads):
    image = picture((611, 533))
    image[100:300, 90:500] = 77
    digests = {}
    for level in imgmine.cpu_levels():
        for n_threads in (1, 3):
            imgmine.set_cpu_level(level)
            imgmine.set_num_threads(n_threads)
            digests[level, n_threads] = hashlib.sha256(TEXTURE[name](image).tobytes()).hexdigest()
    assert len(set(digests.values())) == 1, digests


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=repr)
def test_descriptors_fit_into_recipes(descriptor):
    recipe = Recipe([descriptor, LBP(points=4)])
    image = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)
    vector = recipe(image)
    assert vector.dtype == np.float32
    assert vector.shape == (recipe.size,) == (descriptor.size(3) + 6,)
    alone = descriptor(imgmine.color.rgb2gray(image))
    np.testing.assert_array_equal(vector[:-6], alone)
    np.testing.assert_array_equal(descriptor(image), alone)
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe
    np.testing.assert_array_equal(again(image), vector)


@pytest.mark.parametrize("descriptor", DESCRIPTORS, ids=repr)
def test_descriptors_of_degenerate_images(descriptor):
    for image in (np.zeros((0, 0), np.uint8), np.full((1, 1), 9, np.uint8), np.full((9, 9), 255)):
        vector = descriptor(image.astype(np.uint8))
        assert vector.dtype == np.float32
        assert vector.shape == (descriptor.size(1),)
        assert np.isfinite(vector).all()


@pytest.mark.parametrize("descriptor", [GLCMProperties(), Haralick(), GaborFeatures(), Tamura()])
def test_descriptors_stay_within_one(descriptor):
    rng = np.random.default_rng(2)
    for image in (rng.integers(0, 256, (70, 80)), rng.choice([0, 255], (64, 64)),
                  np.indices((64, 64)).sum(0) % 2 * 255, np.full((30, 30), 255)):  # fmt: skip
        vector = descriptor(image.astype(np.uint8))
        if isinstance(descriptor, Haralick):
            assert vector[13 + 2] <= 2.0001  # the range of correlations
            vector[13 + 2] /= 2
        assert np.abs(vector).max() <= 1.0001


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: LBP(points=0), ValueError, "^points must be from 1 to 32, got 0"),
        (lambda: LBP(points=33), ValueError, "^points must be from 1 to 32, got 33"),
        (lambda: LBP(points=8.0), TypeError, "^points must be a whole number"),
        (lambda: LBP(points=17, method="ror"), ValueError, "^points must be at most 16"),
        (lambda: LBP(radius=0), ValueError, "^radius must be positive"),
        (lambda: LBP(radius=float("nan")), ValueError, "^radius must be positive"),
        (lambda: LBP(method="flat"), ValueError, "^method must be .*, got 'flat'"),
        (lambda: LBP(normalize="max"), ValueError, "^normalize must be"),
        (lambda: LBP(grid=(0, 1)), ValueError, "^grid must be two numbers from 1 to 64"),
        (lambda: LBP(grid=3), ValueError, "^grid must be"),
        (lambda: GLCMProperties(levels=0), ValueError, "^levels must be from 1 to 256, got 0"),
        (lambda: GLCMProperties(props=("size",)), ValueError, "^prop must be .*, got 'size'"),
        (lambda: GLCMProperties(props=()), ValueError, "^props must be"),
        (lambda: Haralick(distances=()), ValueError, "^distances must hold at least one"),
        (lambda: Haralick(angles=(float("inf"),)), ValueError, "^angles must be finite"),
        (lambda: Haralick(distances=("x",)), TypeError, "^distances must be a number"),
        (lambda: Haralick(levels=257), ValueError, "^levels must be from 1 to 256, got 257"),
        (lambda: GaborFeatures(wavelengths=(0.5,)), ValueError, "^wavelengths must be from 1 to"),
        (lambda: GaborFeatures(orientations=0), ValueError, "^orientations must be from 1 to 64"),
        (lambda: GaborFeatures(bandwidth=9), ValueError, "^bandwidth must be from 0.5 to 4"),
    ],
)
def test_refuses_values_out_of_range(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"mask": np.ones((4, 5), bool)}, ValueError, "^mask must have shape"),
        ({"mask": np.ones((4, 4), np.uint8)}, TypeError, "^mask must be bool"),
        ({"labels": np.ones((4, 5), np.int32)}, ValueError, "^labels must have shape"),
        ({"labels": np.ones((4, 4), np.int64)}, TypeError, "^labels must be int32"),
        ({"labels": np.full((4, 4), -1, np.int32)}, ValueError, "^labels must not be negative"),
        ({"labels": np.full((4, 4), 2**30, np.int32)}, ValueError, "^labels must be at most"),
        (
            {"labels": np.ones((4, 4), np.int32), "mask": np.ones((4, 4), bool)},
            ValueError,
            "^mask and labels must not both",
        ),
    ],
)
@pytest.mark.parametrize("function", [lbp_histogram, imgmine.features.glcm])
def test_refuses_regions_that_do_not_fit(function, more, error, message):
    with pytest.raises(error, match=message):
        function(np.zeros((4, 4), np.uint8), **more)
