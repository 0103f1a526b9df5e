"""Labels of pictures from a file."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any


def read_labels(file: str) -> dict[str, str | int]:
    """Read labels by path: a JSON object, or CSV of two columns without a heading.

    Relative paths are meant from the folder of the file, but names that are no files stay, too.
    """
    path = Path(file)
    text = path.read_text(encoding="utf-8-sig")
    pairs = _from_json(file, text) if path.suffix.lower() == ".json" else _from_csv(file, text)
    labels: dict[str, str | int] = {}
    for name, label in pairs:
        labels[name] = label
        labels[os.path.abspath(path.parent / name)] = label  # noqa: PTH100 - also resolves ".."
    return labels


def _from_json(file: str, text: str) -> list[tuple[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file}: no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"{file}: must hold one object of paths and labels")
    return list(found.items())


def _from_csv(file: str, text: str) -> list[tuple[str, Any]]:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise ValueError(f"{file}: row {number} has {len(row)} columns, not path and label")
    return [(row[0], row[1]) for row in rows]
