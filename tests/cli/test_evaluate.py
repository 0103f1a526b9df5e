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


def test_what_does_not_go_together_is_wrong_use(run, indexed, tmp_path):
    model = tmp_path / "model"
    assert run("train", indexed, "--out", model).status == 0
    assert run("evaluate", indexed, indexed).status == 2
    assert run("evaluate", model).status == 2
    assert run("evaluate", model, indexed, "--labels-from-folders").status == 2
