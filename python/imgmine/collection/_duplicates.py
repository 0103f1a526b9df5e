"""Duplicates among pictures: files with the same bytes, the same pixels, or altered copies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .. import _core
from .._progress import Progress, reporter
from .._validate import as_bool, as_float, as_int, as_jobs, as_name
from ..features import Fingerprint
from ..features._batch import map_ordered
from ._duplicates_files import DuplicateFile, listed, same_bytes, size_of_picture
from ._duplicates_near import (
    LIKELY,
    SURE,
    Prints,
    read_prints,
    same_pixels,
    same_pixels_classes,
    same_scene,
)
from ._duplicates_result import KINDS, DuplicateGroup, Duplicates, Key, keep_best

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

THRESHOLD = 0.92
EQUAL = 0.99  # a score from which pixels may be equal


def find_duplicates(
    images: Any,
    *,
    kind: str = "near",
    threshold: float = THRESHOLD,
    radius: int | None = None,
    verify: bool = True,
    key: Key | None = None,
    n_jobs: int | None = None,
    progress: Progress = False,
) -> Duplicates:
    """Find the files that show the same picture.

    Parameters
    ----------
    images : path or iterable of paths
        A folder, which is searched with all below it, or files and folders. Trash folders in it
        are left out.
    kind : {"near", "pixels", "bytes"}, default "near"
        "bytes" finds files that are equal; "pixels" also those that decode to the same pixels,
        whatever their format; "near" also copies that were recompressed, resized, blurred,
        brightened, cropped by some per cent, mirrored or turned.
    threshold : float, default 0.92
        Least score of a near copy: see `imgmine.features.same_picture`.
    radius : int, optional
        Pictures whose hashes differ in more bits, of 64, are not compared further. Default: 22 for
        up to 10,000 pictures, 16 for up to 200,000, 10 for more, where chance would bring too many
        together; 10 still finds all alterations but most crops.
    verify : bool, default True
        Whether near copies whose score is below 0.995 must also agree on a geometric transform of
        their keypoints, as `imgmine.features.verify` finds it; pictures that have too few of them
        (small or smooth ones) need a score of 0.97.
    key : callable, optional
        Takes a `DuplicateFile`; the one with the greatest result is kept. Default: `keep_best`.
    n_jobs : int, optional
        Threads that read pictures; default: all the process may use.
    progress : bool or callable ``(done, total)``, default False

    Returns
    -------
    Duplicates
        A sequence of `DuplicateGroup`, each with the file to keep and those that can go. Every
        file of a group matches the one to keep by itself, not just through others.

    Raises
    ------
    FileNotFoundError
        If `images` is a path that does not exist.
    TypeError, ValueError
        If an argument is of the wrong kind or out of range.

    Notes
    -----
    Exact copies are found by length and checksum, and read only where another file has the same
    length. Each other file is decoded once, large JPEGs at a smaller scale, and takes 1.1 kB of
    memory from then on; near hashes are found without comparing each with each
    (`imgmine.features.hash_clusters`). Pictures of one even color count as duplicates only where
    their pixels are equal.

    The result depends on nothing but the files: not on threads, not on the CPU.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    >>> image = im.filters.gaussian_blur(noise, 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     im.io.imwrite(Path(folder, "a.png"), image)
    ...     im.io.imwrite(Path(folder, "mirrored.jpg"), image[:, ::-1])
    ...     im.io.imwrite(Path(folder, "other.jpg"), image[::-1, :, ::-1] // 2 + image.T.max())
    ...     found = im.find_duplicates(folder)
    >>> [[path.name for path in group.paths] for group in found]
    [['a.png', 'mirrored.jpg']]
    """
    if as_name(kind, "kind") not in KINDS:
        raise ValueError(f"kind must be {' or '.join(map(repr, KINDS))}, got {kind!r}")
    options = _as_options(threshold, radius, verify, key, n_jobs)
    report = reporter(progress)
    found = listed(images)
    total = len(found.files)
    steps = total if kind == "bytes" else 2 * total
    classes = same_bytes(found.files, found.failures, lambda done: report(done, steps))
    firsts = [found.files[members[0]].path for members in classes]

    def tell(done: int) -> None:
        report(steps if done == len(firsts) else total + done, steps)

    if kind == "near":
        prints = read_prints(firsts, options.jobs, found.failures, tell)
        sets = _near_sets(prints, firsts, found.failures, options)
        alone = [i for i in range(len(firsts)) if prints.known[i]]
    elif kind == "pixels":
        named = same_pixels_classes(range(len(firsts)), firsts, options.jobs, found.failures, tell)
        sets = [(members, None) for members in named]
        failed = {path for path, _ in found.failures}
        alone = [i for i, path in enumerate(firsts) if str(path) not in failed]
    else:
        sets, alone = [], list(range(len(firsts)))
    used = {i for members, _ in sets for i in members}
    sets += [([i], None) for i in alone if i not in used and len(classes[i]) > 1]
    files = [[found.files[i] for i in members] for members in classes]
    groups = _groups(files, sets, options)
    return Duplicates(groups, total, sorted(found.failures), found.root)


def groups_of(
    paths: Iterable[Any],
    fingerprints: Iterable[Fingerprint],
    *,
    threshold: float = THRESHOLD,
    radius: int | None = None,
    verify: bool = True,
    key: Key | None = None,
    n_jobs: int | None = None,
) -> tuple[DuplicateGroup, ...]:
    """Find the duplicates among pictures whose fingerprints are known already.

    Parameters
    ----------
    paths : iterable of paths
        Files; those that are gone are left out.
    fingerprints : iterable of Fingerprint
        One for each.
    threshold : float, default 0.92
        This and the others: as in `find_duplicates`.
    radius : int, optional
    verify : bool, default True
    key : callable, optional
    n_jobs : int, optional

    Returns
    -------
    tuple of DuplicateGroup
        With kinds "pixels" and "near"; files are read only where these have to be told apart, and
        for their size.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or out of range, or there are not as many fingerprints
        as paths.

    Examples
    --------
    >>> import imgmine as im
    >>> im.collection.groups_of([], [])
    ()
    """
    options = _as_options(threshold, radius, verify, key, n_jobs)
    files, known = [], []
    for path, print_ in zip(paths, fingerprints, strict=True):
        if not isinstance(print_, Fingerprint):
            raise TypeError(f"fingerprints must be Fingerprints, got {type(print_).__name__}")
        found = listed([path]).files
        if found:
            files.append(found)
            known.append(print_)
    prints = Prints.of(known, len(known))
    sets = _near_sets(prints, [file.path for (file,) in files], [], options)
    return _groups(files, sets, options)


@dataclass(frozen=True)
class _Options:
    threshold: float
    radius: int | None
    verify: bool
    key: Key
    jobs: int


def _as_options(
    threshold: float, radius: int | None, verify: bool, key: Key | None, n_jobs: int | None
) -> _Options:
    least = as_float(threshold, "threshold")
    if not 0 < least <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, got {threshold}")
    bits = None if radius is None else as_int(radius, "radius")
    if bits is not None and not 0 <= bits <= 64:
        raise ValueError(f"radius must be from 0 to 64, got {radius}")
    if key is not None and not callable(key):
        raise TypeError(f"key must be callable, got {type(key).__name__}")
    jobs = as_jobs(n_jobs, _core.num_threads())
    return _Options(least, bits, as_bool(verify, "verify"), key or keep_best, jobs)


# Files that may be the same picture, by their places, and what tells; None where they are.
_Set = tuple[list[int], Prints | None]


def _near_sets(
    prints: Prints, paths: list[Path], failures: list[tuple[str, str]], options: _Options
) -> list[_Set]:
    sets: list[_Set] = [
        (members, prints) for members in prints.clusters(options.threshold, options.radius)
    ]
    plain = prints.plain().nonzero()[0].tolist()
    same = same_pixels_classes(plain, paths, options.jobs, failures, lambda done: None)
    return sets + [(members, None) for members in same]


def _groups(
    classes: list[list[DuplicateFile]], sets: list[_Set], options: _Options
) -> tuple[DuplicateGroup, ...]:
    """Make groups of classes of equal files: of each set those that match the best one, and so on.

    In the calling thread only `key` is called, the work on files is shared.
    """
    used = [i for members, _ in sets for i in members]
    sizes = map_ordered(lambda i: size_of_picture(classes[i][0].path), used, options.jobs)
    ordered: dict[int, list[DuplicateFile]] = {}
    for i, size in zip(used, sizes, strict=True):
        if isinstance(size, Exception):
            raise size
        sized = [replace(file, width=size[0], height=size[1]) for file in classes[i]]
        ordered[i] = sorted(sized, key=options.key, reverse=True)
    ranked = [
        (sorted(members, key=lambda i: options.key(ordered[i][0]), reverse=True), prints)
        for members, prints in sets
    ]
    groups: list[DuplicateGroup] = []
    for found in map_ordered(
        lambda one: _split(ordered, one[0], one[1], options), ranked, options.jobs
    ):
        if isinstance(found, Exception):
            raise found
        groups += found
    return tuple(sorted(groups, key=lambda group: group.best))


def _split(
    classes: dict[int, list[DuplicateFile]],
    ranked: list[int],
    prints: Prints | None,
    options: _Options,
) -> list[DuplicateGroup]:
    groups = []
    while ranked:
        best, others = ranked[0], ranked[1:]
        matches = _matches(classes, best, others, prints, options)
        found = [(file, "bytes", 1.0) for file in classes[best]]
        for i, (kind, score) in matches.items():
            found += [(file, kind, score) for file in classes[i]]
        if len(found) > 1:
            files, kinds, scores = zip(*found, strict=True)
            groups.append(DuplicateGroup(files, kinds, scores))
        ranked = [i for i in others if i not in matches]
    return groups


def _matches(
    classes: dict[int, list[DuplicateFile]],
    best: int,
    others: list[int],
    prints: Prints | None,
    options: _Options,
) -> dict[int, tuple[str, float]]:
    """Return which of other pictures are the same as the best, how, and how well they match."""
    if prints is None:
        return dict.fromkeys(others, ("pixels", 1.0))
    matches = {}
    scores = prints.scores(best, others)
    kept = classes[best][0]
    for i in sorted(others, key=lambda i: -scores[i]):
        score, file = min(scores[i], 1.0), classes[i][0]
        if score < options.threshold:
            break
        equal = score > EQUAL and file.area == kept.area
        if equal and same_pixels(kept.path, file.path):
            matches[i] = ("pixels", 1.0)
        elif not options.verify or _confirmed(kept.path, file.path, prints.form(best, i), score):
            matches[i] = ("near", score)
    return matches


def _confirmed(kept: Path, other: Path, form: int, score: float) -> bool:
    if score >= SURE:
        return True
    same = same_scene(kept, other, form)
    return score >= LIKELY if same is None else same
