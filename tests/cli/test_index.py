import json

import pytest
from imgmine.collection import ImageIndex

N = 24


def test_default_catalogue_is_in_the_folder_and_not_a_picture_of_it(run, photos):
    status, out, err = run("index", photos)
    assert (status, err) == (0, "")
    assert out == f"{photos / '.imgmine'}: 24 added; 24 pictures in the catalogue\n"
    assert run("index", photos).out.endswith(
        ": 0 added, 24 unchanged; 24 pictures in the catalogue\n"
    )


def test_json(run, photos, tmp_path):
    catalogue = tmp_path / "catalogue"
    assert run("index", photos, "--out", catalogue, "--json").json == {
        "catalogue": str(catalogue),
        "size": N,
        "added": N,
        "updated": 0,
        "unchanged": 0,
        "moved": 0,
        "removed": 0,
        "failed": 0,
        "failures": [],
    }


def test_labels_from_folders(run, photos):
    assert run("index", photos, "--labels-from-folders").status == 0
    with ImageIndex.open(photos / ".imgmine", mode="r") as index:
        assert sorted(index.labels()) == ["blue"] * 8 + ["green"] * 8 + ["red"] * 8


def test_prune(run, photos):
    run("index", photos)
    (photos / "red" / "red0.png").unlink()
    assert run("index", photos, "--json").json["size"] == N
    document = run("index", photos, "--prune", "--json").json
    assert (document["size"], document["removed"]) == (N - 1, 1)


@pytest.mark.parametrize("strict", [False, True])
def test_goes_past_bad_pictures(run, broken, strict):
    photos, bad = broken
    status, out, err = run("index", photos, "--json", *["--strict"] * strict)
    assert status == int(strict)
    document = json.loads(out)
    assert (document["added"], document["failed"]) == (N, 2)
    assert {failure["path"] for failure in document["failures"]} == {str(path) for path in bad}
    assert err.startswith("2 pictures could not be read:\n")
    assert all(str(path) in err for path in bad)


def test_lists_ten_bad_pictures_at_most(run, photos):
    for i in range(13):
        (photos / f"bad{i:02}.png").write_bytes(b"")
    err = run("index", photos).err.splitlines()
    assert err[0] == "13 pictures could not be read:"
    assert err[-1] == "  and 3 more"
    assert len(err) == 12


def test_another_recipe_for_a_catalogue_is_refused(run, photos):
    assert run("index", photos, "--recipe", "histogram").status == 0
    assert run("index", photos).status == 0
    status, _, err = run("index", photos, "--recipe", "color")
    assert status == 1
    assert "recipe" in err
