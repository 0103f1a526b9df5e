import pytest


@pytest.fixture
def inside(photos, tmp_path, monkeypatch):
    """Be in a folder where the page may be written."""
    monkeypatch.chdir(tmp_path)
    return photos


def test_prints_a_table_and_writes_a_page(run, inside, tmp_path):
    status, out, err = run("cluster", inside, "--n", 3, "--recipe", "color")
    assert (status, err) == (0, "")
    head, *lines, last = out.splitlines()
    assert head.split() == ["group", "pictures", "most", "typical"]
    assert [line.split()[:2] for line in lines] == [["1", "8"], ["2", "8"], ["3", "8"]]
    assert last == "Wrote clusters.html."
    assert "Group 3" in (tmp_path / "clusters.html").read_text(encoding="utf-8")


def test_json(run, inside, tmp_path):
    outcome = run("cluster", inside, "--recipe", "color", "--out", "page.html", "--json")
    assert outcome.json["out"] == "page.html"
    assert len(outcome.json["images"]) == 24
    assert sum(group["size"] for group in outcome.json["groups"]) == 24
    assert (tmp_path / "page.html").exists()


def test_by_density(run, inside):
    found = run("cluster", inside, "--eps", 0.9, "--recipe", "color", "--json").json
    assert all(len(group["folders"]) == 1 for group in found["groups"])
    none = run("cluster", inside, "--eps", 1e-6, "--recipe", "color", "--json").json
    assert none["groups"] == []


def test_plot(run, inside, tmp_path):
    pytest.importorskip("matplotlib")
    assert run("cluster", inside, "--n", 2, "--recipe", "color", "--plot", "p.png").status == 0
    assert (tmp_path / "p.png").exists()


def test_unreadable_pictures_are_listed(run, inside):
    (inside / "broken.png").write_bytes(b"nothing")
    status, out, err = run("cluster", inside, "--n", 3, "--recipe", "color")
    assert status == 1
    assert "Wrote clusters.html." in out
    assert "1 picture could not be read" in err
    assert "broken.png" in err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--n", 0), 2),
        (("--n", 2, "--eps", 1), 2),
        (("--eps", -1), 2),
        (("--n", 1000, "--recipe", "color"), 1),
    ],
)
def test_wrong_use(run, inside, arguments, status):
    assert run("cluster", inside, *arguments).status == status
