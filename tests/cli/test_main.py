import os

import imgmine
import imgmine.cli
import pytest
from imgmine.cli import COMMANDS
from imgmine.cli._output import say


def test_version(run):
    assert run("--version") == (0, f"imgmine {imgmine.__version__}\n", "")


def test_help_names_every_command(run):
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    assert all(f"\n    {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(run, command):
    status, out, err = run(command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: imgmine {command} ")
    assert "--json" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("info", "--nonsense"),
        ("search", "catalogue"),
        ("search", "catalogue", "picture", "-k", "0"),
        ("search", "catalogue", "a.jpg", "b.jpg", "--plot", "x.png"),
        ("index", ".", "--jobs", "few"),
        ("describe", "picture", "--recipe", "nonsense"),
        ("train", "."),
        ("train", ".", "--out", "model", "--test-size", "1"),
        ("train", ".", "--out", "model", "--C", "nan"),
    ],
)
def test_wrong_use_is_status_2(run, arguments):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("imgmine")
    assert "error: " in err.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("describe", "nowhere.json.png", "--recipe", "nowhere.json"),
        ("index", "nowhere"),
        ("search", "nowhere", "picture.png"),
        ("search", ".", "picture.png"),
        ("train", "nowhere", "--out", "model"),
        ("classify", "nowhere", "picture.png"),
        ("evaluate", "nowhere"),
    ],
)
def test_a_failure_is_status_1_and_one_line(run, monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments, "--json")
    assert (status, out) == (1, "")
    assert err.startswith("imgmine: error: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_the_program_names_its_kind(run, monkeypatch):
    def fail():
        raise KeyError("x")

    monkeypatch.setattr("imgmine.cli._info.info", fail)
    status, _, err = run("info")
    assert status == 1
    assert err == "imgmine: error: KeyError: 'x' (IMGMINE_DEBUG=1 shows where)\n"


def test_debug_shows_the_traceback(launch, tmp_path):
    done = launch("index", tmp_path / "nowhere", IMGMINE_DEBUG="1")
    assert done.status == 1
    assert done.err.startswith("Traceback (most recent call last):\n")


def test_warnings_are_one_line(script):
    text = (
        "import imgmine.cli, imgmine.cli._info, warnings\n"
        "imgmine.cli._info.info = lambda: warnings.warn('odd') or {'packages': {}}\n"
        "raise SystemExit(imgmine.cli.main(['info', '--json']))\n"
    )
    done = script(text)
    assert (done.status, done.err) == (0, "imgmine: warning: odd\n")


def test_interrupt_is_status_130_and_one_line(script):
    text = (
        "import imgmine.cli, imgmine.cli._info, os, signal, time\n"
        # A job in the background of a shell is started with interrupts ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(60)\n"
        "imgmine.cli._info.info = wait\n"
        "raise SystemExit(imgmine.cli.main(['info']))\n"
    )
    assert script(text) == (130, "", "imgmine: interrupted\n")


def test_a_reader_that_goes_away_is_no_error(script):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = script("import imgmine.cli as c; raise SystemExit(c.main(['info']))", stdout=writing)
    finally:
        os.close(writing)
    assert (done.status, done.err) == (141, "")


def test_commands_are_imported_when_used(script):
    text = (
        "import sys, imgmine.cli\n"
        "imgmine.cli.main(['info', '--json'])\n"
        "used = {n for n in sys.modules if n.startswith('imgmine.cli._')}\n"
        "print(sorted(used & {f'imgmine.cli._{c}' for c in imgmine.cli.COMMANDS}), file=sys.stderr)"
    )
    assert script(text).err == "['imgmine.cli._info']\n"


def test_file_names_that_cannot_be_printed(launch, photos):
    odd = photos / "odd\udcff.png"
    try:
        (photos / "red" / "red0.png").rename(odd)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = launch("describe", odd, "--recipe", "histogram", PYTHONIOENCODING="ascii")
    assert (done.status, done.err) == (0, "")
    assert r"odd\udcff.png" in done.out


def test_control_characters_do_not_reach_the_terminal(capsys):
    """A file's name may hold an escape sequence; printed, it would steer the terminal."""
    say("a\x1b[2Jb\x9bc\td\x07\n", end="")
    assert capsys.readouterr().out == "a\\x1b[2Jb\\x9bc\td\\x07\n"
