import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.nn import Augment
from scipy import ndimage

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

MASK = 2**64 - 1
MODES = {"reflect101": "mirror", "reflect": "reflect", "replicate": "nearest"}


def splitmix(state):
    """Yield the numbers of SplitMix64 as its paper has it."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def drawn(seed, epoch, row):
    state = next(splitmix(next(splitmix(seed)) ^ epoch))
    numbers = splitmix(next(splitmix(state ^ row)))
    return [(next(numbers) >> 11) * 2.0**-53 for _ in range(7)]


def reference(image, augment, seed, epoch, row):
    """Draw, and take values where the drawn numbers say, in float64."""
    flip, y, x, angle, scale, top, left = drawn(seed, epoch, row)
    height, width = image.shape[:2] if augment.crop is None else augment.crop
    limits = [int(limit) for limit in augment.shift]
    y, x = (int(np.floor(u * (2 * n + 1)) - n) for u, n in zip((y, x), limits, strict=True))
    y += int(top * (image.shape[0] - height + 1))
    x += int(left * (image.shape[1] - width + 1))
    angle = np.deg2rad(augment.rotate * (2 * angle - 1))
    scale = 1 + augment.scale * (2 * scale - 1)
    middle = [(side - 1) / 2 for side in image.shape[:2]]
    rows, columns = np.mgrid[:height, :width].astype(float)
    rows, columns = rows + y - middle[0], columns + x - middle[1]
    if augment.flip and flip < 0.5:
        columns = -columns
    at_x = (np.cos(angle) * columns - np.sin(angle) * rows) / scale + middle[1]
    at_y = (np.sin(angle) * columns + np.cos(angle) * rows) / scale + middle[0]
    if augment.border == "constant":
        # Between the outermost pixels and the constant is interpolated, too.
        image = np.pad(image, ((90, 90), (90, 90), (0, 0)), constant_values=augment.value)
        at_x, at_y, mode = at_x + 90, at_y + 90, "constant"
    else:
        mode = MODES[augment.border]
    planes = [
        ndimage.map_coordinates(
            plane.astype(float), [at_y, at_x], order=1, mode=mode, cval=augment.value
        )
        for plane in np.moveaxis(image, 2, 0)
    ]
    return np.stack(planes, axis=2)


SHAPES = [(1, 1, 1), (5, 7, 1), (28, 28, 1), (9, 4, 3), (16, 31, 4)]


@given(
    shape=st.sampled_from(SHAPES),
    shift=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    flip=st.booleans(),
    border=st.sampled_from(["reflect101", "reflect", "replicate", "constant"]),
    seed=st.integers(0, 2**31 - 1),
    epoch=st.integers(0, 1000),
)
def test_whole_pixels_keep_their_values(shape, shift, flip, border, seed, epoch):
    images = np.random.default_rng(0).integers(0, 256, (6, *shape), np.uint8)
    augment = Augment(shift=shift, flip=flip, border=border, value=9)
    found = augment(images, random_state=seed, epoch=epoch)
    for row, image in enumerate(images):
        np.testing.assert_array_equal(found[row], reference(image, augment, seed, epoch, row))


@given(
    shape=st.sampled_from(SHAPES),
    dtype=st.sampled_from(["uint8", "float32"]),
    rotate=st.sampled_from([0.0, 3.0, 180.0]),
    scale=st.sampled_from([0.0, 0.1, 0.5]),
    border=st.sampled_from(["reflect101", "replicate", "constant"]),
    seed=st.integers(0, 2**31 - 1),
)
def test_turns_and_scales(shape, dtype, rotate, scale, border, seed):
    images = np.random.default_rng(1).integers(0, 256, (5, *shape)).astype(dtype)
    augment = Augment(shift=1, flip=True, rotate=rotate, scale=scale, border=border)
    found = augment(images, random_state=seed, epoch=3)
    assert found.dtype == images.dtype
    tolerance = 0.53 if dtype == "uint8" else 0.01
    for row, image in enumerate(images):
        expected = reference(image, augment, seed, 3, row)
        np.testing.assert_allclose(found[row], expected, rtol=0, atol=tolerance)


def test_crops():
    images = np.random.default_rng(2).integers(0, 256, (40, 8, 9, 2), np.uint8)
    augment = Augment(crop=(5, 6), flip=True)
    found = augment(images, random_state=4)
    assert found.shape == (40, 5, 6, 2)
    for row, image in enumerate(images):
        np.testing.assert_array_equal(found[row], reference(image, augment, 4, 0, row))
    np.testing.assert_array_equal(augment.center(images), images[:, 1:6, 1:7])


def test_depends_on_seed_epoch_and_number_alone():
    images = np.random.default_rng(3).integers(0, 256, (30, 12, 12, 1), np.uint8)
    augment = Augment(shift=3, rotate=20, scale=0.2, flip=True)
    whole = augment(images, random_state=7, epoch=2)
    rows = np.array([4, 29, 4, 0])
    np.testing.assert_array_equal(augment(images, rows, random_state=7, epoch=2), whole[rows])
    assert (augment(images, random_state=8, epoch=2) != whole).any()
    assert (augment(images, random_state=7, epoch=1) != whole).any()


def test_nothing_is_nothing():
    images = np.random.default_rng(4).random((3, 6, 5, 3), np.float32)
    np.testing.assert_array_equal(Augment()(images), images)
    assert Augment(shift=2)(images[:0]).shape == (0, 6, 5, 3)
    assert Augment(rotate=2)(images[:, :0]).shape == (3, 0, 5, 3)
    strided = np.repeat(images, 2, axis=2)[:, :, ::2]
    np.testing.assert_array_equal(Augment()(strided), images)
    images.flags.writeable = False
    np.testing.assert_array_equal(Augment()(images), images)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"shift": -1}, ValueError, "shift must be from 0"),
        ({"shift": float("nan")}, ValueError, "shift must be from 0"),
        ({"shift": (1, 2, 3)}, ValueError, "shift must be a number or two"),
        ({"shift": "far"}, TypeError, "shift must be a number"),
        ({"rotate": 181}, ValueError, "rotate must be from 0 to 180"),
        ({"scale": 1.0}, ValueError, "scale must be from 0 to 0.99"),
        ({"crop": 9}, ValueError, "crop must not be larger"),
        ({"crop": -1}, ValueError, "crop must not be negative"),
        ({"crop": 1.5}, TypeError, "crop must be a whole number"),
        ({"flip": 1}, TypeError, "flip must be True or False"),
        ({"border": "mirror"}, ValueError, "border must be"),
        ({"border": "constant", "value": 300, "shift": 1}, ValueError, "value must be"),
    ],
)
def test_wrong_settings(arguments, error, message):
    with pytest.raises(error, match=message):
        Augment(**arguments)(np.zeros((2, 8, 8, 1), np.uint8))


def test_wrong_images():
    with pytest.raises(TypeError, match="images must be uint8 or float32, got float64"):
        Augment()(np.zeros((2, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"images must have shape \(n, H, W, C\)"):
        Augment()(np.zeros((8, 8, 1), np.uint8))
    with pytest.raises(ValueError, match="rows must be of images, got 2"):
        Augment()(np.zeros((2, 8, 8, 1), np.uint8), np.array([2]))
    with pytest.raises(ValueError, match="crop must not be larger"):
        Augment(crop=9).center(np.zeros((2, 8, 8, 1), np.uint8))
