import json

import numpy as np
import pytest
from imgmine.collection import ImageClassifier
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
