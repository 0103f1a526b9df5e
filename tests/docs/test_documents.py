"""The Python blocks and the `imgmine` commands of the README and of the documentation do run.

The blocks of a page run in the order they stand, in one namespace, in a folder of their own that
holds generated pictures. A `text` block right below a Python block is its output: "..." stands for
anything, /home/me for the folder, and decoders may differ in a decimal.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import imgmine as im
import numpy as np
import pytest
from imgmine.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/packages").glob("*.md")),
    *sorted((ROOT / "docs/tutorials").glob("*.md")),
]
# Commands that set up a machine are tried by people; the rest of a console block runs here.
NOT_RUN = re.compile(
    r"(python3 -m venv |\. \.venv/bin/|\.venv/bin/|pip |export |cmake |python -m pytest|LD_PRELOAD="
    r"|ruff |mypy|lint-imports|clang-format |sphinx-build )"
)
DECIMAL = re.compile(r"\d+\.\d+")
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    text: str
    line: int
    follows: bool  # the block before it, with nothing in between


def blocks_of(page):
    source = page.read_text(encoding="utf-8")
    blocks, end = [], -1
    for match in FENCE.finditer(source):
        follows = end >= 0 and not source[end : match.start()].strip()
        line = source.count("\n", 0, match.start()) + 2
        blocks.append(Block(match[2].strip(), match[3], line, follows))
        end = match.end()
    return blocks


def commands_of(block):
    return re.findall(r"^\$ (.*)$", block.text, re.MULTILINE)


def check_output(expected, found, where):
    for folder in {str(Path.cwd()), os.path.realpath(Path.cwd())}:
        found = found.replace(folder, "/home/me")
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    texts = DECIMAL.sub("#", expected), DECIMAL.sub("#", found)
    numbers = [np.array(DECIMAL.findall(text), float) for text in (expected, found)]
    same = doctest.OutputChecker().check_output(*texts, options)
    if same and "..." not in expected:
        same = np.allclose(*numbers, rtol=0, atol=0.05)
    assert same, f"{where} says it prints\n{expected}\nbut it prints\n{found}"


def run_python(page, block, namespace):
    # Empty lines put the block where it stands, so that a traceback names the page's line.
    source = "\n" * (block.line - 1) + block.text
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, str(page), "exec"), namespace)
    return printed.getvalue()


def run_console(page, block):
    for command in commands_of(block):
        if command.startswith("imgmine "):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                status = main(shlex.split(command)[1:])
            assert status == 0, f"{page}: `{command}` ends with status {status}"
        else:
            assert NOT_RUN.match(command), f"{page}: `{command}` is neither run nor known"


def scene(rng, ground, sky):
    """Draw a picture of 120 x 160: a sky above a ground, and a few discs."""
    rows, columns = np.mgrid[:120, :160]
    image = np.where((rows < 60)[..., None], sky, ground) + rng.normal(0, 12, (120, 160, 3))
    for _ in range(4):
        y, x, r = rng.integers((20, 20, 5), (100, 140, 20))
        image[(rows - y) ** 2 + (columns - x) ** 2 < r * r] += rng.normal(0, 30, 3)
    return np.clip(image, 0, 255).astype(np.uint8)


def write_pictures(root):
    """Make what the pages ask of their reader: `photos`, and `animals`, a folder per class."""
    rng = np.random.default_rng(0)
    places = {
        "beach": ((225, 200, 150), (120, 180, 240)),
        "forest": ((40, 80, 30), (90, 130, 90)),
        "city": ((90, 90, 95), (170, 170, 180)),
    }
    animals = {"cats": ((190, 120, 60), (200, 190, 170)), "dogs": ((130, 90, 60), (130, 170, 110))}
    for folder, kinds, number in (("photos", places, 8), ("animals", animals, 40)):
        for kind, colors in kinds.items():
            for i in range(number):
                stem = f"{kind}{i}" if folder == "photos" else f"{kind[:-1]}.{i}"
                varied = [np.add(color, rng.normal(0, 30, 3)) for color in colors]
                write(root / folder / kind / f"{stem}.jpg", scene(rng, *varied))


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    im.io.imwrite(path, image)


def named(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_is_of_a_known_language(page):
    known = {"python", "console", "text", "cmake"}
    for block in blocks_of(page):
        assert block.language in known or block.language.startswith("{"), (
            f"{page}:{block.line}: {block.language!r} would not be run"
        )


@pytest.mark.parametrize(
    "page",
    [p for p in PAGES if any(b.language in ("python", "console") for b in blocks_of(p))],
    ids=named,
)
def test_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_pictures(tmp_path)
    namespace, printed = {"__name__": "__page__"}, None
    for block in blocks_of(page):
        if block.language == "python":
            printed = run_python(page, block, namespace)
        elif block.language == "console":
            run_console(page, block)
        elif block.language == "text" and block.follows and printed is not None:
            check_output(block.text, printed, f"{page}:{block.line}")
        if block.language != "python":
            printed = None


def test_pages_are_found():
    assert {"README.md", "docs/index.md", "docs/packages/io.md", "docs/tutorials/arrays.md"} <= {
        named(page) for page in PAGES
    }


def test_blocks_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1)\n```\n\n```text\n1\n```\n\nwords\n\n```text\n2\n```\n")
    assert [(b.language, b.text, b.line, b.follows) for b in blocks_of(page)] == [
        ("python", "print(1)\n", 2, False),
        ("text", "1\n", 6, True),
        ("text", "2\n", 12, False),
    ]
    assert run_python(page, blocks_of(page)[0], {}) == "1\n"


def test_outputs_are_compared():
    check_output("0.25 in /home/me/x\n...", f"0.24 in {Path.cwd()}/x\nand more", "page")
    for expected, found in (("2\n", "1\n"), ("0.25\n", "0.35\n"), ("a ... c\n", "a b\n")):
        with pytest.raises(AssertionError, match="but it prints"):
            check_output(expected, found, "page")
