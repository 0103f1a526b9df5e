import json
import os
import pickle

import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import FormatError, ImageClassifier, NotFittedError, _core
from imgmine.classify import BernoulliNB, KNeighborsClassifier, LinearSVC
from imgmine.classify._model_state import PARTS, model_from, state_of
from imgmine.features import BagOfWords, Histogram, Recipe
from imgmine.io import find_images, imencode, imwrite

RECIPE = Recipe.named("color")
CLASSES = {"blue": (30, 60, 190), "green": (40, 170, 60), "red": (200, 40, 30)}


def picture(color, seed):
    noise = np.random.default_rng(seed).integers(-30, 31, (16, 20, 3))
    return np.clip(np.array(color) + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Six pictures in each of three folders."""
    root = tmp_path_factory.mktemp("classes")
    for name, color in CLASSES.items():
        (root / name / "below").mkdir(parents=True)
        for i in range(6):
            imwrite(root / name / ("below" if i % 2 else "") / f"{i}.png", picture(color, i))
    (root / ".hidden").mkdir()
    imwrite(root / ".hidden" / "x.png", picture((0, 0, 0), 0))
    imwrite(root / "beside.png", picture((0, 0, 0), 0))
    return root


@pytest.fixture(scope="session")
def samples():
    images = [picture(color, i) for i in range(6) for color in CLASSES.values()]
    return images, list(CLASSES) * 6


@pytest.fixture(scope="session")
def fitted(samples):
    return ImageClassifier().fit(*samples)


@pytest.fixture(scope="session")
def textures():
    """Fine and coarse noise, in which there is something for codebooks to learn."""
    rng = np.random.default_rng(0)
    fine = [rng.integers(0, 256, (48, 48, 3), np.uint8) for _ in range(6)]
    coarse = [rng.integers(0, 256, (12, 12, 3), np.uint8).repeat(4, 0).repeat(4, 1) for _ in fine]
    return [*fine, *coarse], ["fine"] * 6 + ["coarse"] * 6


@pytest.fixture(scope="session")
def small(samples, tmp_path_factory):
    """Write a small file; return its bytes."""
    path = tmp_path_factory.mktemp("small") / "model"
    ImageClassifier("histogram", LinearSVC(C=0.01)).fit(*samples).save(path)
    return path.read_bytes()


class NearestMean:
    """The smallest classifier there is, with nothing but fit and predict."""

    def fit(self, x, y):
        self.names = np.unique(y)
        self.means = np.array([x[y == name].mean(axis=0) for name in self.names])
        return self

    def predict(self, x):
        return self.names[((x[:, None] - self.means) ** 2).sum(axis=2).argmin(axis=1)]


class TestFit:
    def test_is_the_model_on_the_recipes_vectors(self, samples):
        images, labels = samples
        classifier = ImageClassifier("histogram", LinearSVC(C=3)).fit(images, labels)
        vectors = Recipe.named("histogram").transform(images)
        expected = LinearSVC(C=3).fit(vectors, labels)
        np.testing.assert_array_equal(classifier.model_.coef_, expected.coef_)
        np.testing.assert_array_equal(classifier.predict(images), expected.predict(vectors))
        np.testing.assert_array_equal(
            classifier.decision_function(images), expected.decision_function(vectors)
        )
        assert classifier.classes_.tolist() == sorted(CLASSES)
        assert classifier.recipe_ == Recipe.named("histogram")

    def test_folder_per_class(self, folder):
        classifier = ImageClassifier().fit(folder)
        assert classifier.classes_.tolist() == ["blue", "green", "red"]
        assert classifier.failures_ == []
        paths = [path for name in CLASSES for path in find_images(folder / name)]
        labels = [name for name in CLASSES for _ in range(6)]
        expected = ImageClassifier().fit(paths, labels)
        np.testing.assert_array_equal(classifier.model_.coef_, expected.model_.coef_)

    def test_kinds_of_pictures(self, samples, tmp_path):
        images, labels = samples
        expected = ImageClassifier().fit(images, labels).model_.coef_
        for i, image in enumerate(images):
            imwrite(tmp_path / f"{i}.png", image)
        paths = [tmp_path / f"{i}.png" for i in range(len(images))]
        for same in (
            np.array(images),
            iter(images),
            paths,
            map(str, paths),
            [imencode(image, "png") for image in images],
        ):
            classifier = ImageClassifier().fit(same, np.array(labels))
            np.testing.assert_array_equal(classifier.model_.coef_, expected)

    def test_bad_pictures_are_left_out_and_listed(self, samples, tmp_path):
        images, labels = samples
        bad = tmp_path / "bad.jpg"
        bad.write_bytes(b"nothing")
        more = [*images[:4], bad, *images[4:], b"nothing"]
        classifier = ImageClassifier().fit(more, [*labels[:4], "red", *labels[4:], "red"])
        expected = ImageClassifier().fit(images, labels)
        np.testing.assert_array_equal(classifier.model_.coef_, expected.model_.coef_)
        assert [name for name, _ in classifier.failures_] == [str(bad), "image 19"]
        assert all(why and str(bad) not in why for _, why in classifier.failures_)
        assert classifier.fit(images, labels).failures_ == []

    def test_class_without_a_readable_picture(self, samples, tmp_path):
        images, labels = samples
        with pytest.raises(ValueError, match=r"got none of \['odd'\]; 1 could not be read"):
            ImageClassifier().fit([*images, b"nothing"], [*labels, "odd"])
        for name in ("a", "b"):
            imwrite_into(tmp_path / name)
        (tmp_path / "c").mkdir()
        with pytest.raises(ValueError, match=r"got none of \['c'\]; 0 could"):
            ImageClassifier().fit(tmp_path)

    def test_fewer_than_two_classes(self, samples, tmp_path):
        with pytest.raises(ValueError, match="at least two classes"):
            ImageClassifier().fit(samples[0], ["one"] * 18)
        imwrite_into(tmp_path / "only")
        with pytest.raises(ValueError, match="at least two classes"):
            ImageClassifier().fit(tmp_path)

    def test_wrong_arguments(self, samples, folder):
        images, labels = samples
        with pytest.raises(ValueError, match="labels must be given"):
            ImageClassifier().fit(images)
        with pytest.raises(ValueError, match="labels must have shape"):
            ImageClassifier().fit(images, labels[:-1])
        with pytest.raises(ValueError, match="labels must be None"):
            ImageClassifier().fit(folder, labels)
        with pytest.raises(TypeError, match="images must be"):
            ImageClassifier().fit(b"bytes", labels)
        with pytest.raises(ValueError, match="one picture into a list"):
            ImageClassifier().fit(images[0], [1] * 16)
        with pytest.raises(TypeError, match="recipe must be"):
            ImageClassifier(5).fit(images, labels)
        with pytest.raises(FileNotFoundError):
            ImageClassifier().fit(folder / "nowhere")

    def test_the_models_parameters_are_left_alone(self, samples):
        model = LinearSVC()
        classifier = ImageClassifier(model=model).fit(*samples)
        assert not hasattr(model, "coef_")
        assert classifier.model is model
        assert ImageClassifier().fit(*samples).get_params()["model"] is None

    def test_progress(self, samples):
        calls = []
        ImageClassifier().fit(*samples, progress=lambda *call: calls.append(call), n_jobs=1)
        assert calls == [(i + 1, 18) for i in range(18)]


def imwrite_into(folder):
    folder.mkdir()
    imwrite(folder / "x.png", picture((9, 9, 9), 0))


class TestPredict:
    def test_single_path_and_folder(self, fitted, folder):
        path = folder / "red" / "0.png"
        assert fitted.predict(path).tolist() == ["red"]
        assert fitted.predict(str(path)).tolist() == ["red"]
        assert fitted.predict(folder / "red").tolist() == ["red"] * 6

    def test_nothing(self, fitted):
        assert fitted.predict([]).tolist() == []

    def test_bad_picture(self, fitted, tmp_path):
        (tmp_path / "x.jpg").write_bytes(b"nothing")
        with pytest.raises(imgmine.DecodeError):
            fitted.predict([tmp_path / "x.jpg"])
        with pytest.raises(FileNotFoundError):
            fitted.predict(tmp_path / "y.jpg")

    def test_probabilities(self, samples):
        linear_model = pytest.importorskip("sklearn.linear_model")
        images, labels = samples
        classifier = ImageClassifier(model=linear_model.LogisticRegression()).fit(images, labels)
        expected = classifier.model_.predict_proba(RECIPE.transform(images))
        np.testing.assert_array_equal(classifier.predict_proba(images), expected)
        with pytest.raises(AttributeError, match="predict_proba"):
            ImageClassifier(model=NearestMean()).fit(images, labels).predict_proba(images)

    def test_before_fit(self, samples, tmp_path):
        images, labels = samples
        for call in (
            lambda c: c.predict_proba(images),
            lambda c: c.predict(images),
            lambda c: c.decision_function(images),
            lambda c: c.evaluate(images, labels),
            lambda c: c.save(tmp_path / "x"),
        ):
            with pytest.raises(NotFittedError):
                call(ImageClassifier())


class TestEvaluate:
    def test_report(self, fitted, samples, tmp_path):
        images, labels = samples
        labels = ["red", *labels[1:]]
        report = fitted.evaluate([*images, b"nothing"], [*labels, "red"])
        assert report.accuracy == 17 / 18
        assert report.classes.tolist() == ["blue", "green", "red"]
        assert [mistake.sample for mistake in report.mistakes] == [0]
        np.testing.assert_array_equal(report.scores, fitted.decision_function(images))
        assert [name for name, _ in fitted.failures_] == ["image 18"]
        report.to_html(tmp_path / "page.html")
        assert (tmp_path / "page.html").read_text().count("data:image/") == 1

    def test_folder(self, fitted, folder):
        report = fitted.evaluate(folder)
        assert report.accuracy == 1
        assert len(report.y_true) == 18
        assert fitted.failures_ == []

    def test_two_classes(self, samples):
        images, labels = samples
        labels = ["green" if label == "green" else "other" for label in labels]
        classifier = ImageClassifier().fit(images, labels)
        report = classifier.evaluate(images, labels)
        scores = classifier.decision_function(images)
        np.testing.assert_array_equal(report.scores, np.stack([-scores, scores], axis=1))

    def test_unknown_class(self, fitted, samples):
        with pytest.raises(ValueError, match="odd"):
            fitted.evaluate(samples[0][:2], ["red", "odd"])
        with pytest.raises(ValueError, match="that can be read, got none"):
            fitted.evaluate([b"nothing"], ["red"])


class TestModels:
    def test_only_fit_and_predict(self, samples, tmp_path):
        images, labels = samples
        classifier = ImageClassifier(model=NearestMean()).fit(images, labels)
        assert classifier.predict(images).tolist() == labels
        assert classifier.classes_.tolist() == sorted(CLASSES)
        assert classifier.evaluate(images, labels).scores is None
        with pytest.raises(
            TypeError, match=r"one of .*LinearSVC.* to be saved, got .*NearestMean.* no file format"
        ):
            classifier.save(tmp_path / "model")
        assert list(tmp_path.iterdir()) == []

    def test_of_scikit_learn(self, samples):
        linear_model = pytest.importorskip("sklearn.linear_model")
        base = pytest.importorskip("sklearn.base")
        images, labels = samples
        classifier = ImageClassifier("color", linear_model.LogisticRegression())
        twin = base.clone(classifier)
        assert twin.recipe == "color"
        report = twin.fit(images, labels).evaluate(images, labels)
        assert report.accuracy == 1
        assert report.scores.shape == (18, 3)

    def test_fitted_on_vectors(self, samples, tmp_path):
        images, labels = samples
        model = LinearSVC().fit(RECIPE.transform(images), labels)
        classifier = ImageClassifier.from_model(RECIPE, model)
        expected = ImageClassifier().fit(images, labels)
        np.testing.assert_array_equal(classifier.predict(images), expected.predict(images))
        classifier.save(tmp_path / "model")
        with pytest.raises(NotFittedError, match="LinearSVC is not fitted"):
            ImageClassifier.from_model(RECIPE, LinearSVC())
        with pytest.raises(ValueError, match="vectors of size 8 as recipe makes them, got 128"):
            ImageClassifier.from_model("histogram", model)

    def test_what_others_learned_is_not_saved(self, samples, tmp_path):
        naive_bayes = pytest.importorskip("sklearn.naive_bayes")
        classifier = ImageClassifier(model=naive_bayes.GaussianNB()).fit(*samples)
        with pytest.raises(
            TypeError, match=r"one of .*LinearSVC.* got sklearn's GaussianNB: .*pick"
        ):
            classifier.save(tmp_path / "model")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", PARTS)
    def test_every_model_that_can_be_saved_comes_back(self, samples, tmp_path, name):
        images, labels = samples
        for known in (labels, ["x" if label == "red" else "y" for label in labels]):
            classifier = ImageClassifier("histogram", getattr(imgmine.classify, name)())
            classifier.fit(images, known).save(tmp_path / "model")
            again = ImageClassifier.load(tmp_path / "model")
            assert type(again.model_) is type(classifier.model_)
            assert again.model_.get_params() == classifier.model_.get_params()
            ours, theirs = again.evaluate(images, known), classifier.evaluate(images, known)
            np.testing.assert_array_equal(ours.y_pred, theirs.y_pred)
            np.testing.assert_array_equal(ours.scores, theirs.scores)

    def test_probabilities_come_back(self, samples, tmp_path):
        images, labels = samples
        for known in (labels, ["x" if label == "red" else "y" for label in labels]):
            classifier = ImageClassifier("histogram", LinearSVC(probability=True))
            expected = classifier.fit(images, known).predict_proba(images)
            classifier.save(tmp_path / "model")
            again = ImageClassifier.load(tmp_path / "model")
            np.testing.assert_array_equal(again.predict_proba(images), expected)

    def test_repr_and_params(self):
        assert repr(ImageClassifier()) == "ImageClassifier()"
        assert ImageClassifier("histogram").set_params(recipe="color").recipe == "color"


class TestFile:
    @pytest.mark.parametrize(
        "labels",
        [["a", "b", "c"], ["x", "y"], [3, 1, 2], [-5, 2**40], ["ä\u2028", "\ud800", "c"]],
        ids=ascii,
    )
    def test_comes_back_the_same(self, samples, tmp_path, labels):
        images = samples[0]
        given = [labels[i % len(labels)] for i in range(len(images))]
        model = LinearSVC(C=np.float32(0.01), loss="hinge", class_weight={labels[0]: 2})
        recipe = Recipe.named("histogram")
        classifier = ImageClassifier(recipe, model).fit(images, given)
        classifier.save(tmp_path / "model")
        loaded = ImageClassifier.load(tmp_path / "model")
        assert loaded.recipe_ == classifier.recipe_
        assert loaded.classes_.tolist() == classifier.classes_.tolist()
        assert loaded.predict(images).tolist() == classifier.predict(images).tolist()
        assert loaded.model_.get_params() == model.get_params()
        assert loaded.model_.n_iter_ == classifier.model_.n_iter_
        for name in ("coef_", "intercept_"):
            np.testing.assert_array_equal(
                getattr(loaded.model_, name), getattr(classifier.model_, name)
            )
        loaded.save(tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == (tmp_path / "model").read_bytes()
        refitted = loaded.fit(images, given)
        np.testing.assert_array_equal(refitted.model_.coef_, classifier.model_.coef_)

    @pytest.mark.parametrize("labels", [[0.0, 1.0], [True, False], [2**63, 2**63 + 1]])
    def test_labels_that_cannot_be_saved(self, samples, tmp_path, labels):
        classifier = ImageClassifier().fit(samples[0], np.array(labels * 9))
        with pytest.raises((TypeError, ValueError), match="labels must be"):
            classifier.save(tmp_path / "model")
        assert list(tmp_path.iterdir()) == []

    def test_replaces_in_one_step(self, fitted, tmp_path, monkeypatch):
        path = tmp_path / "model"
        path.write_bytes(b"old")

        def fail(*args):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            with pytest.raises(OSError, match="No space left"):
                fitted.save(path)
        assert path.read_bytes() == b"old"
        assert list(tmp_path.iterdir()) == [path]
        fitted.save(path)
        assert list(tmp_path.iterdir()) == [path]
        assert ImageClassifier.load(path).classes_.tolist() == ["blue", "green", "red"]

    def test_a_link_is_followed(self, fitted, tmp_path):
        (tmp_path / "link").symlink_to(tmp_path / "model")
        fitted.save(tmp_path / "link")
        assert (tmp_path / "link").is_symlink()
        assert ImageClassifier.load(tmp_path / "model").failures_ == []

    def test_codebooks_are_learned_and_saved(self, textures, tmp_path):
        images, labels = textures
        recipe = Recipe([BagOfWords(4, components=8), Histogram()], weights=[1, 0.1])
        classifier = ImageClassifier(recipe).fit([*images, b"nothing"], [*labels, "fine"])
        assert [name for name, _ in classifier.failures_] == ["image 12"]
        assert classifier.recipe_.is_fitted
        assert not recipe.is_fitted
        expected = Recipe.from_json(recipe.to_json()).fit(images)
        assert classifier.recipe_ == expected
        classifier.save(tmp_path / "model")
        again = ImageClassifier.load(tmp_path / "model")
        assert again.recipe_ == expected
        np.testing.assert_array_equal(
            again.decision_function(images), classifier.decision_function(images)
        )
        with pytest.raises(ValueError, match="a picture that can be read, got none"):
            ImageClassifier(recipe).fit([b"a", b"b"], ["x", "y"])

    def test_truncated_at_every_byte(self, small, tmp_path):
        path = tmp_path / "model"
        for size in range(len(small)):
            path.write_bytes(small[:size])
            with pytest.raises(FormatError, match="model"):
                ImageClassifier.load(path)
        path.write_bytes(small + b"\0")
        with pytest.raises(FormatError):
            ImageClassifier.load(path)

    def test_every_flipped_bit(self, small, tmp_path):
        path = tmp_path / "model"
        rng = np.random.default_rng(0)
        for position in range(len(small)):
            damaged = bytearray(small)
            damaged[position] ^= 1 << int(rng.integers(8))
            path.write_bytes(damaged)
            with pytest.raises(FormatError):
                ImageClassifier.load(path)

    def test_a_thousand_flipped_bits_of_a_file_with_codebooks(self, textures, tmp_path):
        path = tmp_path / "model"
        ImageClassifier(Recipe([BagOfWords(4, components=8)])).fit(*textures).save(path)
        sound = path.read_bytes()
        rng = np.random.default_rng(0)
        for position in rng.integers(0, 8 * len(sound), 1000).tolist():
            damaged = bytearray(sound)
            damaged[position // 8] ^= 1 << position % 8
            path.write_bytes(damaged)
            with pytest.raises(FormatError):
                ImageClassifier.load(path)
        for size in rng.integers(0, len(sound), 1000).tolist():
            path.write_bytes(sound[:size])
            with pytest.raises(FormatError):
                ImageClassifier.load(path)

    @settings(max_examples=100)
    @given(st.data())
    def test_any_damage(self, small, tmp_path_factory, data):
        damaged = bytearray(small)
        for _ in range(data.draw(st.integers(1, 20))):
            damaged[data.draw(st.integers(0, len(small) - 1))] = data.draw(st.integers(0, 255))
        if damaged == small:
            return
        path = tmp_path_factory.getbasetemp() / "damaged"
        path.write_bytes(damaged)
        with pytest.raises(FormatError):
            ImageClassifier.load(path)

    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" * 99, pickle.dumps([1])])
    def test_something_else(self, tmp_path, content):
        (tmp_path / "model").write_bytes(content)
        with pytest.raises(FormatError, match="not an imgmine file"):
            ImageClassifier.load(tmp_path / "model")

    def test_another_kind_of_container(self, tmp_path):
        (tmp_path / "model").write_bytes(_core.container.make("index", {"x": np.zeros(3)}))
        with pytest.raises(FormatError, match="holds 'index', not 'classifier'"):
            ImageClassifier.load(tmp_path / "model")

    def test_of_a_later_version(self, tmp_path):
        """Of the container's, and of what is in it: both say that they are newer."""
        sections = {"recipe": text("any"), "model": entries(format=2, created_with="9.1", more=1)}
        path = tmp_path / "model"
        path.write_bytes(_core.container.make("classifier", sections))
        with pytest.raises(
            FormatError, match=r"is of format 2, written by imgmine '9.1'; .*up to 1"
        ):
            ImageClassifier.load(path)
        later = bytearray(path.read_bytes())
        later[8] = 2
        path.write_bytes(later)
        with pytest.raises(FormatError, match="format version 2, this library reads version 1"):
            ImageClassifier.load(path)

    def test_missing(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            ImageClassifier.load(tmp_path / "model")


def text(value):
    return np.frombuffer(
        (value if isinstance(value, str) else json.dumps(value)).encode(), np.uint8
    )


def entries(**changes):
    """Say what a sound file says about its model, with changes."""
    params = LinearSVC().get_params()
    sound = {
        "format": 1,
        "type": "LinearSVC",
        "params": params,
        "numbers": {"n_iter_": 3},
        "classes": ["a", "b", "c"],
        "created_with": "0",
    }
    return text({**sound, **changes})


NAN = np.full((3, 8), np.nan)
UNFITTED = Recipe([BagOfWords(4), Histogram()])
UNSOUND = {
    "no section": {"coef_": None},
    "no recipe": {"recipe": None},
    "no model": {"model": None},
    "no format": {"model": entries(format=None)},
    "format of text": {"model": entries(format="1")},
    "format zero": {"model": entries(format=0)},
    "recipe that has not learned": {"recipe": text(UNFITTED.to_json())},
    "one more section": {"more": np.zeros(1)},
    "recipe of another size": {"recipe": text(RECIPE.to_json())},
    "recipe of nonsense": {"recipe": text("{}")},
    "recipe of no text": {"recipe": np.array([0xFF, 0xFE], np.uint8)},
    "recipe of floats": {"recipe": np.zeros(4)},
    "model of nonsense": {"model": text("[1, 2]")},
    "model cut off": {"model": text('{"type": ')},
    "model nested too deeply": {"model": text("[" * 100_000)},
    "other type": {"model": entries(type="os.system")},
    "one more entry": {"model": entries(more=1)},
    "other type's name": {"model": entries(type=["LinearSVC"])},
    "a part of the package": {"model": entries(type="train_test_split")},
    "other params": {"model": entries(params={"D": 1})},
    "params of no dict": {"model": entries(params=[1])},
    "odd class_weight": {"model": entries(params={"class_weight": {"a": 1}})},
    "odd pairs": {"model": entries(params={"class_weight": {"pairs": [[1]]}})},
    "odd keys": {"model": entries(params={"class_weight": {"pairs": [[[1], 1]]}})},
    "one class": {"model": entries(classes=["a"])},
    "two classes for three": {"model": entries(classes=["a", "b"])},
    "four classes for three": {"model": entries(classes=["a", "b", "c", "d"])},
    "classes twice": {"model": entries(classes=["a", "b", "b"])},
    "classes unsorted": {"model": entries(classes=["b", "a", "c"])},
    "classes of two kinds": {"model": entries(classes=["a", "b", 3])},
    "classes of bools": {"model": entries(classes=[False, True])},
    "classes of null": {"model": entries(classes=[None, None, None])},
    "classes too large": {"model": entries(classes=[1, 2, 2**63])},
    "classes of no list": {"model": entries(classes="abc")},
    "numbers of no dict": {"model": entries(numbers=[3])},
    "other numbers": {"model": entries(numbers={"n": 3})},
    "n_iter of text": {"model": entries(numbers={"n_iter_": "3"})},
    "n_iter negative": {"model": entries(numbers={"n_iter_": -1})},
    "n_iter of bool": {"model": entries(numbers={"n_iter_": True})},
    "coef of float32": {"coef_": np.zeros((3, 8), np.float32)},
    "coef of another shape": {"coef_": np.zeros((8, 3))},
    "coef flat": {"coef_": np.zeros(24)},
    "coef NaN": {"coef_": NAN},
    "intercept infinite": {"intercept_": np.array([0, np.inf, 0])},
    "intercept short": {"intercept_": np.zeros(2)},
}


@pytest.mark.parametrize("change", ["none", *UNSOUND])
def test_sound_container_with_unsound_content(tmp_path, change):
    sections = {
        "recipe": text(Recipe.named("histogram").to_json()),
        "model": entries(),
        "coef_": np.zeros((3, 8)),
        "intercept_": np.zeros(3),
        **UNSOUND.get(change, {}),
    }
    sections = {name: array for name, array in sections.items() if array is not None}
    path = tmp_path / "model"
    path.write_bytes(_core.container.make("classifier", sections))
    if change == "none":
        assert ImageClassifier.load(path).classes_.tolist() == ["a", "b", "c"]
    else:
        with pytest.raises(FormatError, match="model' is damaged or no classifier"):
            ImageClassifier.load(path)


UNSOUND_PARAMS = {
    "metric": (KNeighborsClassifier(1), {"metric": "1uclidean"}, {}),
    "metric of other rows": (KNeighborsClassifier(1), {"metric": "hamming"}, {}),
    "weights": (KNeighborsClassifier(1), {"weights": None}, {}),
    "neighbors": (KNeighborsClassifier(1), {"n_neighbors": 0}, {}),
    "number of samples": (KNeighborsClassifier(1), {}, {"n_samples_fit_": 7}),
    "threshold": (BernoulliNB(), {"binarize": "0"}, {}),
}


@pytest.mark.parametrize("name", UNSOUND_PARAMS)
def test_parameters_that_no_fit_would_accept(name):
    model, params, numbers = UNSOUND_PARAMS[name]
    X = np.eye(3, 8, dtype=np.float32)
    state = state_of(model.fit(X, [0, 1, 2]))
    classes = np.arange(3)
    assert model_from(state, classes, 8).predict(X).tolist() == [0, 1, 2]
    state.params.update(params)
    state.numbers.update(numbers)
    with pytest.raises(FormatError, match="does not hold together"):
        model_from(state, classes, 8)


def test_photographs(data_dir, tmp_path):
    """Cats and dogs it cannot tell apart by color, but Corel's classes it can."""
    paths = find_images(data_dir / "corel1k")
    labels = np.array([path.parent.name for path in paths])
    classifier = ImageClassifier("color", LinearSVC(C=10)).fit(paths[::2], labels[::2])
    report = classifier.evaluate(paths[1::2], labels[1::2])
    assert report.accuracy > 0.7
    classifier.save(tmp_path / "model")
    again = ImageClassifier.load(tmp_path / "model").evaluate(paths[1::2], labels[1::2])
    np.testing.assert_array_equal(again.y_pred, report.y_pred)
