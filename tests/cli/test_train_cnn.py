import json

import imgmine
import numpy as np
import pytest
from imgmine import nn
from imgmine.io import find_images

SMALL = ("--cnn", "--size", 16, "--epochs", 60)


@pytest.fixture
def model(tmp_path):
    return tmp_path / "colors.safetensors"


def test_round_trip(run, broken, model, tmp_path):
    photos, cut = broken
    page = tmp_path / "page.html"
    outcome = run("train", photos, "--out", model, *SMALL, "--html", page, "--json")
    trained = outcome.json
    assert (trained["type"], trained["size"], trained["epochs"]) == ("cnn", 16, 60)
    assert (trained["train"], trained["test"], trained["refit"]) == (19, 5, True)
    assert trained["report"]["accuracy"] == 1.0
    assert [failure["path"] for failure in trained["failures"]] == [str(path) for path in cut]
    assert "2 pictures could not be read" in outcome.err
    assert "<html" in page.read_text(encoding="utf-8")
    network = nn.Network.load(model)
    assert network.input_shapes == [(16, 16, 3)]
    assert network.classes_.tolist() == ["blue", "green", "red"]

    files = [path for path in find_images(photos) if path not in cut]
    status, out, err = run("classify", model, *files)
    assert (status, err) == (0, "")
    assert out.splitlines() == [f"{path}\t{path.parent.name}" for path in files]
    status, out, _ = run("classify", model, photos, "--json")
    document = json.loads(out)
    assert status == 1
    assert document["classes"] == ["blue", "green", "red"]
    assert len(document["failures"]) == 2
    for prediction in document["predictions"]:
        assert sum(prediction["scores"]) == pytest.approx(1, abs=1e-5)
        assert prediction["label"] == document["classes"][np.argmax(prediction["scores"])]


def test_evaluating_a_network(run, broken, model, tmp_path):
    photos, cut = broken
    assert run("train", photos, "--out", model, *SMALL).status == 0
    page = tmp_path / "measured.html"
    outcome = run("evaluate", model, photos, "--json", "--html", page)
    measured = outcome.json
    assert outcome.status == 0
    assert measured["accuracy"] == 1.0
    assert [failure["path"] for failure in measured["failures"]] == [str(path) for path in cut]
    assert "<html" in page.read_text(encoding="utf-8")
    assert run("evaluate", model, photos).out.startswith("24 of 24 right, accuracy 1.000")
    assert run("evaluate", model).status == 2
    assert run("evaluate", model, photos, "--labels-from-folders").status == 2


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_evaluating_a_network_of_numbered_classes(run, photos, model, tmp_path, n_outputs):
    """Folders that are named by numbers are those of classes that are numbers."""
    folders = {"red": "3", "green": "7"}
    for name, number in folders.items():
        (photos / name).rename(tmp_path / number)
    paths = [path for number in folders.values() for path in find_images(tmp_path / number)]
    images = np.stack([imgmine.io.imread(path, mode="RGB")[::4, ::4][:6, :6] for path in paths])
    network = nn.Sequential([nn.Flatten(), nn.Dense(n_outputs)], (6, 6, 3))
    loss = "cross_entropy" if n_outputs == 2 else "binary_cross_entropy"
    network.fit(images, [int(path.parent.name) for path in paths], loss=loss)
    network.save(model)
    kept = tmp_path / "all"
    kept.mkdir()
    for number in folders.values():
        (tmp_path / number).rename(kept / number)
    measured = run("evaluate", model, kept, "--json").json
    assert [row["label"] for row in measured["classes"]] == ["3", "7"]
    assert measured["n_samples"] == 16
    (kept / "7").rename(kept / "seven")
    status, _, err = run("evaluate", model, kept)
    assert status == 1
    assert "seven" in err


def test_text_and_a_part_alone(run, photos, model):
    status, out, err = run("train", photos, "--out", model, *SMALL, "--no-refit")
    assert (status, err) == (0, "")
    assert out.startswith("19 pictures to learn from, 5 to judge by\n\n5 of 5 right")
    assert out.endswith(f"Saved the network, which learned from 19 pictures, as {model}\n")


def test_the_same_file_for_a_seed(run, photos, model, tmp_path):
    other = tmp_path / "other"
    for path, seed in ((model, 3), (other, 3)):
        run("train", photos, "--out", path, "--cnn", "--size", 8, "--epochs", 1, "--seed", seed)
    assert model.read_bytes() == other.read_bytes()
    run("train", photos, "--out", other, "--cnn", "--size", 8, "--epochs", 1, "--seed", 4)
    assert model.read_bytes() != other.read_bytes()


def test_a_network_of_gray_pictures(run, photos, model):
    gray = [imgmine.io.imread(path, mode="L")[:24:3, :24:3] for path in find_images(photos)]
    labels = [path.parent.name for path in find_images(photos)]
    network = nn.Sequential([nn.Rescaling(), nn.Flatten(), nn.Dense(3)], (8, 8, 1))
    network.fit(np.stack(gray), labels, epochs=3)
    network.save(model)
    status, out, _ = run("classify", model, photos)
    assert status == 0
    assert len(out.splitlines()) == 24


@pytest.mark.parametrize(
    "options",
    [
        ("--cnn", "--recipe", "color"),
        ("--cnn", "--C", 1),
        ("--cnn", "--cv", 3),
        ("--cnn", "--model", "gaussian-nb"),
        ("--size", 32),
        ("--epochs", 3),
        ("--cnn", "--size", 0),
        ("--cnn", "--epochs", "many"),
    ],
)
def test_options_that_do_not_go_together(run, photos, model, options):
    try:
        status = run("train", photos, "--out", model, *options).status
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert not model.exists()


def test_what_is_no_classifier(run, photos, model):
    nn.Sequential([nn.Flatten(), nn.Dense(3)], (8, 8, 3)).save(model)
    for command in ("classify", "evaluate"):
        status, _, err = run(command, model, photos)
        assert status == 1
        assert "this network does not tell classes of pictures apart" in err
    network = nn.Sequential([nn.GlobalAvgPool2D(), nn.Dense(2)], (4, 4, 3))
    network.fit(np.zeros((2, 4, 4, 3), np.uint8), [0, 1])
    network.save(model)
    model.write_bytes(model.read_bytes()[:-1])
    status, _, err = run("classify", model, photos)
    assert status == 1
    assert "is damaged or no safetensors file" in err
    large = nn.Sequential([nn.GlobalAvgPool2D(), nn.Dense(2)], (20_000, 20_000, 3))
    large.classes_ = np.array([0, 1])
    large.save(model)
    status, _, err = run("classify", model, photos)
    assert status == 1
    assert "takes pictures of 20000 x 20000 pixels, more than 4096" in err


def test_classes_of_too_few_pictures(run, photos, model):
    for path in find_images(photos / "red")[1:]:
        path.unlink()
    status, _, err = run("train", photos, "--out", model, *SMALL)
    assert status == 1
    assert "each class must have two readable pictures, not so ['red']" in err
