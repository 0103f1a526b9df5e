"""Measure how good a classifier or a catalogue is, on labeled pictures.

A classifier, or a network that tells classes of pictures apart, is given a folder with a folder for
each class, of pictures it has not learned from.
A catalogue searches with each of its own labeled pictures for the others of the same label.
Pictures that cannot be read are listed on standard error and left out; the exit status stays 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..collection import ImageClassifier, Report
from ..collection._samples import labeled_samples
from ._cnn import is_network, load_network, read_pictures
from ._labels import read_labels
from ._options import WrongUse, add_jobs, add_using, show_progress
from ._output import failures_json, print_json, report_failures, say
from ._pictures import open_catalogue

if TYPE_CHECKING:
    import argparse

    from ..collection import RetrievalReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "what",
        metavar="MODEL|CATALOGUE",
        help="a classifier or a network, or a catalogue or the folder of pictures it is in",
    )
    parser.add_argument(
        "folder", nargs="?", metavar="DIR", help="for a model: a folder of labeled pictures"
    )
    parser.add_argument(
        "--labels-from-folders",
        action="store_true",
        help="for a catalogue: let folders' names be the labels, not those it holds",
    )
    parser.add_argument(
        "--labels",
        metavar="FILE",
        help="for a catalogue: take labels from a file, JSON {path: label} or CSV path,label; "
        "paths may be relative to the file",
    )
    parser.add_argument("--html", "--out", metavar="PAGE.html", help="write the report as a page")
    add_using(parser)
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    failures: list[tuple[str, str]] = []
    report: Report | RetrievalReport
    if Path(options.what).is_dir():
        report = _catalogue(options)
    else:
        report, failures = _classifier(options)
    report_failures(failures)
    if options.html is not None:
        report.to_html(options.html)
    if options.json:
        print_json({**report.to_dict(), "failures": failures_json(failures)})
    else:
        say(str(report))
    return 0


def _catalogue(options: argparse.Namespace) -> RetrievalReport:
    if options.folder is not None:
        raise WrongUse("a catalogue is measured on its own pictures: leave out DIR")
    if options.labels_from_folders and options.labels is not None:
        raise WrongUse("--labels and --labels-from-folders do not go together")
    labels: str | dict[str, str | int] | None = None
    if options.labels is not None:
        labels = read_labels(options.labels)
    elif options.labels_from_folders:
        labels = "folder"
    with open_catalogue(options.what) as index:
        return (index if options.using is None else index.using(options.using)).evaluate(labels)


def _classifier(options: argparse.Namespace) -> tuple[Report, list[tuple[str, str]]]:
    if options.labels_from_folders or options.labels is not None:
        raise WrongUse("a classifier always takes labels from folders: leave out the option")
    classifier = None if is_network(options.what) else ImageClassifier.load(options.what)
    if options.folder is None:
        raise WrongUse("a classifier needs pictures to be measured on: give DIR")
    if classifier is None:
        return _network(options)
    report = classifier.evaluate(
        options.folder, n_jobs=options.jobs, progress=show_progress(options)
    )
    return report, classifier.failures_


def _network(options: argparse.Namespace) -> tuple[Report, list[tuple[str, str]]]:
    network = load_network(options.what)
    samples = labeled_samples(options.folder, None)
    kept, images, failures = read_pictures(
        samples.sources, network.input_shapes[0], options.jobs, show_progress(options)
    )
    if not kept:
        raise ValueError(f"{options.folder}: there is no picture that can be read")
    classes = np.asarray(network.classes_).astype(str)  # folders' names are texts, too
    scores = network.predict(images).astype(np.float64)
    report = Report(
        classes,
        np.asarray(samples.labels[kept]).astype(str),
        network.predict_labels(images).astype(str),
        scores if scores.shape[1] == len(classes) else None,
        [str(samples.sources[i]) for i in kept],
    )
    return report, failures
