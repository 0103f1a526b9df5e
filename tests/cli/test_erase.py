import pytest
from imgmine import ImageIndex


@pytest.fixture
def indexed(run, photos):
    run("index", photos, "--labels-from-folders")
    return photos


def test_erases(run, indexed):
    gone = [indexed / "red" / "red0.png", indexed / "blue" / "blue3.png"]
    gone[1].unlink()
    assert run("erase", indexed, *gone) == (0, f"{indexed}: 2 pictures erased\n", "")
    assert gone[0].exists()
    with ImageIndex.open(indexed / ".imgmine", mode="r") as index:
        assert len(index) == 22
        assert str(gone[0]) not in index.paths()
    data = (indexed / ".imgmine" / "catalogue.sqlite").read_bytes()
    assert not any(str(path).encode() in data for path in gone)


def test_what_is_not_there(run, indexed):
    kept = indexed / "red" / "red1.png"
    status, out, err = run("erase", indexed, "nothing.png", kept)
    assert (status, err) == (1, "nothing.png: not in the catalogue\n")
    assert "1 picture erased" in out
    found = run("erase", indexed, "nothing.png", "--json")
    assert (found.status, found.json) == (1, {"erased": 0, "missing": ["nothing.png"]})
