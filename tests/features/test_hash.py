import re
from functools import partial

import imagehash
import imgmine
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from imgmine import features
from imgmine.features import (
    ahash,
    dhash,
    dihedral_hashes,
    fingerprint,
    hash_from_hex,
    hash_to_hex,
    pdq,
    phash,
    whash,
)
from PIL import Image

from ..strategies import LAYOUTS, images, large
from .peers_hash import PEERS_ROUND_ALIKE, apart, same_order_of_passes, theirs

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

OURS = {
    "ahash": ahash,
    "dhash": dhash,
    "dhash_vertical": partial(dhash, vertical=True),
    "phash": phash,
    "whash": whash,
}
METHODS = sorted(OURS)
pictures = images([np.uint8], [None, 3, 4], min_side=1)


@st.composite
def any_pictures(draw):
    """Draw images that have symmetries or large equal parts, too: ties of every kind."""
    image = np.array(draw(pictures))
    kind = draw(st.sampled_from(["as it is", "mirrored", "half white", "rows alike", "steps"]))
    if kind == "mirrored":
        return np.maximum(image, image[:, ::-1])
    if kind == "half white":
        image[: len(image) // 2 + 1] = 255
    elif kind == "rows alike":
        image[:] = image[:1]
    elif kind == "steps":
        image = image // 64 * 64
    return image


@given(any_pictures(), st.sampled_from(METHODS), st.sampled_from([2, 4, 8, 16]))
def test_bits_are_those_of_imagehash(image, method, hash_size):
    assume(PEERS_ROUND_ALIKE or method not in ("phash", "whash"))
    assume(same_order_of_passes(image, 4 * hash_size))
    expected = theirs(image, method, hash_size)
    np.testing.assert_array_equal(OURS[method](image, hash_size), expected)


@given(pictures, st.integers(2, 20), st.sampled_from(["ahash", "dhash", "dhash_vertical"]))
def test_any_hash_size(image, hash_size, method):
    assume(same_order_of_passes(image, hash_size))
    expected = theirs(image, method, hash_size)
    assert expected.shape == (-(-(hash_size**2) // 8),)
    np.testing.assert_array_equal(OURS[method](image, hash_size), expected)


@pytest.mark.parametrize(
    ("hash_size", "factor"), [(8, 1), (8, 2), (8, 8), (4, 8), (16, 4), (32, 4)]
)
def test_phash_of_any_power_of_two(hash_size, factor):
    image = large((300, 200, 3))
    expected = theirs(image, "phash", hash_size, highfreq_factor=factor)
    actual = phash(image, hash_size, highfreq_factor=factor)
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize(
    ("hash_size", "factor"), [(3, 3), (6, 4), (7, 5), (10, 4), (12, 4), (8, 5)]
)
def test_phash_of_other_sizes(hash_size, factor):
    """Where no coefficient is within a rounding of the median, any way to compute them will do."""
    for seed in range(20):
        image = np.random.default_rng(seed).integers(0, 256, (90, 120), np.uint8)
        expected = theirs(image, "phash", hash_size, highfreq_factor=factor)
        actual = phash(image, hash_size, highfreq_factor=factor)
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("remove", [True, False])
@pytest.mark.parametrize(("scale", "hash_size"), [(None, 8), (64, 8), (8, 8), (256, 16), (32, 2)])
def test_whash_of_any_scale(scale, hash_size, remove):
    image = large((150, 220, 3))
    options = {"image_scale": scale, "remove_max_haar_ll": remove}
    expected = theirs(image, "whash", hash_size, **options)
    np.testing.assert_array_equal(whash(image, hash_size, **options), expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "shape", [(701, 1903), (1500, 1400, 3), (2200, 300), (2000, 310, 3), (5, 9000)]
)
def test_threads_share_the_image(method, shape):
    image = large(shape)
    if not same_order_of_passes(image, 1024):
        pytest.skip("this Pillow resizes tall pictures in another order")
    np.testing.assert_array_equal(OURS[method](image), theirs(image, method))


@pytest.mark.parametrize("value", [0, 1, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 2), (8, 8), (32, 32), (61, 77, 3)])
@pytest.mark.parametrize("method", METHODS)
def test_constant_images(method, shape, value):
    image = np.full(shape, value, np.uint8)
    np.testing.assert_array_equal(OURS[method](image), theirs(image, method))


@pytest.mark.parametrize("method", METHODS)
def test_photographs(data_dir, method):
    paths = sorted((data_dir / "caltech101").glob("*/*"))[:: 10 if method == "whash" else 5]
    assert paths
    wrong = 0
    for path in paths:
        image = imgmine.io.imread(path)
        if same_order_of_passes(image, 32):
            wrong += apart(OURS[method](image), theirs(image, method))
    assert wrong == 0


ALL = {
    **{name: (lambda image, f=f: [f(image)]) for name, f in OURS.items()},
    "pdq": lambda image: [pdq(image)[0], np.array(pdq(image)[1])],
    "dihedral_hashes": lambda image: [dihedral_hashes(image, m) for m in (*METHODS, "pdq")],
    "fingerprint": lambda image: [fingerprint(image).hashes, fingerprint(image).thumbnail],
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("channels", [None, 3, 4])
def test_layout_of_memory_does_not_matter(name, channels):
    shape = (37, 70) if channels is None else (37, 70, channels)
    image = large(shape)
    for layout in LAYOUTS.values():
        laid = layout(image)
        plain = np.array(laid, order="C")
        for a, b in zip(ALL[name](laid), ALL[name](plain), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ALL)
def test_alpha_is_left_out(name):
    image = large((40, 50, 4))
    for a, b in zip(ALL[name](image), ALL[name](image[..., :3]), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((4, 4), np.float32), TypeError, "^image must be uint8, got float32"),
        (np.zeros((4, 4), ">u2"), TypeError, "^image must be uint8"),
        (np.zeros(4, np.uint8), ValueError, r"^image must have shape \(H, W\)"),
        (np.zeros((4, 4, 2), np.uint8), ValueError, r"^image must have shape \(H, W\)"),
        (np.zeros((0, 4), np.uint8), ValueError, "^image must not be empty"),
        (np.zeros((4, 0, 3), np.uint8), ValueError, "^image must not be empty"),
    ],
)
def test_refuses_what_is_no_picture(name, image, error, message):
    with pytest.raises(error, match=message):
        ALL[name](image)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda i: ahash(i, 1), ValueError, "^hash_size must be from 2 to 128, got 1"),
        (lambda i: ahash(i, 129), ValueError, "^hash_size must be from 2 to 128, got 129"),
        (lambda i: dhash(i, 8.0), TypeError, "^hash_size must be a whole number"),
        (lambda i: dhash(i, vertical=1), TypeError, "^vertical must be True or False"),
        (lambda i: phash(i, highfreq_factor=0), ValueError, "^highfreq_factor must be at least 1"),
        (lambda i: phash(i, 64, highfreq_factor=17), ValueError, "^highfreq_factor .*, got 17"),
        (lambda i: whash(i, 6), ValueError, "^hash_size must be a power of two for whash, got 6"),
        (lambda i: whash(i, image_scale=4), ValueError, "^image_scale must be a power of two"),
        (lambda i: whash(i, image_scale=48), ValueError, "^image_scale must be a power of two"),
        (lambda i: whash(i, image_scale=0), ValueError, "^image_scale must be a power of two"),
        (lambda i: whash(i, image_scale=2**15), ValueError, "^image_scale must be a power of two"),
        (
            lambda i: dihedral_hashes(i, "sift"),
            ValueError,
            "^method must be 'ahash', .* got 'sift'",
        ),
        (lambda i: dihedral_hashes(i, None), TypeError, "^method must be a string"),
    ],
)
def test_refuses_wrong_options(call, error, message):
    with pytest.raises(error, match=message):
        call(np.zeros((20, 20), np.uint8))


TURNS = [
    lambda a: a,
    np.rot90,
    lambda a: np.rot90(a, 2),
    lambda a: np.rot90(a, 3),
    np.flipud,
    np.fliplr,
    lambda a: a.swapaxes(0, 1),
    lambda a: np.rot90(a.swapaxes(0, 1), 2),
]


@pytest.mark.parametrize("method", METHODS)
def test_dihedral_hashes_are_those_of_the_turned_pictures(data_dir, method):
    """Up to bits that rounding decides: of all here, one in eighty at most."""
    different = total = 0
    for path in sorted((data_dir / "caltech101").glob("*/*"))[::50]:
        image = imgmine.io.imread(path)
        together = dihedral_hashes(image, method)
        np.testing.assert_array_equal(together[0], OURS[method](image))
        for turn, hash_ in zip(TURNS, together, strict=True):
            different += apart(OURS[method](turn(image)), hash_)
            total += 64
    assert different <= total / 80


@pytest.mark.parametrize("method", ["ahash", "dhash", "phash"])
def test_dihedral_hashes_of_a_picture_that_is_not_resized(method):
    """Nothing is rounded there but the cosine transform."""
    image = np.random.default_rng(0).integers(0, 256, (32, 32), np.uint8)
    for turn, hash_ in zip(TURNS, dihedral_hashes(image, method), strict=True):
        assert apart(OURS[method](turn(image)), hash_) <= (0 if method == "phash" else 2)


@given(st.binary(max_size=40))
def test_hex_there_and_back(data):
    packed = np.frombuffer(data, np.uint8)
    assert hash_to_hex(packed) == data.hex()
    np.testing.assert_array_equal(hash_from_hex(data.hex()), packed)
    np.testing.assert_array_equal(hash_from_hex(data.hex().upper()), packed)


@pytest.mark.parametrize("hash_size", [2, 3, 5, 6, 7, 8, 10, 16])
def test_hex_is_that_of_imagehash(hash_size):
    image = large((60, 80, 3))
    text = str(imagehash.dhash(Image.fromarray(image), hash_size))
    packed = dhash(image, hash_size)
    assert hash_to_hex(packed, hash_size**2) == text
    np.testing.assert_array_equal(hash_from_hex(text, hash_size**2), packed)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: hash_to_hex(np.zeros(2, np.float32)), TypeError, "^hash must be uint8"),
        (lambda: hash_to_hex(np.zeros((2, 2), np.uint8)), ValueError, r"^hash must have shape \("),
        (lambda: hash_to_hex(np.zeros(2, np.uint8), 17), ValueError, "^bits must be what 2 bytes"),
        (lambda: hash_to_hex(np.zeros(2, np.uint8), 8), ValueError, "^bits must be what 2 bytes"),
        (lambda: hash_from_hex(12), TypeError, "^text must be a string"),
        (lambda: hash_from_hex("0x"), ValueError, "^text must be hexadecimal, got '0x'"),
        (lambda: hash_from_hex("1_0"), ValueError, "^text must be hexadecimal"),
        (lambda: hash_from_hex("abc", 16), ValueError, "^text must have 4 digits for 16 bits"),
        (lambda: hash_from_hex("ff", 6), ValueError, "^text must have no more than 6 bits"),
        (lambda: hash_from_hex("ff", -3), ValueError, "^text must have 0 digits"),
    ],
)
def test_hex_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_every_function_is_offered():
    names = {name for name in features.__all__ if re.search("hash|pdq|finger|duplicate", name)}
    assert {"ahash", "dhash", "phash", "whash", "pdq", "hash_files"} <= names
