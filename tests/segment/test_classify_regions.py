import json

import numpy as np
import pytest
from hypothesis import given
from imgmine import ImageClassifier, NotFittedError
from imgmine.classify import GaussianNB, LinearSVC
from imgmine.features import BagOfWords, ColorMoments, Histogram, Recipe
from imgmine.segment import classify_regions, describe_regions

from .small_regions import label_images

RECIPE = Recipe([ColorMoments(), Histogram(bins=8)])


def picture(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def reference(image, labels, recipe, outside):
    """Take the rectangle of each region, fill it around the region, and describe it."""
    vectors = []
    for label in np.unique(labels[labels > 0]):
        rows, columns = np.nonzero(labels == label)
        box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
        crop = image[box].copy()
        if outside == "mean":
            mean = np.floor(image[labels == label].mean(axis=0) + 0.5)
            crop[labels[box] != label] = mean
        vectors.append(recipe(crop))
    return np.array(vectors, np.float32).reshape(-1, recipe.size)


@pytest.mark.parametrize("outside", ["mean", "keep"])
@given(labels=label_images())
def test_matches_reference(outside, labels):
    image = picture((*labels.shape, 3))
    found, vectors = describe_regions(image, labels, RECIPE, outside=outside)
    assert found.tolist() == [label for label in np.unique(labels) if label]
    np.testing.assert_array_equal(vectors, reference(image, labels, RECIPE, outside))


def test_same_with_any_number_of_threads(n_threads):
    labels = np.arange(600).reshape(20, 30) // 37
    image = picture((20, 30, 3))
    expected = reference(image, labels, RECIPE, "mean")
    np.testing.assert_array_equal(describe_regions(image, labels, RECIPE)[1], expected)
    np.testing.assert_array_equal(describe_regions(image, labels, RECIPE, n_jobs=3)[1], expected)


@pytest.mark.parametrize("name", ["histogram", "color", "texture", "shape", "balanced", "objects"])
def test_every_preset_takes_the_smallest_regions(name):
    labels = np.array([[1, 2, 2], [3, 3, 0]])
    found, vectors = describe_regions(picture((2, 3, 3)), labels, name)
    assert found.tolist() == [1, 2, 3]
    assert np.isfinite(vectors).all()


def test_what_is_outside_does_not_count():
    labels = np.zeros((12, 12), int)
    labels[2:9, 3:8] = 4
    labels[4, 5] = 0
    first, second = picture((12, 12, 3)), picture((12, 12, 3), 1)
    second[labels == 4] = first[labels == 4]
    np.testing.assert_array_equal(
        describe_regions(first, labels, RECIPE)[1], describe_regions(second, labels, RECIPE)[1]
    )
    kept = [describe_regions(x, labels, RECIPE, outside="keep")[1] for x in (first, second)]
    assert (kept[0] != kept[1]).any()


def trained():
    """Return dark and light pictures, their names, and a picture of both with its regions."""
    images = [picture((8, 8, 3), i) // 3 + 150 * (i % 2) for i in range(12)]
    images = [image.astype(np.uint8) for image in images]
    names = ["light" if i % 2 else "dark" for i in range(12)]
    scene = np.concatenate([picture((10, 9, 3)) // 3, picture((10, 9, 3)) // 3 + 150], axis=1)
    labels = np.repeat([[7] * 9 + [3] * 9], 10, axis=0)
    labels[0] = 0
    return images, names, scene.astype(np.uint8), labels


def test_classes():
    images, names, scene, labels = trained()
    classifier = ImageClassifier("histogram").fit(images, names)
    found = classify_regions(scene, labels, classifier)
    assert found.names == {3: "light", 7: "dark"}
    assert [row.label for row in found] == [3, 7]
    assert len(found) == 2
    assert (found.scores > 0).all()
    classes, meaning = found.image(labels)
    assert meaning == {1: "dark", 2: "light"}
    np.testing.assert_array_equal(classes, np.select([labels == 7, labels == 3], [1, 2]))
    pair = (classifier.recipe_, classifier.model_)
    assert classify_regions(scene, labels, pair).names == found.names
    assert json.loads(json.dumps(found.to_dicts()))[0]["class"] == "light"


def test_probabilities_and_no_scores():
    images, names, scene, labels = trained()
    X = RECIPE.transform(images)
    found = classify_regions(scene, labels, (RECIPE, GaussianNB().fit(X, names)))
    assert ((found.scores > 0.5) & (found.scores <= 1)).all()

    class Silent:
        def predict(self, X):
            return np.zeros(len(X), int)

    found = classify_regions(scene, labels, (RECIPE, Silent()))
    assert np.isnan(found.scores).all()
    assert found.to_dicts()[0] == {"label": 3, "class": 0, "score": None}


def test_no_regions():
    images, names, scene, labels = trained()
    model = LinearSVC().fit(RECIPE.transform(images), names)
    found = classify_regions(scene, np.zeros_like(labels), (RECIPE, model))
    assert (len(found), found.names, found.to_dicts()) == (0, {}, [])
    assert not found.image(labels)[0].any()


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"labels": np.ones((3, 4), int)}, ValueError, r"labels must have shape \(4, 5\)"),
        ({"image": np.ones((4, 5))}, TypeError, "image must be uint8"),
        ({"outside": "black"}, ValueError, "outside must be 'mean' or 'keep', got 'black'"),
        ({"recipe": "nothing"}, ValueError, "name must be 'histogram' or"),
        ({"recipe": Recipe([BagOfWords(k=2)])}, NotFittedError, "fit"),
    ],
)
def test_errors(arguments, error, match):
    arguments = {"image": picture((4, 5)), "labels": np.ones((4, 5), int), **arguments}
    with pytest.raises(error, match=match):
        describe_regions(**arguments)


def test_wrong_classifiers():
    image, labels = picture((4, 5)), np.ones((4, 5), int)
    with pytest.raises(TypeError, match="classifier must be an ImageClassifier or"):
        classify_regions(image, labels, "color")
    with pytest.raises(NotFittedError, match="this ImageClassifier is not fitted yet"):
        classify_regions(image, labels, ImageClassifier())
