import json

import numpy as np
import pytest
from imgmine.cli._models import MODELS
from imgmine.collection import ImageClassifier
from imgmine.features import BagOfWords, ColorHistogram, Recipe
from imgmine.io import find_images


@pytest.fixture
def model(tmp_path):
    return tmp_path / "colors.model"


def test_round_trip(run, photos, model):
    trained = run("train", photos, "--out", model, "--test-size", "0.25", "--json").json
    assert (trained["train"], trained["test"]) == (18, 6)
    assert trained["report"]["accuracy"] == 1.0
    assert trained["refit"] is True
    status, out, err = run("classify", model, photos)
    assert (status, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [path for path, _ in lines] == [str(path) for path in find_images(photos)]
    assert [label for _, label in lines] == ["blue"] * 8 + ["green"] * 8 + ["red"] * 8
    evaluated = run("evaluate", model, photos, "--json").json
    assert (evaluated["n_samples"], evaluated["accuracy"]) == (24, 1.0)


def test_saved_model_learned_from_all_unless_told_otherwise(run, photos, model, tmp_path):
    part = tmp_path / "part.model"
    run("train", photos, "--out", model)
    run("train", photos, "--out", part, "--no-refit")
    expected = ImageClassifier("color").fit(photos)
    np.testing.assert_allclose(ImageClassifier.load(model).model_.coef_, expected.model_.coef_)
    assert np.abs(ImageClassifier.load(part).model_.coef_ - expected.model_.coef_).max() > 1e-3


def test_seed_chooses_the_pictures_to_judge_by(run, photos, model, tmp_path):
    def mistakes(seed):
        # Labels that mean nothing: which ones are wrong tells which ones were asked for.
        document = run("train", photos, "--out", model, "--seed", seed, "--json").json
        return [mistake["path"] for mistake in document["report"]["mistakes"]]

    for i, path in enumerate(find_images(photos)):
        path.rename(photos / ("red", "green")[i % 2] / f"{i}.png")
    (photos / "blue").rmdir()
    assert mistakes(1) == mistakes(1)
    assert mistakes(1) != mistakes(2)


def test_text_and_page_report_what_was_held_out(run, photos, model, tmp_path):
    page = tmp_path / "report.html"
    status, out, err = run("train", photos, "--out", model, "--html", page)
    assert (status, err) == (0, "")
    assert out.startswith("19 pictures to learn from, 5 to judge by\n\n5 of 5 right")
    assert out.endswith(f"learned from 24 pictures, as {model}\n")
    assert "<html" in page.read_text(encoding="utf-8")


def test_judges_by_each_part_in_turn(run, photos, model, tmp_path):
    document = run("train", photos, "--out", model, "--cv", 4, "--json").json
    assert (document["train"], document["test"], document["refit"]) == (24, 24, True)
    assert document["cv"] == [1.0] * 4
    assert document["report"]["n_samples"] == 24
    text = run("train", photos, "--out", model, "--cv", 4).out
    assert text.startswith(
        "24 pictures, each judged by what learned from the other 3 of 4 parts: "
        "accuracy 100.0 % ± 0.0 between the parts\n\n24 of 24 right"
    )
    assert text.endswith(f"learned from 24 pictures, as {model}\n")
    expected = ImageClassifier("color").fit(photos)
    np.testing.assert_allclose(ImageClassifier.load(model).model_.coef_, expected.model_.coef_)
    status, _, err = run("train", photos, "--out", model, "--cv", 9)
    assert status == 1
    assert "each class must have 9 readable pictures" in err


def test_chooses_the_cost(run, photos, model):
    document = run("train", photos, "--out", model, "--C", 1, 0.01, "--json").json
    assert document["C"] in (0.01, 1)
    assert document["C"] == ImageClassifier.load(model).model_.C
    text = run("train", photos, "--out", model, "--C", 1, 0.01).out
    assert f"\nChose C = {document['C']:g} by cross-validation in 5 parts\n" in text
    assert run("train", photos, "--out", model, "--C", 3, "--json").json["C"] == 3


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"linear-svc"}))
def test_other_models(run, photos, model, name):
    document = run("train", photos, "--out", model, "--model", name, "--json").json
    assert document["type"] == name
    assert document["C"] is None
    assert document["report"]["accuracy"] == 1.0
    assert type(ImageClassifier.load(model).model_).__name__ == MODELS[name]
    prediction = run("classify", model, photos / "red/red0.png", "--json").json["predictions"][0]
    assert prediction["label"] == "red"
    assert len(prediction["scores"]) == 3


def test_a_recipe_that_is_still_to_learn(run, broken, model, tmp_path):
    photos, _ = broken
    recipe = tmp_path / "words.json"
    recipe.write_text(Recipe([ColorHistogram(4), BagOfWords(4, step=4, sizes=(4,))]).to_json())
    document = run("train", photos, "--out", model, "--recipe", recipe, "--json").json
    assert document["report"]["accuracy"] == 1.0
    assert len(document["failures"]) == 2
    assert ImageClassifier.load(model).recipe_.is_fitted


@pytest.mark.parametrize(
    "options",
    [
        ("--cv", 1),
        ("--cv", "many"),
        ("--cv", 3, "--test-size", 0.5),
        ("--cv", 3, "--no-refit"),
        ("--model", "oracle"),
        ("--C", 0),
    ],
)
def test_wrong_use(run, photos, model, options):
    status, out, _ = run("train", photos, "--out", model, *options)
    assert (status, out) == (2, "")
    assert not model.exists()


def test_two_classes(run, photos, model):
    for path in (photos / "green").iterdir():
        path.unlink()
    (photos / "green").rmdir()
    assert run("train", photos, "--out", model).status == 0
    document = run("classify", model, photos / "red" / "red0.png", "--json").json
    (prediction,) = document["predictions"]
    assert document["classes"] == ["blue", "red"]
    assert prediction["label"] == "red"
    blue, red = prediction["scores"]
    assert blue == -red < 0


def test_goes_past_bad_pictures(run, broken, model):
    photos, bad = broken
    status, out, err = run("train", photos, "--out", model, "--json")
    assert status == 0
    document = json.loads(out)
    assert document["train"] + document["test"] == 24
    assert {failure["path"] for failure in document["failures"]} == {str(path) for path in bad}
    assert err.startswith("2 pictures could not be read:\n")
    for command in (("classify", model, photos), ("evaluate", model, photos)):
        status, out, err = run(*command, "--json")
        assert status == (1 if command[0] == "classify" else 0)
        assert len(json.loads(out)["failures"]) == 2
        assert err.startswith("2 pictures could not be read:\n")


def test_nothing_but_bad_pictures(run, photos, model, tmp_path):
    run("train", photos, "--out", model)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    status, out, _ = run("classify", model, bad, "--json")
    assert status == 1
    assert json.loads(out)["predictions"] == []


def test_one_class_is_too_few(run, photos, model):
    status, _, err = run("train", photos / "red", "--out", model)
    assert status == 1
    assert err.startswith("imgmine: error: ")
    assert err.count("\n") == 1
    assert not model.exists()


def test_a_file_that_is_no_model(run, photos, model):
    model.write_text("no model")
    for command in ("classify", "evaluate"):
        status, out, err = run(command, model, photos)
        assert (status, out) == (1, "")
        assert str(model) in err
        assert err.count("\n") == 1
