import imagehash
import imgmine
import numpy as np
import pytest
from imgmine.features import (
    Fingerprint,
    dhash,
    fingerprint,
    fingerprint_files,
    hash_files,
    pdq,
    phash,
)
from PIL import Image

from ..strategies import large
from .peers_hash import apart


@pytest.fixture
def files(tmp_path):
    paths = []
    for i, name in enumerate(["a.png", "b.jpg", "c.bmp"]):
        paths.append(tmp_path / name)
        imgmine.io.imwrite(paths[-1], large((40 + i, 50, 3)))
    (tmp_path / "d.jpg").write_bytes(b"no picture")
    return [*paths, tmp_path / "d.jpg", tmp_path / "missing.png"]


@pytest.mark.parametrize("n_jobs", [1, 2, None])
@pytest.mark.parametrize("exact", [True, False])
def test_hashes_and_errors_in_order(files, n_jobs, exact):
    *hashes, damaged, missing = hash_files(files, exact=exact, n_jobs=n_jobs)
    assert isinstance(damaged, imgmine.DecodeError)
    assert isinstance(missing, FileNotFoundError)
    for path, hash_ in zip(files, hashes, strict=False):
        expected = imgmine.io.imread(path, mode="RGB" if exact else "L")
        np.testing.assert_array_equal(hash_, phash(expected))


def test_every_method():
    image = large((50, 60, 3))
    found = {m: next(hash_files([image], m)) for m in ("ahash", "dhash_vertical", "whash", "pdq")}
    np.testing.assert_array_equal(found["pdq"], pdq(image)[0])
    np.testing.assert_array_equal(found["dhash_vertical"], dhash(image, vertical=True))
    assert next(hash_files([image], "ahash", 16)).shape == (32,)


def test_exact_bits_are_those_of_imagehash_on_the_file(data_dir):
    paths = sorted((data_dir / "corel1k").glob("*/*"))[::25]
    assert paths
    for path, hash_ in zip(paths, hash_files(paths, exact=True), strict=True):
        with Image.open(path) as picture:
            expected = np.packbits(imagehash.phash(picture).hash)
        np.testing.assert_array_equal(hash_, expected)


def test_scaled_decoding_changes_few_bits(data_dir):
    """Of photographs blown up to six times 384 pixels."""
    paths = sorted((data_dir / "corel1k").glob("*/*"))[::100]
    assert paths
    bits = []
    for path in paths:
        image = imgmine.io.imread(path)
        image = imgmine.geometry.resize(image, (6 * image.shape[0], 6 * image.shape[1]))
        data = imgmine.io.imencode(image, "jpeg")
        bits.append(apart(next(hash_files([data])), next(hash_files([data], exact=True))))
    assert np.mean(bits) < 1
    assert max(bits) <= 6


def test_fingerprints_of_files(files):
    *prints, damaged, missing = fingerprint_files(files, exact=True)
    assert isinstance(damaged, imgmine.DecodeError)
    assert isinstance(missing, FileNotFoundError)
    for path, found in zip(files, prints, strict=False):
        assert isinstance(found, Fingerprint)
        assert found.to_bytes() == fingerprint(imgmine.io.imread(path)).to_bytes()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "sift"}, ValueError, "^method must be 'ahash' or .*, got 'sift'"),
        ({"method": None}, TypeError, "^method must be a string"),
        ({"hash_size": 1}, ValueError, "^hash_size must be from 2 to 128"),
        ({"method": "whash", "hash_size": 6}, ValueError, "^hash_size must be a power of two"),
        ({"n_jobs": 0}, ValueError, "^n_jobs must be from 1"),
        ({"exact": 1}, TypeError, "^exact must be True or False"),
    ],
)
def test_refuses(options, error, message):
    with pytest.raises(error, match=message):
        hash_files([], **options)
