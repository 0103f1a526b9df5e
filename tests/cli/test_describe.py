import json

import numpy as np
import pytest
from imgmine.features import Histogram, Recipe


@pytest.fixture
def files(photos):
    return sorted((photos / "red").iterdir())


def test_text_is_a_line_per_picture(run, files):
    status, out, err = run("describe", *files, "--recipe", "histogram")
    assert (status, err) == (0, "")
    expected = Recipe.named("histogram").transform(files)
    lines = [line.split("\t") for line in out.splitlines()]
    assert [path for path, _ in lines] == [str(path) for path in files]
    np.testing.assert_allclose([np.array(v.split(), float) for _, v in lines], expected, rtol=1e-5)


def test_json_and_npy_hold_the_vectors_exactly(run, files, tmp_path):
    expected = Recipe.named("color").transform(files)
    document = run("describe", *files, "--json").json
    assert document["paths"] == [str(path) for path in files]
    np.testing.assert_array_equal(np.array(document["vectors"], np.float32), expected)
    assert Recipe.from_json(json.dumps(document["recipe"])) == Recipe.named("color")
    out = tmp_path / "vectors"
    assert run("describe", *files, "--out", out).status == 0
    np.testing.assert_array_equal(np.load(out), expected)


def test_a_folder_stands_for_its_pictures(run, files, photos):
    document = run("describe", photos / "red", "--json").json
    assert document["paths"] == [str(path) for path in files]


def test_recipe_from_a_file(run, files, tmp_path):
    recipe = Recipe([Histogram(bins=3)])
    file = tmp_path / "recipe.json"
    file.write_text(recipe.to_json())
    document = run("describe", files[0], "--recipe", file, "--json").json
    np.testing.assert_array_equal(np.float32(document["vectors"][0]), recipe.read(files[0]))


def test_bad_pictures_are_listed_and_left_out(run, broken, tmp_path):
    photos, bad = broken
    out = tmp_path / "vectors.npy"
    status, text, err = run("describe", photos, "--json")
    assert status == 1
    document = json.loads(text)
    assert len(document["paths"]) == len(document["vectors"]) == 24
    assert [failure["path"] for failure in document["failures"]] == [str(path) for path in bad]
    assert err.startswith("2 pictures could not be read:\n")
    assert err.count("\n") == 3
    assert run("describe", photos, "--out", out).status == 1
    assert not out.exists()


def test_folder_without_pictures(run, tmp_path):
    status, _, err = run("describe", tmp_path)
    assert (status, err) == (1, f"imgmine: error: {tmp_path}: no pictures found\n")
