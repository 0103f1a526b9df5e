import json

import pytest


@pytest.fixture
def indexed(run, photos):
    run("index", photos, "--labels-from-folders")
    return photos


def test_catalogue(run, indexed, tmp_path):
    page = tmp_path / "page.html"
    document = run("evaluate", indexed, "--json", "--html", page).json
    assert (document["n_queries"], document["n_pictures"]) == (24, 24)
    assert document["precision_at_k"]["5"] == 1.0
    assert document["mean_average_precision"] == 1.0
    assert "MAP 1.000" in run("evaluate", indexed / ".imgmine").out
    assert "<html" in page.read_text(encoding="utf-8")


def test_catalogue_without_labels(run, photos):
    run("index", photos)
    status, _, err = run("evaluate", photos)
    assert status == 1
    assert "label" in err
    assert run("evaluate", photos, "--labels-from-folders", "--json").json["n_queries"] == 24


def test_labels_from_a_file(run, photos):
    run("index", photos)
    names = {f"{color}/{color}{i}.png": color for color in ("red", "blue") for i in range(4)}
    table, document = photos / "labels.csv", photos / "labels.json"
    table.write_text("".join(f"{path},{label}\n" for path, label in names.items()))
    absolute = {str(photos / path): i % 2 for i, path in enumerate(names)}
    document.write_text(json.dumps(absolute))
    assert run("evaluate", photos, "--labels", table, "--json").json["n_queries"] == 8
    found = run("evaluate", photos, "--labels", document, "--json").json
    assert [row["label"] for row in found["labels"]] == [0, 1]
    assert run("evaluate", photos, "--labels", table, "--labels-from-folders").status == 2


@pytest.mark.parametrize(
    ("name", "text"), [("x.json", "["), ("x.json", "[]"), ("x.csv", "a,b,c"), ("x.csv", "a")]
)
def test_wrong_files_of_labels(run, indexed, name, text):
    (indexed / name).write_text(text)
    status, _, err = run("evaluate", indexed, "--labels", indexed / name)
    assert status == 1
    assert name in err


def test_what_does_not_go_together_is_wrong_use(run, indexed, tmp_path):
    model = tmp_path / "model"
    assert run("train", indexed, "--out", model).status == 0
    assert run("evaluate", indexed, indexed).status == 2
    assert run("evaluate", model).status == 2
    assert run("evaluate", model, indexed, "--labels-from-folders").status == 2
