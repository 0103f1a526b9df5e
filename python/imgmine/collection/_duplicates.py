"""Duplicates among pictures: files with the same bytes, the same pixels, or altered copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .. import _core
from .._progress import Progress, reporter
from .._validate import as_bool, as_float, as_int, as_jobs, as_name
from ..features import Fingerprint
from ..features._batch import map_ordered
from . import _duplicates_page, _html, _trash
from ._duplicates_files import DuplicateFile, listed, same_bytes, size_of_picture
from ._duplicates_near import (
    SURE,
    Prints,
    read_prints,
    same_pixels,
    same_pixels_classes,
    same_scene,
)
from ._names import printable

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

KINDS = ("bytes", "pixels", "near")
THRESHOLD = 0.92
EQUAL = 0.99  # a score from which pixels may be equal

Key = Callable[[DuplicateFile], Any]


def keep_best(file: DuplicateFile) -> tuple[int, int, int, int]:
    """Say how much a file is worth keeping: the `key` of `find_duplicates` unless another is given.

    Parameters
    ----------
    file : DuplicateFile

    Returns
    -------
    tuple
        The greatest is kept: the picture of the largest area; of these the largest file, which is
        the least compressed; then the oldest; then the one with the shortest path. What is equal
        in all is kept in the order of paths.

    Examples
    --------
    >>> from pathlib import Path
    >>> import imgmine as im
    >>> large = im.collection.DuplicateFile(Path("a.jpg"), 900, 0, 40, 30)
    >>> small = im.collection.DuplicateFile(Path("b.jpg"), 990, 0, 20, 15)
    >>> max([small, large], key=im.collection.keep_best).path.name
    'a.jpg'
    """
    return file.area, file.size, -file.mtime_ns, -len(str(file.path))


@dataclass(frozen=True)
class DuplicateGroup:
    """Files that show one picture, the one to keep first.

    Attributes
    ----------
    files : tuple of DuplicateFile
    kinds : tuple of str
        How each is the same as the first: "bytes", "pixels" or "near".
    scores : tuple of float
        How well each matches the first: the correlation of `imgmine.features.same_picture`; 1 where
        the bytes or pixels are equal.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.png", "copy of a.png"):
    ...         im.io.imwrite(Path(folder, name), np.eye(40, dtype=np.uint8) * 255)
    ...     group = im.find_duplicates(folder)[0]
    >>> group.kind, group.best.name, [path.name for path in group.others]
    ('bytes', 'a.png', ['copy of a.png'])
    """

    files: tuple[DuplicateFile, ...]
    kinds: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def kind(self) -> str:
        """The weakest of `kinds`."""
        return max(self.kinds, key=KINDS.index)

    @property
    def paths(self) -> list[Path]:
        """Paths of all files, the one to keep first."""
        return [file.path for file in self.files]

    @property
    def best(self) -> Path:
        """The file to keep."""
        return self.files[0].path

    @property
    def others(self) -> list[Path]:
        """The files that can go."""
        return self.paths[1:]

    @property
    def excess(self) -> int:
        """Bytes of the files that can go."""
        return sum(file.size for file in self.files[1:])

    def to_dict(self) -> dict[str, Any]:
        """Return the group as plain data, as for JSON."""
        files = [
            {
                "path": str(file.path),
                "kind": kind,
                "score": score,
                "size": file.size,
                "width": file.width,
                "height": file.height,
                "links": [str(link) for link in file.links],
            }
            for file, kind, score in zip(self.files, self.kinds, self.scores, strict=True)
        ]
        return {"kind": self.kind, "best": str(self.best), "files": files}


@dataclass(frozen=True)
class Duplicates(Sequence[DuplicateGroup]):
    """What `find_duplicates` found: a sequence of groups, in the order of what is kept.

    Attributes
    ----------
    groups : tuple of DuplicateGroup
    n_files : int
        Files that were looked at; names of one file count once.
    failures : list of (path, reason)
        What could not be read.
    root : pathlib.Path or None
        The folder that all files are in.

    Examples
    --------
    >>> import tempfile
    >>> import imgmine as im
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(im.find_duplicates(folder))
    no duplicates among 0 files
    """

    groups: tuple[DuplicateGroup, ...]
    n_files: int
    failures: list[tuple[str, str]]
    root: Path | None = None

    def __len__(self) -> int:
        return len(self.groups)

    @overload
    def __getitem__(self, index: int) -> DuplicateGroup: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[DuplicateGroup, ...]: ...
    def __getitem__(self, index: int | slice) -> DuplicateGroup | tuple[DuplicateGroup, ...]:
        return self.groups[index]

    @property
    def excess(self) -> int:
        """Bytes of all files that can go."""
        return sum(group.excess for group in self.groups)

    def name(self, path: Path) -> str:
        """Return a file's path as it is printed: from the folder that all are in."""
        if self.root is not None and self.root in path.parents:
            return printable(path.relative_to(self.root))
        return printable(path)

    def __str__(self) -> str:
        if not self.groups:
            return f"no duplicates among {_plural(self.n_files, 'file')}"
        lines = []
        for group in self.groups:
            lines.append(f"{group.kind:6}        {self.name(group.best)}")
            for file, kind, score in list(zip(group.files, group.kinds, group.scores, strict=True))[
                1:
            ]:
                how = f"{score:.3f}" if kind == "near" else ""
                lines.append(f"  {kind:6} {how:5} {self.name(file.path)}")
        n_others = sum(len(group.files) - 1 for group in self.groups)
        lines.append(
            f"{_plural(n_others, 'duplicate')} in {_plural(len(self.groups), 'group')} among "
            f"{_plural(self.n_files, 'file')}: {_duplicates_page.bytes_text(self.excess)}"
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Duplicates: {len(self.groups)} groups among {self.n_files} files>"

    def _repr_html_(self) -> str:
        return _duplicates_page.fragment(self)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, as for JSON."""
        return {
            "groups": [group.to_dict() for group in self.groups],
            "n_files": self.n_files,
            "excess_bytes": self.excess,
            "failures": [{"path": path, "reason": why} for path, why in self.failures],
        }

    def to_html(self, path: str | os.PathLike[str], *, title: str = "Duplicates") -> None:
        """Write one page that shows the groups side by side, and needs nothing else.

        Parameters
        ----------
        path : path
            File to write; a reader finds the old one or the whole new one.
        title : str, default "Duplicates"
            Heading of the page.
        """
        _html.write_file(path, _duplicates_page.page(self, title))

    def move_to_trash(self, folder: str | os.PathLike[str]) -> _trash.TrashReport:
        """Move all files but the first of each group to a folder. Nothing is deleted.

        Parameters
        ----------
        folder : path
            Made where it does not exist; on the same file system moving is a matter of names.
            Files keep their path from `root` on. A log in it says where each came from:
            `restore_from_trash` puts them back.

        Returns
        -------
        TrashReport
            What was moved, and what was left: files that have changed since they were looked at,
            files with other names (links), and those of which nothing would be left.

        Raises
        ------
        ValueError
            If `folder` is `root`.
        OSError
            If the folder cannot be written.
        """
        pairs = ((file, group.best) for group in self.groups for file in group.files[1:])
        return _trash.move(pairs, folder, self.root or Path.cwd())


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
        up to 20,000 pictures, 16 for up to 200,000, 10 for more, where chance would bring too many
        together; 10 still finds all alterations but most crops.
    verify : bool, default True
        Whether near copies whose score is below 0.97 must also agree on a geometric transform of
        their keypoints, as `imgmine.features.verify` finds it.
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
        elif (
            score >= SURE
            or not options.verify
            or same_scene(kept.path, file.path, prints.form(best, i))
        ):
            matches[i] = ("near", score)
    return matches


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
