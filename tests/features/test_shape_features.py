"""What holds for all features of shapes and edges."""

import json

import imgmine
import numpy as np
import pytest
from imgmine.features import Gray, Recipe

from .shape_cases import DESCRIPTORS, FEATURES, LAYOUTS, SIZES

rng = np.random.default_rng(0)
PICTURE = np.repeat(np.repeat(rng.integers(0, 256, (30, 40), np.uint8), 3, 0), 2, 1)
CONSTANTS = [0, 1, 255]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", FEATURES)
def test_layouts(name, layout):
    image = LAYOUTS[layout](PICTURE)
    expected = FEATURES[name](np.array(image, order="C"))
    np.testing.assert_array_equal(FEATURES[name](image), expected)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("name", FEATURES)
def test_small_and_constant_images_are_finite(name, shape):
    for image in [np.full(shape, value, np.uint8) for value in CONSTANTS] + [
        rng.integers(0, 256, shape, np.uint8)
    ]:
        assert np.isfinite(FEATURES[name](image)).all()


@pytest.mark.parametrize("name", FEATURES)
def test_same_bits_on_every_level(name):
    image = rng.integers(0, 256, (700, 801), np.uint8)
    image[100:400, 200:500] //= 3
    results = []
    for level in imgmine.cpu_levels():
        for threads in (1, 2, 3):
            imgmine.set_cpu_level(level)
            imgmine.set_num_threads(threads)
            results.append(FEATURES[name](image).tobytes())
    imgmine.set_cpu_level(imgmine.cpu_levels()[-1])
    imgmine.set_num_threads(0)
    assert len(set(results)) == 1


@pytest.mark.parametrize("name", [name for name in FEATURES if "region" not in name])
def test_dtypes(name):
    if name.startswith("fourier"):
        pytest.skip("takes masks and points")
    for dtype in (np.float64, np.int32, np.uint16):
        with pytest.raises(TypeError, match=r"^image must be"):
            FEATURES[name](np.zeros((9, 9), dtype))
    with pytest.raises(TypeError, match=r"foreign byte order|^image must be uint8"):
        FEATURES[name](np.zeros((9, 9), np.dtype(np.float32).newbyteorder()))


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("name", DESCRIPTORS)
def test_descriptors_have_their_size(name, shape):
    descriptor = DESCRIPTORS[name]
    for channels in (1, 3):
        image = rng.integers(0, 256, (*shape, 3) if channels == 3 else shape, np.uint8)
        vector = descriptor(image)
        assert vector.dtype == np.float32
        assert vector.shape == (descriptor.size(channels),)
        assert np.isfinite(vector).all()


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_descriptors_in_recipes(name):
    descriptor = DESCRIPTORS[name]
    recipe = Recipe([descriptor], [Gray()])
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert type(descriptor).from_dict(json.loads(json.dumps(descriptor.to_dict()))) == descriptor
    np.testing.assert_array_equal(recipe(PICTURE), descriptor(PICTURE))
    color = np.dstack([PICTURE, PICTURE // 2, 255 - PICTURE])
    assert recipe(color).shape == (recipe.size,)
