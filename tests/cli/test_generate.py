import numpy as np
import pytest
from imgmine.generate import VAE, Autoencoder
from imgmine.io import imread

FAST = ("--size", 9, "--epochs", 2, "--code-size", 3)


@pytest.fixture
def model(tmp_path):
    return tmp_path / "colors.safetensors"


@pytest.fixture
def sheet(tmp_path):
    return tmp_path / "sheet.png"


def test_train_and_make(run, photos, model, sheet):
    trained = run("train", photos, "--vae", "--out", model, *FAST, "--beta", 0.5, "--json").json
    assert (trained["type"], trained["train"], trained["test"]) == ("VAE", 19, 5)
    assert trained["classes"] is None
    assert 0 < trained["error"] < 1
    assert 0 < trained["error_of_mean"] < 1
    learned = VAE.load(model)
    assert learned.image_shape_ == (9, 9, 3)
    assert (learned.code_size, learned.beta, learned.epochs) == (3, 0.5, 2)
    status, out, err = run("generate", model, "--out", sheet, "--n", 6, "--columns", 3)
    assert (status, out, err) == (0, f"Wrote 6 pictures to {sheet}\n", "")
    image = imread(sheet)
    assert image.shape == (2 * 11 + 2, 3 * 11 + 2, 3)
    np.testing.assert_array_equal(image[2:11, 2:11], learned.sample(6, 0)[0])


def test_classes_from_folders(run, photos, model, sheet):
    options = ("--labels-from-folders", "--gray", "--no-refit", "--noise", 0.1, *FAST)
    trained = run("train", photos, "--autoencoder", "--out", model, *options, "--json").json
    assert trained["classes"] == ["blue", "green", "red"]
    assert trained["refit"] is False
    learned = Autoencoder.load(model)
    assert learned.image_shape_ == (9, 9)
    assert learned.noise == 0.1
    done = run("generate", model, "--out", sheet, "--n", 4, "--label", "red", "--json").json
    assert (done["n"], done["label"], done["type"]) == (4, "red", "Autoencoder")
    image = imread(sheet, mode="L")
    assert done["shape"] == list(image.shape) == [13, 90]
    expected = learned.sample(4, 0, label="red")
    np.testing.assert_array_equal(image[2:11, 2:11], expected[0])
    status, _, err = run("generate", model, "--out", sheet, "--label", "black")
    assert status == 1
    assert "--label must be one of blue, green, red, got black" in err


@pytest.mark.parametrize("labeled", [(), ("--labels-from-folders",)])
def test_ways(run, photos, model, sheet, labeled):
    assert run("train", photos, "--vae", "--out", model, *FAST, *labeled).status == 0
    done = run("generate", model, "--out", sheet, "--n", 7, "--columns", 4, "--interpolate")
    assert done.out == f"Wrote 8 pictures to {sheet}\n"
    first = sheet.read_bytes()
    run("generate", model, "--out", sheet, "--n", 7, "--columns", 4, "--interpolate")
    assert sheet.read_bytes() == first
    options = ("--n", 7, "--columns", 4, "--interpolate", "--seed", 1)
    run("generate", model, "--out", sheet, *options)
    assert sheet.read_bytes() != first


def test_text_says_how_good_it_is(run, photos, model):
    status, out, err = run("train", photos, "--vae", "--out", model, *FAST)
    assert (status, err) == (0, "")
    assert out.startswith("19 pictures to learn from, 5 to judge by\nMean squared error")
    assert out.endswith(f"learned from 24 pictures, as {model}\n")


def test_goes_past_bad_pictures(run, broken, model):
    photos, bad = broken
    done = run("train", photos, "--vae", "--out", model, *FAST, "--json")
    assert done.status == 0
    assert {failure["path"] for failure in done.json["failures"]} == {str(path) for path in bad}
    assert done.err.startswith("2 pictures could not be read:\n")


def test_too_few_pictures(run, photos, model, tmp_path):
    (tmp_path / "one").mkdir()
    (photos / "red" / "red0.png").rename(tmp_path / "one" / "a.png")
    status, _, err = run("train", tmp_path / "one", "--vae", "--out", model, *FAST)
    assert status == 1
    assert "at least two readable pictures" in err
    assert not model.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--vae", "--autoencoder"),
        ("--vae", "--cnn"),
        ("--vae", "--cv", 3),
        ("--vae", "--recipe", "color"),
        ("--autoencoder", "--beta", 1),
        ("--gray",),
        ("--code-size", 4),
        ("--vae", "--code-size", 0),
    ],
)
def test_wrong_use(run, photos, model, options):
    status, out, _ = run("train", photos, "--out", model, *options)
    assert (status, out) == (2, "")
    assert not model.exists()


def test_files_that_are_no_model(run, photos, model, sheet):
    model.write_text("no model")
    status, out, err = run("generate", model, "--out", sheet)
    assert (status, out) == (1, "")
    assert str(model) in err
    run("train", photos, "--vae", "--out", model, *FAST)
    status, _, err = run("generate", model, "--out", sheet, "--label", "red")
    assert status == 1
    assert "learned without classes" in err
