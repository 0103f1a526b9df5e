import cv2
import imgmine
import numpy as np
import pytest
from imgmine.features import Fingerprint, find_near_duplicates, fingerprint, same_picture
from imgmine.filters import gaussian_blur
from imgmine.geometry import resize

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def scene(seed, size=(120, 150)):
    """Return a picture with shapes of all sizes."""
    noise = np.random.default_rng(seed).normal(size=(*size, 3)).astype(np.float32)
    picture = sum(gaussian_blur(noise, sigma=sigma) * sigma for sigma in (3.0, 8.0, 20.0))
    spread = (picture - picture.min()) / np.ptp(picture)
    return (255 * spread).astype(np.uint8)


def cropped(image, share):
    y, x = (round(extent * share) for extent in image.shape[:2])
    return image[y : image.shape[0] - y, x : image.shape[1] - x]


ALTERATIONS = {
    "same": lambda a: a,
    "jpeg": lambda a: imgmine.io.imread(imgmine.io.imencode(a, "jpeg", quality=30)),
    "half size": lambda a: resize(a, (a.shape[0] // 2, a.shape[1] // 2)),
    "blur": lambda a: gaussian_blur(a, sigma=2),
    "gamma": lambda a: np.rint(255 * (a / 255) ** 1.5).astype(np.uint8),
    "crop": lambda a: cropped(a, 0.05),
    "crop of one side": lambda a: a[:, : a.shape[1] * 93 // 100],
    "mirrored": lambda a: a[:, ::-1],
    "turned": np.rot90,
    "turned and cropped": lambda a: np.rot90(cropped(a, 0.04), 3),
    "gray": imgmine.color.rgb2gray,
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_copies_are_found(name):
    pictures = [scene(seed) for seed in range(6)]
    originals = [fingerprint(picture) for picture in pictures]
    copies = [fingerprint(ALTERATIONS[name](picture)) for picture in pictures]
    pairs, scores = find_near_duplicates(copies, originals)
    np.testing.assert_array_equal(pairs, np.repeat(np.arange(6)[:, np.newaxis], 2, axis=1))
    assert scores.min() >= 0.92
    assert scores.max() <= 1 + 1e-6


@pytest.mark.parametrize("name", ALTERATIONS)
def test_same_picture_tells_copies_from_others(name):
    a, b = fingerprint(scene(0)), fingerprint(scene(1))
    copy = fingerprint(ALTERATIONS[name](scene(0)))
    assert same_picture(a, copy) >= 0.92
    assert same_picture(copy, a) >= 0.92
    assert same_picture(b, copy) < 0.9


def test_pairs_within_one_list():
    prints = [fingerprint(scene(seed)) for seed in (0, 1, 2, 1, 0)]
    pairs, scores = find_near_duplicates(prints)
    np.testing.assert_array_equal(pairs, [[0, 4], [1, 3]])
    np.testing.assert_allclose(scores, 1, atol=1e-6)


def test_alignment_is_better_than_none():
    image = scene(3)
    a, b = fingerprint(image), fingerprint(cropped(image, 0.05))
    plain = np.corrcoef(a.thumbnail.ravel(), b.thumbnail.ravel())[0, 1]
    assert same_picture(a, b) > plain + 0.02


def test_thumbnail_and_hashes():
    image = scene(0)
    found = fingerprint(image)
    np.testing.assert_array_equal(found.hashes, imgmine.features.dihedral_hashes(image))
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = resize(gray, (32, 32), method="lanczos").astype(int)
    assert np.abs(small - found.thumbnail).max() <= 1


def test_threads_share_the_pairs():
    """The same pairs, whatever the number of threads and the CPU level."""
    rng = np.random.default_rng(0)
    prints = [
        Fingerprint(
            rng.integers(0, 256, (8, 8), np.uint8), rng.integers(0, 256, (32, 32), np.uint8)
        )
        for _ in range(300)
    ]
    pairs, scores = find_near_duplicates(prints, prints[:280], threshold=0.9, radius=10)
    np.testing.assert_array_equal(pairs, np.repeat(np.arange(280)[:, np.newaxis], 2, axis=1))
    np.testing.assert_allclose(scores, 1, atol=1e-6)


@pytest.mark.parametrize("value", [0, 200])
def test_pictures_without_anything_in_them(value):
    """Two of them are the same, whatever their shade; none is the same as a picture."""
    flat = fingerprint(np.full((40, 50), value, np.uint8))
    assert same_picture(flat, fingerprint(np.full((30, 30), 99, np.uint8))) == 1
    assert same_picture(flat, fingerprint(scene(0))) <= 0


def test_empty_lists():
    pairs, scores = find_near_duplicates([])
    assert pairs.shape == (0, 2)
    assert pairs.dtype == np.int64
    assert scores.shape == (0,)
    assert find_near_duplicates([], [fingerprint(scene(0))])[0].shape == (0, 2)


def test_bytes_there_and_back():
    found = fingerprint(scene(0))
    again = Fingerprint.from_bytes(found.to_bytes())
    np.testing.assert_array_equal(again.hashes, found.hashes)
    np.testing.assert_array_equal(again.thumbnail, found.thumbnail)
    with pytest.raises(ValueError, match=r"^data must have 1088 bytes, got 3$"):
        Fingerprint.from_bytes(b"abc")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda f: find_near_duplicates([1]), TypeError, "^fingerprints must hold fingerprints"),
        (lambda f: find_near_duplicates([f], ["x"]), TypeError, "^others must hold fingerprints"),
        (
            lambda f: find_near_duplicates([f], threshold=2),
            ValueError,
            "^threshold must be from -1",
        ),
        (lambda f: find_near_duplicates([f], threshold=None), TypeError, "^threshold must be a n"),
        (
            lambda f: find_near_duplicates([f], radius=65),
            ValueError,
            "^radius must be from 0 to 64",
        ),
        (lambda f: find_near_duplicates([f], radius=0.5), TypeError, "^radius must be a whole"),
        (lambda f: same_picture(f, None), TypeError, "^b must hold fingerprints, got NoneType"),
        (lambda f: Fingerprint(f.hashes, None), TypeError, "^thumbnail must be a uint8 array"),
        (lambda f: Fingerprint(f.thumbnail, f.thumbnail), ValueError, "^hashes must have shape"),
    ],
)
def test_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call(fingerprint(scene(0)))
