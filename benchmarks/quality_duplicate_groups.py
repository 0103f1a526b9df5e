"""How good groups of duplicates are: run ``python -m benchmarks.quality_duplicate_groups``.

The files are the 500 photographs of ten Caltech-101 classes (found through IMGMINE_DATA) and, as
JPEG of quality 90 (or 30), six altered copies of each: those of `quality_duplicates`. Nothing says
which is which. Precision: the share of files that can go which do show the picture that is kept in
their place; recall: how many these are, as a share of the 3000 copies, as one file of each picture
is kept. An argument N takes every Nth photograph.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import imgmine as im

from .quality_duplicates import alterations


def write_copies(paths: list[Path], folder: Path) -> None:
    """Write each picture, as its number, and six copies of it."""
    for i, path in enumerate(paths):
        image = im.io.imread(path)
        (folder / f"{i}-original.jpg").write_bytes(path.read_bytes())
        for kind, copy in alterations(image).items():
            quality = 30 if kind == "jpeg" else 90
            im.io.imwrite(folder / f"{i}-{kind}.jpg", copy, quality=quality)


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real photographs: IMGMINE_DATA is not set")
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    paths = sorted((Path(os.environ["IMGMINE_DATA"]) / "caltech101").glob("*/*"))[::step]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_copies(paths, folder)
        print(f"{len(paths)} photographs, {6 * len(paths)} copies")
        print(f"{'':28} precision  recall  seconds  wrong")
        for options in (
            {},
            {"verify": False},
            {"radius": 16},
            {"radius": 10},
        ):
            started = time.perf_counter()
            found = im.find_duplicates(folder, **options)
            seconds = time.perf_counter() - started
            right = wrong = 0
            for group in found:
                number = group.best.name.split("-")[0]
                same = [path.name.split("-")[0] == number for path in group.others]
                right += sum(same)
                wrong += len(same) - sum(same)
            text = ", ".join(f"{key}={value}" for key, value in options.items()) or "default"
            print(
                f"{text:28} {right / max(right + wrong, 1):9.4f} {right / (6 * len(paths)):7.4f} "
                f"{seconds:8.1f}  {wrong:5}"
            )


if __name__ == "__main__":
    main()
