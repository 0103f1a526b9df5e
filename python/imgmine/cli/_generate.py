"""Make pictures with a model that "imgmine train --vae" or "--autoencoder" wrote.

Writes one picture that shows all, row by row: new ones, drawn at random, or with --interpolate in
each row the way from one new picture to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..generate import VAE, Autoencoder, image_grid
from ..generate._model_file import read
from ..io import imwrite
from ._options import not_negative_int, positive_int
from ._output import plural, print_json, say

if TYPE_CHECKING:
    import argparse

    from .._validate import Array

_N, _COLUMNS = 64, 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL", help="the model")
    parser.add_argument("--out", metavar="SHEET.png", required=True, help="picture to write")
    parser.add_argument(
        "--n",
        type=positive_int,
        default=_N,
        metavar="N",
        help=f"how many; of --interpolate, rounded up to full rows (default: {_N})",
    )
    parser.add_argument(
        "--columns",
        type=positive_int,
        default=_COLUMNS,
        metavar="N",
        help=f"how many stand side by side (default: {_COLUMNS})",
    )
    parser.add_argument(
        "--label",
        metavar="CLASS",
        help="of this class, if the model learned with classes (default: of all)",
    )
    parser.add_argument(
        "--interpolate", action="store_true", help="show ways from picture to picture"
    )
    parser.add_argument(
        "--seed",
        type=not_negative_int,
        default=0,
        metavar="N",
        help="which pictures (default: 0)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    model = read(options.model, {"VAE": VAE, "Autoencoder": Autoencoder})
    label = _label(options, model)
    images = _ways(options, model, label) if options.interpolate else None
    if images is None:
        images = model.sample(options.n, options.seed, label=label)
    grid = image_grid(images, columns=options.columns)
    if grid.dtype != np.uint8:
        grid = np.rint(grid * 255).astype(np.uint8)
    imwrite(options.out, grid)
    if options.json:
        facts = {"model": options.model, "type": type(model).__name__, "n": len(images)}
        facts |= {"classes": None if model.classes_ is None else model.classes_.tolist()}
        facts |= {"label": label, "seed": options.seed, "interpolate": options.interpolate}
        print_json({**facts, "out": options.out, "shape": list(grid.shape)})
    else:
        say(f"Wrote {plural(len(images), 'picture')} to {options.out}")
    return 0


def _label(options: argparse.Namespace, model: Any) -> Any:
    """Return the class that was asked for as the model knows it."""
    if options.label is None:
        return None
    if model.classes_ is None:
        raise ValueError(f"{options.model}: the model learned without classes; leave out --label")
    for known in model.classes_.tolist():
        if str(known) == options.label:
            return known
    names = ", ".join(map(str, model.classes_.tolist()[:20]))
    raise ValueError(f"{options.model}: --label must be one of {names}, got {options.label}")


def _ways(options: argparse.Namespace, model: Any, label: Any) -> Array:
    """Return rows of pictures that lead from one new picture to another."""
    rows, rng = -(-options.n // options.columns), np.random.default_rng(options.seed)
    labels: Any = None
    if model.classes_ is not None:
        classes = model.classes_ if label is None else np.array([label])
        labels = classes[rng.integers(0, len(classes), 2 * rows)]
    ends = model.sample(2 * rows, rng, label=labels)
    ways = [
        model.interpolate(
            ends[2 * i],
            ends[2 * i + 1],
            max(options.columns, 2),
            labels=None if labels is None else labels[2 * i : 2 * i + 2],
        )
        for i in range(rows)
    ]
    return np.concatenate(ways)
