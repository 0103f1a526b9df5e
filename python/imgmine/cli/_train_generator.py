"""What ``imgmine train --autoencoder`` and ``--vae`` do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..generate import VAE, Autoencoder
from ._cnn import read_pictures
from ._generator_options import check
from ._options import show_progress
from ._output import failures_json, plural, print_json, report_failures, say
from ._pictures import pictures

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from .._validate import Array


def run(options: argparse.Namespace) -> int:
    """Learn, judge, learn from all, save."""
    check(options)
    paths = pictures([options.folder])
    shape = (options.size, options.size, 1 if options.gray else 3)
    kept, images, failures = read_pictures(paths, shape, options.jobs, show_progress(options))
    report_failures(failures)
    images = images[..., 0] if options.gray else images
    labels = _labels(options, [paths[i] for i in kept])
    if len(images) < 2:
        raise ValueError(f"{options.folder}: must have at least two readable pictures")
    train, test = _parts(options, len(images))
    model = _model(options)
    model.fit(images[train], _of(labels, train), progress=show_progress(options))
    error, guess = _judge(model, images, labels, test), _guess(images, train, test)
    if not options.no_refit:
        model.fit(images, labels, progress=show_progress(options))
    model.save(options.out)
    facts = {
        "model": options.out,
        "type": type(model).__name__,
        "train": len(train),
        "test": len(test),
        "refit": not options.no_refit,
        "error": error,
        "error_of_mean": guess,
        "size": options.size,
        "classes": None if model.classes_ is None else model.classes_.tolist(),
    }
    if options.json:
        print_json({**facts, "failures": failures_json(failures)})
    else:
        _print(facts, len(images))
    return 0


def _model(options: argparse.Namespace) -> Any:
    settings: dict[str, Any] = {
        "noise": options.noise,
        "epochs": options.epochs,
        "batch_size": 32,
        "random_state": options.seed,
    }
    if not options.vae:
        return Autoencoder(options.code_size, **settings)
    if options.beta is not None:
        settings["beta"] = options.beta
    return VAE(options.code_size, **settings)


def _labels(options: argparse.Namespace, paths: list[Path]) -> Array | None:
    if not options.labels_from_folders:
        return None
    return np.array([path.parent.name for path in paths])


def _parts(options: argparse.Namespace, n: int) -> tuple[Array, Array]:
    """Return the pictures to learn from and to judge by, at least one each."""
    order = np.random.default_rng(options.seed).permutation(n)
    count = min(max(round(options.test_size * n), 1), n - 1)
    return np.sort(order[count:]), np.sort(order[:count])


def _judge(model: Any, images: Array, labels: Array | None, test: Array) -> float:
    """Return the error on pictures set aside, of classes that were learned from."""
    known = test if labels is None else test[np.isin(labels[test], model.classes_)]
    return float(model.score(images[known], _of(labels, known)))


def _guess(images: Array, train: Array, test: Array) -> float:
    """Return the error of the mean picture."""
    mean = images[train].mean(axis=0) / 255
    return float(((images[test] / 255.0 - mean) ** 2).mean())


def _of(labels: Array | None, rows: Array) -> Array | None:
    return None if labels is None else labels[rows]


def _print(facts: dict[str, Any], n: int) -> None:
    count = n if facts["refit"] else facts["train"]
    say(
        f"{plural(facts['train'], 'picture')} to learn from, {facts['test']:,} to judge by\n"
        f"Mean squared error of their reconstructions, of 0 to 1: {facts['error']:.5f}; of the "
        f"mean picture: {facts['error_of_mean']:.5f}\n"
        f"Saved the model, which learned from {plural(count, 'picture')}, as {facts['model']}"
    )
