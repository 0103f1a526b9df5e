"""Pictures sorted into groups that nobody has named: what is in a collection, at first sight."""

from __future__ import annotations

import math
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _figure
from .._progress import Progress, reporter
from ..cluster import DBSCAN, PCA, KMeans, outlier_scores, representatives
from ..metrics import silhouette_score
from . import _clusters_page, _clusters_plot, _html
from ._about import as_recipe
from ._names import printable, reason
from ._samples import batch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .._validate import Array
    from ..features import Recipe

_CANDIDATES = (*range(2, 13), 15, 18, 22, 27)  # numbers of groups that are tried
_JUDGED = 2000  # pictures by which that number is chosen
_STARTS = 4
_FEW, _CLEARLY = 5, 0.5  # fewer groups than that say little, unless their silhouette is high
_SHOWN = 12
_NEIGHBORS = 20


class ImageGroup(NamedTuple):
    """Pictures that are alike.

    Attributes
    ----------
    label : int
        Its number: 0 is the largest group.
    size : int
    typical : list of int
        Positions in `ImageClusters.images` of up to 12 pictures, most typical first; the first is
        the group's medoid, which has the least mean distance to all of it.
    unusual : list of int
        Of those that have the greatest, most unusual first.
    folders : list of (str, int)
        In which folders its pictures are, and how many, most first; empty for images that are no
        files.
    """

    label: int
    size: int
    typical: list[int]
    unusual: list[int]
    folders: list[tuple[str, int]]


class ImageClusters:
    """What `cluster_images` found. Printed, it is a table; in a notebook, a page.

    Attributes
    ----------
    images : list
        The pictures that could be described: paths, or what was given.
    labels : ndarray of shape (n_images,), int64
        The group of each, -1 for none.
    groups : list of ImageGroup
        Largest first.
    outlier_scores : ndarray of shape (n_images,), float64
        Local outlier factors: the greater, the less a picture is like any others.
    silhouette : float
        How well the groups are apart, from -1 to 1, by up to 2,000 of their pictures; NaN with
        fewer than two groups.
    positions : ndarray of shape (n_images, 2), float32
        Coordinates along the two directions in which the vectors vary most.
    failures : list of (str, str)
        Path (or "image 3") of, and reason for, each picture that could not be described.
    """

    def __init__(
        self,
        images: list[Any],
        vectors: Array,
        labels: Array,
        failures: list[tuple[str, str]],
    ) -> None:
        self.images = images
        self.labels = _largest_first(labels)
        self.failures = failures
        self.silhouette = _silhouette(vectors, self.labels)
        self.outlier_scores = outlier_scores(vectors, "lof", k=_NEIGHBORS)
        self.positions = _positions(vectors)
        self.groups = [
            ImageGroup(
                found.label,
                found.size,
                found.typical.tolist(),
                found.unusual.tolist(),
                _folders([images[i] for i in np.flatnonzero(self.labels == found.label)]),
            )
            for found in representatives(vectors, self.labels, _SHOWN)
        ]

    def __len__(self) -> int:
        return len(self.groups)

    def members(self, label: int) -> list[Any]:
        """Return the pictures of a group; of label -1 those that are in none."""
        return [self.images[i] for i in np.flatnonzero(self.labels == label)]

    def name(self, i: int) -> str:
        """Return the path of picture i, or what to call it."""
        image = self.images[i]
        return os.fspath(image) if isinstance(image, (str, os.PathLike)) else f"image {i}"

    def most_unusual(self, n: int = 12) -> list[int]:
        """Return the positions of the pictures with the greatest outlier scores."""
        return np.argsort(-self.outlier_scores, kind="stable")[: max(0, n)].tolist()  # type: ignore[no-any-return]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, ready for `json.dumps`; an undefined silhouette is None."""
        return {
            "silhouette": None if math.isnan(self.silhouette) else self.silhouette,
            "groups": [
                {
                    "label": group.label,
                    "size": group.size,
                    "typical": [self.name(i) for i in group.typical],
                    "unusual": [self.name(i) for i in group.unusual],
                    "folders": dict(group.folders),
                }
                for group in self.groups
            ],
            "images": [
                {"path": self.name(i), "label": label, "outlier_score": score}
                for i, (label, score) in enumerate(
                    zip(self.labels.tolist(), self.outlier_scores.tolist(), strict=True)
                )
            ],
            "most_unusual": [self.name(i) for i in self.most_unusual()],
            "failures": [{"path": path, "reason": why} for path, why in self.failures],
        }

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw a row of pictures per group: the most typical ones, then the most unusual.

        Parameters
        ----------
        path : path, optional
            File to write, in the format of its suffix: .png, .svg, .pdf.

        Returns
        -------
        matplotlib.figure.Figure
            Made without pyplot: no window opens and no backend is chosen.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed: ``pip install 'imgmine[plot]'``.
        """
        figure = _clusters_plot.draw(self)
        _figure.save(figure, path)
        return figure

    def to_html(self, path: str | os.PathLike[str], *, title: str = "Groups of pictures") -> None:
        """Write one page that shows the groups, and needs nothing else.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "Groups of pictures"
            Heading of the page.
        """
        _html.write_file(path, _clusters_page.page(self, title))

    def _repr_html_(self) -> str:
        return _clusters_page.fragment(self)

    def __repr__(self) -> str:
        return f"<ImageClusters: {len(self.images)} pictures in {len(self.groups)} groups>"

    def __str__(self) -> str:
        if not self.images:
            return "no pictures"
        lines = ["group  pictures  most typical"]
        lines += [
            f"{group.label + 1:5}  {group.size:8}  {printable(self.name(group.typical[0]))}"
            for group in self.groups
        ]
        alone = int((self.labels < 0).sum())
        if alone:
            lines.append(f" none  {alone:8}  ")
        return "\n".join(line.rstrip() for line in lines)


def cluster_images(
    images: Any,
    n_clusters: int | None = None,
    *,
    eps: float | None = None,
    min_samples: int = 5,
    recipe: Recipe | str = "balanced",
    n_jobs: int | None = None,
    progress: Progress = False,
    random_state: int | None = None,
) -> ImageClusters:
    """Sort pictures into groups of alike ones, without being told any.

    Pictures are described by `recipe`, the vectors scaled to length 1, and grouped by k-means, or
    with `eps` by density.

    Parameters
    ----------
    images : path, list or array
        A folder (with those in it), paths, bytes or images, or an array of shape (n, H, W[, C]).
    n_clusters : int, optional
        How many groups. Default: of 5 to 27 the number whose groups are farthest apart, by the
        silhouette of up to 2,000 pictures; fewer where these are clearly apart (above 0.5).
    eps : float, optional
        Group by density instead (`imgmine.cluster.DBSCAN`): pictures belong together that are
        connected by steps of at most this distance, from 0 to 2; the others are in no group.
    min_samples : int, default 5
        How many pictures within `eps` make a place dense.
    recipe : Recipe or str, default "balanced"
    n_jobs : int, optional
        Threads that read pictures; default: all the process may use.
    progress : bool or callable ``(done, total)``, default False
    random_state : int, optional
        Seed of k-means, >= 0; None is 0.

    Returns
    -------
    ImageClusters

    Raises
    ------
    ValueError
        If no picture can be described, there are fewer than `n_clusters`, both `n_clusters` and
        `eps` are given, or a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> dark = rng.integers(0, 120, (20, 32, 32, 3), np.uint8)
    >>> light = rng.integers(100, 256, (10, 32, 32, 3), np.uint8)
    >>> found = im.collection.cluster_images(np.concatenate([dark, light]), 2)
    >>> [group.size for group in found.groups]
    [20, 10]
    >>> found.labels[:22].tolist()
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]
    """
    if n_clusters is not None and eps is not None:
        raise ValueError(f"n_clusters or eps must be None, got {n_clusters} and {eps}")
    sources = batch(images)
    kept, vectors, failures = _described(as_recipe(recipe), sources, n_jobs, progress)
    if not kept:
        raise ValueError(
            f"images must hold a picture that can be read, got {len(sources)} that cannot"
            if sources
            else "images must hold a picture, got none"
        )
    if eps is not None:
        labels = DBSCAN(eps, min_samples).fit(vectors).labels_
    else:
        count = _number_of_groups(vectors, random_state) if n_clusters is None else n_clusters
        labels = _k_means(vectors, count, random_state)
    return ImageClusters([sources[i] for i in kept], vectors, labels, failures)


def _described(
    recipe: Recipe, sources: list[Any], n_jobs: int | None, progress: Progress
) -> tuple[list[int], Array, list[tuple[str, str]]]:
    """Return which pictures could be described, their vectors of length 1, and the failures."""
    kept: list[int] = []
    failures: list[tuple[str, str]] = []
    vectors = np.empty((len(sources), recipe.size), np.float32)
    report = reporter(progress)
    for i, result in enumerate(recipe.iterate(sources, n_jobs)):
        if not isinstance(result, Exception):
            vectors[len(kept)] = result / max(float(np.linalg.norm(result)), 1e-12)
            kept.append(i)
        elif isinstance(result, (OSError, ValueError, MemoryError)):
            is_path = isinstance(sources[i], (str, os.PathLike))
            name = os.fspath(sources[i]) if is_path else f"image {i}"
            failures.append((name, reason(result, name)))
        else:
            raise result
        report(i + 1, len(sources))
    return kept, vectors[: len(kept)], failures


def _k_means(vectors: Array, n_clusters: int, random_state: int | None) -> Array:
    """Return the labels of the best of a few starts."""
    seed = 0 if random_state is None else random_state
    models = (
        KMeans(n_clusters, random_state=seed + i).fit(vectors)
        for i in range(1 if n_clusters == 1 else _STARTS)
    )
    labels: Array = min(models, key=lambda model: model.inertia_).labels_
    return labels


def _number_of_groups(vectors: Array, random_state: int | None) -> int:
    chosen = np.random.default_rng(0).permutation(len(vectors))[:_JUDGED]
    some = vectors[np.sort(chosen)]
    scores = {1: 0.0}
    for count in _CANDIDATES:
        if count < len(some):
            score = _silhouette(some, _k_means(some, count, random_state))
            scores[count] = -1.0 if math.isnan(score) else score
    telling = {n: score for n, score in scores.items() if n >= _FEW or score > _CLEARLY}
    return max(telling or scores, key=scores.__getitem__)


def _silhouette(vectors: Array, labels: Array) -> float:
    inside = np.flatnonzero(labels >= 0)
    if len(inside) > _JUDGED:
        inside = np.sort(np.random.default_rng(0).permutation(inside)[:_JUDGED])
    if not 2 <= len(np.unique(labels[inside])) < len(inside):
        return float("nan")
    return silhouette_score(vectors[inside], labels[inside])


def _largest_first(labels: Array) -> Array:
    """Return labels in the order of the groups' sizes, then first pictures; noise stays -1."""
    names, first, codes, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -counts, names < 0))
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    place[names < 0] = -1
    ordered: Array = place[codes]
    return ordered


def _positions(vectors: Array) -> Array:
    if min(vectors.shape) < 2:
        return np.zeros((len(vectors), 2), np.float32)
    return PCA(2).fit_transform(vectors)


def _folders(images: list[Any]) -> list[tuple[str, int]]:
    paths = [Path(image) for image in images if isinstance(image, (str, os.PathLike))]
    return Counter(path.parent.name for path in paths).most_common()
