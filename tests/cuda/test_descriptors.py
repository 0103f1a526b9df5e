"""Descriptors that recipes are made of."""

import imgmine as im
import numpy as np
import pytest
from imgmine import features


def image_of(shape, seed=0, levels=256):
    return np.random.default_rng(seed).integers(0, levels, shape).astype(np.uint8)


def check_batch(gpu, function, batch, *args, **options):
    """Compare images that go together with each by itself."""
    actual = gpu.get(function(gpu.put(batch), *args, **options))
    images = batch[..., 0] if batch.shape[3] == 1 else batch
    np.testing.assert_array_equal(actual, [function(image, *args, **options) for image in images])


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab", "opponent"])
def test_color_correlogram(gpu, space):
    batch = image_of((2, 6, 9, 3), levels=2) * 140
    check_batch(gpu, features.color_correlogram, batch[:, :, ::-1], (2, 3, 2), (1, 4), space)


def test_color_correlogram_of_many_colors_and_of_one(gpu, monkeypatch):
    """Counts that shared memory has no room for, images of a pixel, and a batch in parts."""
    from imgmine.cuda import _job

    many = image_of((3, 33, 3), levels=200)
    gpu.check(features.color_correlogram, many, (8, 8, 4), tuple(range(1, 18)))
    for shape in ((1, 1, 3), (0, 4, 3), (7, 1, 4), (1, 35, 3)):
        gpu.check(features.color_correlogram, np.full(shape, 200, np.uint8), 2, (1, 31))
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 1)
    check_batch(gpu, features.color_correlogram, image_of((2, 3, 2, 3)), 2, (1,))


def test_tamura(gpu):
    """Tiles and their surroundings; flat, single and no pixels; scaled as recipes have it."""
    rough = np.kron(image_of((1, 6, 7, 1), levels=3), np.full((1, 6, 6, 1), 60, np.uint8))
    check_batch(gpu, features.tamura, rough + image_of(rough.shape, levels=20))
    for shape in ((1, 1), (5, 3), (2, 34), (0, 4)):
        gpu.check(features.tamura, image_of(shape, seed=3))
    gpu.check(features.Tamura(), np.full((3, 4, 3), 90, np.uint8))
    gpu.check(features.Tamura(), image_of((5, 4, 3)))


def test_tamura_of_a_batch_in_parts(gpu, monkeypatch):
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 1)
    check_batch(gpu, features.tamura, image_of((2, 4, 5, 1)))


def edges_of(shape, seed=0):
    """Return pictures of soft edges, of which many are weak."""
    rough = im.filters.gaussian_blur(image_of(shape[1:3], seed), 1.5).astype(np.int16)
    return np.clip((rough - 128) * 6 + 128, 0, 255).astype(np.uint8)[np.newaxis, ..., np.newaxis]


@pytest.mark.parametrize("shape", [(1, 24, 30, 1), (1, 9, 41, 1), (1, 2, 2, 1), (1, 1, 7, 1)])
def test_edges(gpu, shape):
    """Those of Canny, whichever way they turn."""
    from imgmine._device_array import DeviceArray
    from imgmine.cuda._edges import STRONG, find_edges
    from imgmine.cuda._job import on_device_of

    image = edges_of(shape)
    there = gpu.put(image[..., 0])
    with on_device_of(DeviceArray(there)) as job:
        states, labels = (gpu.get(x).ravel() for x in find_edges(job, there, 60, 400))
    roots = np.arange(labels.size)
    for _ in range(labels.size):
        roots = labels[roots]
    actual = (states != 0) & (states[roots] == STRONG)
    expected = im.filters.canny(image[0, ..., 0], 60, 400) != 0
    np.testing.assert_array_equal(actual.reshape(expected.shape), expected)


def test_edges_that_wind(gpu):
    """A spiral is one edge, and its strong end is enough."""
    y, x = np.mgrid[-12:13, -12:13]
    turns = np.hypot(y, x) / 6 - np.arctan2(y, x) / (2 * np.pi)
    image = (128 + 24 * np.sign(np.sin(2 * np.pi * turns))).astype(np.uint8)
    image[:3] = np.where(image[:3] > 128, 255, 0)
    for ends in ((20, 250), (20, 700)):
        expected = features.phog(image, low=ends[0], high=ends[1])
        actual = features.phog(gpu.put(image), low=ends[0], high=ends[1])
        np.testing.assert_allclose(gpu.get(actual), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("bins", "levels", "signed", "normalize"),
    [(8, 2, False, "hellinger"), (5, 1, True, "l1"), (1, 0, False, "l2"), (4, 1, True, None)],
)
def test_phog(gpu, bins, levels, signed, normalize):
    options = {"signed": signed, "normalize": normalize, "low": 40, "high": 200}
    batch = np.concatenate([edges_of((1, 13, 18), seed) for seed in (1, 2)])
    actual = gpu.get(features.phog(gpu.put(batch), bins, levels, **options))
    expected = [features.phog(image[..., 0], bins, levels, **options) for image in batch]
    votes = 1 if normalize else np.sum(expected[0][:bins])
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-6 * votes)
    assert np.any(actual)


def test_phog_of_images_without_edges(gpu, monkeypatch):
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 1)
    for shape in ((2, 3, 3, 1), (1, 0, 4, 1)):
        check_batch(gpu, features.phog, np.full(shape, 9, np.uint8), levels=0)


def test_cedd(gpu):
    """Blocks of all colors and textures, flat ones, and images of no pixel."""
    batch = image_of((1, 40, 40, 3), levels=2) * 90
    batch[0, :, ::3] //= 2
    batch[0, :20:2] += 60
    check_batch(gpu, features.cedd, batch)
    gpu.check(features.CEDD(), np.zeros((0, 3, 3), np.uint8))
