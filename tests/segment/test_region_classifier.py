import numpy as np
import pytest
from hypothesis import given
from imgmine import FormatError, NotFittedError
from imgmine.classify import GaussianNB
from imgmine.color import rgb2gray, rgb2lab
from imgmine.features import ColorHistogram, Recipe
from imgmine.filters import sobel
from imgmine.segment import RegionClassifier
from imgmine.segment._region_features import NAMES, region_features

from .small_regions import label_images

CELLS = np.arange(48)[:, None] // 8 * 8 + np.arange(64) // 8 + 1


def scenes(n):
    """Pictures of a dark, plain half and a light, noisy one, cut at another place each."""
    rng = np.random.default_rng(0)
    images, truths = [], []
    for i in range(n):
        truth = np.ones((48, 64), np.int32)
        truth[:, 16 + 8 * (i % 4) :] = 5
        noise = rng.integers(0, 80, (48, 64, 3)) * (truth == 5)[..., None]
        images.append((60 + 20 * truth[..., None] + noise).clip(0, 255).astype(np.uint8))
        truths.append(truth)
    return images, truths


def fitted(**options):
    images, truths = scenes(4)
    return RegionClassifier(**options).fit(images, truths, regions=[CELLS] * 4)


def names_of(prefix):
    return [i for i, name in enumerate(NAMES) if name.startswith(prefix)]


@given(label_images())
def test_features_match_their_definition(labels):
    image = np.random.default_rng(1).integers(0, 256, (*labels.shape, 3), np.uint8)
    found, rows = region_features(image, labels)
    assert rows.shape == (len(found), len(NAMES))
    assert np.isfinite(rows).all()
    steep = sobel(rgb2gray(image), dtype=np.float32)
    lab = rgb2lab(image.astype(np.float32)).astype(float)
    means = {label: lab[labels == label].mean(axis=0) for label in found.tolist()}
    for label, row in zip(found.tolist(), rows, strict=True):
        mask = labels == label
        y, x = np.nonzero(mask)
        named = dict(zip(NAMES, row, strict=True))
        np.testing.assert_allclose(named["gradient mean"], steep[mask].mean(), rtol=1e-4)
        np.testing.assert_allclose(
            named["gradient deviation"], steep[mask].std(), rtol=1e-3, atol=0.1
        )
        np.testing.assert_allclose(named["row"], (y.mean() + 0.5) / len(labels), rtol=1e-5)
        np.testing.assert_allclose(named["column"], (x.mean() + 0.5) / labels.shape[1], rtol=1e-5)
        np.testing.assert_allclose(row[names_of("pattern")].sum(), 1, rtol=1e-5)
        near = np.zeros_like(mask)
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            padded = np.pad(mask, 1)
            near |= np.roll(padded, step, axis)[1:-1, 1:-1]
        others = sorted({*labels[near].tolist()} - {0, label})
        apart = [np.linalg.norm(means[label] - means[other]) for other in others]
        assert named["neighbors"] == len(others)
        np.testing.assert_allclose(named["greatest contrast"], max(apart, default=0), rtol=1e-4)
        np.testing.assert_allclose(named["least contrast"], min(apart, default=0), rtol=1e-4)


def test_features_have_the_same_bits(cpu_level, n_threads):
    images, _ = scenes(1)
    found, rows = region_features(images[0], CELLS)
    assert found.tolist() == list(range(1, 49))
    assert rows.tobytes() == region_features(images[0][..., :].copy(order="F"), CELLS)[1].tobytes()


@pytest.mark.parametrize("recipe", [None, "histogram", Recipe([ColorHistogram(bins=(4, 2, 2))])])
def test_learns(recipe):
    classifier = fitted(recipe=recipe)
    assert classifier.classes_.tolist() == [1, 5]
    images, truths = scenes(8)
    for image, truth in zip(images[4:], truths[4:], strict=True):
        labels = classifier.predict(image, regions=CELLS)
        assert labels.dtype == np.int32
        assert (labels == truth).mean() > 0.95


def test_classify_agrees_with_predict():
    classifier, image = fitted(), scenes(5)[0][4]
    regions = np.where(CELLS % 7 == 0, 0, CELLS * 3)
    found = classifier.classify(image, regions=regions)
    labels = classifier.predict(image, regions=regions)
    assert not labels[regions == 0].any()
    for row in found:
        assert (labels[regions == row.label] == row.name).all()
    assert not classifier.predict(image, regions=np.zeros_like(CELLS)).any()
    assert len(classifier.classify(image, regions=np.zeros_like(CELLS))) == 0


def test_pixels_without_a_class_are_left_out():
    images, truths = scenes(4)
    sparse = [np.where(np.random.default_rng(0).random(t.shape) < 0.3, t, 0) for t in truths]
    sparse[0][:] = 0
    classifier = RegionClassifier().fit(images, sparse, regions=[CELLS] * 4)
    assert (classifier.predict(images[0], regions=CELLS) == truths[0]).mean() > 0.95


@pytest.mark.parametrize("recipe", [None, "histogram"])
def test_files(tmp_path, recipe):
    classifier, image = fitted(recipe=recipe, n_segments=77), scenes(5)[0][4]
    classifier.save(tmp_path / "regions.model")
    again = RegionClassifier.load(tmp_path / "regions.model")
    assert again.n_segments == 77
    assert again.recipe_ == classifier.recipe_
    first, second = (c.classify(image, regions=CELLS) for c in (classifier, again))
    np.testing.assert_array_equal(first.classes, second.classes)
    np.testing.assert_array_equal(first.scores, second.scores)
    (tmp_path / "other").write_bytes(b"nothing")
    with pytest.raises(FormatError, match="no region classifier"):
        RegionClassifier.load(tmp_path / "other")


def test_other_models_cannot_be_saved(tmp_path):
    tree = pytest.importorskip("sklearn.tree")
    classifier = fitted(model=tree.DecisionTreeClassifier(random_state=0))
    assert classifier.predict(scenes(1)[0][0], regions=CELLS).any()
    with pytest.raises(TypeError, match="model must be one of"):
        classifier.save(tmp_path / "regions.model")


def test_parameters_stay_as_given():
    model = GaussianNB()
    classifier = fitted(model=model)
    assert classifier.model is model
    assert not hasattr(model, "classes_")
    assert classifier.get_params() == {"recipe": None, "n_segments": 300, "model": model}


def test_cuts_pictures_into_superpixels():
    images, truths = scenes(6)
    classifier = RegionClassifier(n_segments=60).fit(images[:4], truths[:4])
    assert (classifier.predict(images[5]) == truths[5]).mean() > 0.9


def test_errors(tmp_path):
    images, truths = scenes(2)
    with pytest.raises(NotFittedError):
        RegionClassifier().predict(images[0])
    with pytest.raises(NotFittedError):
        RegionClassifier().save(tmp_path / "file")
    with pytest.raises(ValueError, match="label_images must be as many as images, 2, got 1"):
        RegionClassifier().fit(images, truths[:1])
    with pytest.raises(ValueError, match="regions must be as many as images, 2, got 1"):
        RegionClassifier().fit(images, truths, regions=[CELLS])
    with pytest.raises(ValueError, match="label_images must have at least two classes"):
        RegionClassifier().fit(images, [np.ones((48, 64), int)] * 2, regions=[CELLS] * 2)
    with pytest.raises(ValueError, match="label_images must have at least two classes"):
        RegionClassifier().fit([], [])
    with pytest.raises(ValueError, match=r"regions must have shape \(48, 64\)"):
        RegionClassifier().fit(images, truths, regions=[CELLS.T] * 2)
