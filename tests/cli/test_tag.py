import pytest
from imgmine import ImageIndex


@pytest.fixture
def indexed(run, photos):
    run("index", photos, "--labels-from-folders")
    return photos


def tags(folder, name):
    with ImageIndex.open(folder / ".imgmine", mode="r") as index:
        return dict(zip(index.paths(), index.tags(), strict=True))[str(folder / name)]


def test_suggests(run, indexed):
    picture = indexed / "red" / "red0.png"
    assert run("tag", indexed, picture) == (0, f"{picture}: red 1.00\n", "")
    found = run("tag", indexed, picture, indexed / "blue" / "blue1.png", "-k", 3, "--json").json
    assert [of_one["tags"][0]["tag"] for of_one in found["pictures"]] == ["red", "blue"]
    assert found["pictures"][0]["tags"][0]["confidence"] == 1.0


def test_keeps_and_sets(run, indexed):
    picture = indexed / "red" / "red0.png"
    assert run("tag", indexed, picture, "--set", "warm, old").status == 0
    assert tags(indexed, "red/red0.png") == ("warm", "old")
    assert run("tag", indexed, picture, "--keep").status == 0
    assert tags(indexed, "red/red0.png") == ("warm", "old", "red")
    found = run("tag", indexed, indexed / "red" / "red1.png", "-k", 20, "--json").json
    assert {"warm", "old", "red"} <= {tag["tag"] for tag in found["pictures"][0]["tags"]}
    run("tag", indexed, picture, "--set", "")
    assert tags(indexed, "red/red0.png") == ()


def test_what_cannot_be(run, broken):
    folder, (cut, _) = broken
    run("index", folder, "--labels-from-folders")
    good = folder / "red" / "red0.png"
    status, out, err = run("tag", folder, cut, good)
    assert status == 1
    assert str(cut) in err
    assert out.startswith(f"{good}: red")
    status, _, err = run("tag", folder, folder / "nothing.png", "--set", "a")
    assert status == 1
    assert "not in the catalogue" in err
    assert run("tag", folder, good, "--set", "a", "--keep").status == 2


def test_without_labels(run, photos):
    run("index", photos)
    picture = photos / "red" / "red0.png"
    assert run("tag", photos, picture).out == f"{picture}: no tags found\n"
