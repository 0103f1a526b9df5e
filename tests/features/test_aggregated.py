"""Descriptors that learn, alone and in recipes."""

import dataclasses
import json
import pickle

import cv2
import imgmine
import numpy as np
import pytest
import sklearn.base
import sklearn.pipeline
from imgmine.classify import LinearSVC
from imgmine.cluster import PCA
from imgmine.features import (
    VLAD,
    BagOfWords,
    FisherVector,
    Gray,
    Histogram,
    Recipe,
    Resize,
    bag_of_words,
    dense_sift,
)

from ..strategies import large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

KINDS = [
    BagOfWords(16, spatial=0),
    VLAD(3, components=16, spatial=0.5),
    FisherVector(4, components=8, root=False, seed=3),
    FisherVector(2, components=None, max_side=40, spatial=0),
]


def pictures(n=6, shape=(60, 70, 3)):
    return [cv2.GaussianBlur(image, (5, 5), 0) for image in large((n, *shape))]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{type(kind).__name__}{kind.k}")
def kind(request):
    return request.param


def test_fitted_describes(kind):
    images = pictures()
    fitted = kind.fitted(images, n_samples=600)
    assert not kind.is_fitted
    assert fitted.is_fitted
    assert dataclasses.replace(fitted, codebook=None) == kind
    for image in images:
        vector = fitted(image)
        assert vector.dtype == np.float32
        assert vector.shape == (kind.size(1),) == (kind.size(3),)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        np.testing.assert_array_equal(vector, fitted(imgmine.color.rgb2gray(image)))
    assert len({fitted(image).tobytes() for image in images}) == len(images)


def test_the_same_for_a_seed(kind):
    images = pictures()
    before = imgmine.num_threads()
    fitted = []
    for threads in (1, 2, 3):
        imgmine.set_num_threads(threads)
        fitted.append(kind.fitted(images, n_samples=600, n_jobs=threads))
    imgmine.set_num_threads(before)
    assert len(set(fitted)) == 1
    assert fitted[0] != dataclasses.replace(kind, seed=99).fitted(images, n_samples=600)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (1, 1), (5, 400), (2000, 1, 3)])
def test_without_places_there_is_nothing(kind, shape):
    fitted = kind.fitted(pictures(), n_samples=600)
    assert not fitted(np.zeros(shape, np.uint8)).any()
    assert not fitted(np.full((50, 50), 200, np.uint8)).any()


def test_unfitted_is_an_error(kind):
    image = pictures(1)[0]
    with pytest.raises(imgmine.NotFittedError, match=r"has no codebook yet"):
        kind(image)
    recipe = Recipe([kind])
    assert not recipe.is_fitted
    assert recipe.size == kind.size(3)
    for call in (
        recipe,
        recipe.read,
        lambda x: recipe.iterate([x]),
        lambda x: recipe.transform([x]),
    ):
        with pytest.raises(imgmine.NotFittedError, match=r"has no codebook yet"):
            call(image)
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_recipes_learn_after_their_steps(kind):
    images = pictures()
    recipe = Recipe([Histogram(8), kind], [Resize((50, 66)), Gray()])
    twin = sklearn.base.clone(recipe)
    assert recipe.fit(images) is recipe
    assert recipe.is_fitted
    steps = [imgmine.color.rgb2gray(imgmine.geometry.resize(i, (50, 66))) for i in images]
    expected = kind.fitted(steps)
    assert recipe.descriptors[1] == expected
    assert recipe != twin
    np.testing.assert_array_equal(recipe(images[0])[8:], expected(steps[0]))
    assert sklearn.base.clone(recipe) == twin  # as scikit-learn has it: not fitted


def test_json_keeps_every_bit(kind):
    images = pictures()
    recipe = Recipe([kind]).fit(images)
    for twin in (Recipe.from_json(recipe.to_json()), pickle.loads(pickle.dumps(recipe))):
        assert twin == recipe
        assert hash(twin) == hash(recipe)
        assert twin.is_fitted
        np.testing.assert_array_equal(twin.transform(images), recipe.transform(images))
    kept = Recipe.from_json(recipe.to_json()).fit(pictures(3))
    assert kept == recipe  # what came fitted stays so


def test_fitting_again_learns_anew():
    recipe = Recipe([KINDS[0]]).fit(pictures())
    first = recipe.to_json()
    assert recipe.fit(pictures()[3:]).to_json() != first
    assert recipe.fit(pictures()).to_json() == first


def damaged(recipe):
    def changed(change):
        parts = json.loads(recipe.to_json())
        change(parts["descriptors"][0])
        return json.dumps(parts)

    def set_centers(key, value):
        return lambda part: part["codebook"]["centers"].__setitem__(key, value)

    data = json.loads(recipe.to_json())["descriptors"][0]["codebook"]["centers"]["data"]
    yield changed(lambda part: part.__setitem__("codebook", []))
    yield changed(lambda part: part.__setitem__("codebook", "AAAA"))
    yield changed(lambda part: part["codebook"].pop("centers"))
    yield changed(lambda part: part["codebook"].__setitem__("more", part["codebook"]["centers"]))
    yield changed(lambda part: part["codebook"].__setitem__("centers", None))
    yield changed(lambda part: part.__setitem__("k", 17))
    for key, value in (
        ("data", data[:-8]), ("data", "?" + data[1:]), ("data", 5), ("data", "é" + data[1:]),
        ("data", "AADAfw==" + data[8:]), ("shape", [64, 16]), ("shape", [-16, -64]),
        ("shape", [1.0, 4]), ("shape", 1024), ("shape", [2**40, 2**40]),
        ("data", data[:-12] + "AADAfw" + data[-6:]),
    ):  # fmt: skip
        yield changed(set_centers(key, value))


def test_a_damaged_codebook_is_a_format_error():
    recipe = Recipe([KINDS[0]]).fit(pictures())
    texts = list(damaged(recipe))
    assert len(set(texts)) == 17
    for text in texts[:-1]:
        with pytest.raises(imgmine.FormatError, match=r"^not a recipe"):
            Recipe.from_json(text)


def test_damaged_mixtures():
    recipe = Recipe([KINDS[3]]).fit(pictures())
    for name in ("weights", "variances"):
        parts = json.loads(recipe.to_json())
        part = parts["descriptors"][0]["codebook"][name]
        part["data"] = "AAAA" * (len(part["data"]) // 4 - 1) + part["data"][-4:]
        with pytest.raises(imgmine.FormatError, match=f"{name} must be positive"):
            Recipe.from_json(json.dumps(parts))


def test_in_a_pipeline():
    images = np.array(pictures(12))
    labels = np.arange(12) % 2
    images[labels == 1] = images[labels == 1].swapaxes(1, 2).reshape(images[labels == 1].shape)
    model = sklearn.pipeline.make_pipeline(Recipe([BagOfWords(8)]), LinearSVC())
    assert model.fit(images, labels).score(images, labels) > 0.5
    assert not sklearn.base.clone(model)[0].is_fitted


def test_is_made_of_public_parts():
    """The words of dense SIFT's principal components, step by step."""

    def described(image):
        return dense_sift(image, 6, (6, 10, 16, 24), root=True, contrast=3)[1]

    images = [imgmine.color.rgb2gray(image) for image in pictures(3)]
    fitted = BagOfWords(5, components=10, spatial=0).fitted(images, n_samples=10**6)
    every = np.concatenate([described(image) for image in images])
    axes = PCA(10).fit(every[every.any(1)])
    words = imgmine.cluster.KMeans(5, max_iter=50).fit(axes.transform(every[every.any(1)]))
    local = described(images[0])
    expected = bag_of_words(axes.transform(local[local.any(1)]), words.cluster_centers_)
    np.testing.assert_array_equal(fitted(images[0]), expected)


def test_large_images_are_shrunk():
    image = cv2.GaussianBlur(large((300, 900)), (9, 9), 0)
    fitted = BagOfWords(8, max_side=90, contrast=0).fitted([image])
    np.testing.assert_array_equal(
        fitted(image), fitted(imgmine.geometry.resize(image, (30, 90), "area"))
    )


def test_learning_needs_pictures():
    recipe = Recipe([KINDS[0]])
    with pytest.raises(TypeError, match=r"^images must be pictures to learn from, got None"):
        recipe.fit()
    for images in ([], [np.zeros((50, 50), np.uint8)]):
        with pytest.raises(ValueError, match=r"^images must have at least k = 16 places"):
            recipe.fit(images)
    with pytest.raises(imgmine.DecodeError):
        recipe.fit([b"no picture"])
    assert not recipe.is_fitted


@pytest.mark.parametrize("make", [BagOfWords, VLAD, FisherVector])
@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"k": 0}, ValueError, "^k must be from 1 to 65536, got 0"),
        ({"k": 1.5}, TypeError, "^k must be a whole number"),
        ({"step": 0}, ValueError, "^step must be from 1"),
        ({"sizes": (0,)}, ValueError, "^sizes must be from 1"),
        ({"contrast": -1}, ValueError, "^contrast must be"),
        ({"max_side": 0}, ValueError, "^max_side must be from 1"),
        ({"components": 129}, ValueError, "^components must be from 1 to 128, got 129"),
        ({"components": 0}, ValueError, "^components must be from 1 to 128, got 0"),
        ({"spatial": -1}, ValueError, "^spatial must be from 0"),
        ({"spatial": np.nan}, ValueError, "^spatial must be from 0"),
        ({"seed": -1}, ValueError, "^seed must not be negative"),
        ({"root": 1}, TypeError, "^root must be True or False"),
        ({"normalize": "max"}, ValueError, "^normalize must be"),
        ({"codebook": 5}, TypeError, "^codebook must be a Codebook"),
    ],
)
def test_refuses_wrong_parameters(make, parameters, error, message):
    with pytest.raises(error, match=message):
        make(**{"k": 4, **parameters})
