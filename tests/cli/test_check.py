import sqlite3

import pytest


@pytest.fixture
def indexed(run, photos):
    run("index", photos, "--labels-from-folders")
    return photos


def test_sound(run, indexed):
    assert run("check", indexed) == (0, f"{indexed}: 24 pictures, nothing wrong\n", "")
    assert run("check", indexed / ".imgmine", "--json").json == {"n_pictures": 24, "problems": []}
    assert run("check", indexed, "--rebuild").status == 0


def test_damaged(run, indexed):
    connection = sqlite3.connect(indexed / ".imgmine" / "catalogue.sqlite")
    connection.execute("INSERT INTO contents VALUES (99, x'00', 0)")
    connection.execute("UPDATE images SET checksum = 0 WHERE id = 3")
    connection.commit()
    connection.close()
    status, out, err = run("check", indexed)
    assert (status, err) == (1, "")
    assert "picture 3: the checksum" in out
    assert "picture 99, which is not there" in out
    found = run("check", indexed, "--rebuild", "--json")
    assert found.status == 1
    assert [problem[:9] for problem in found.json["problems"]] == ["picture 3"]


@pytest.mark.parametrize("command", [("check",), ("check", "--rebuild"), ("erase", "x")])
def test_no_catalogue(run, photos, command):
    status, _, err = run(command[0], photos, *command[1:])
    assert status == 1
    assert "no catalogue" in err
    assert not (photos / "catalogue.sqlite").exists()
