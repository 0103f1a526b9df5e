"""Looking closer at the best hits: which of them show the same object as the query."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import DecodeError
from .._validate import is_path
from ..features import find_homography, match, sift
from ..features._batch import map_ordered
from ..features._descriptor import as_gray
from ..features._verify import Verification
from ..io import imread
from ._shrinking import shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array
    from ..features import Keypoints
    from ._results import Hit

_KEYPOINTS = 1000
_SIDE = 640  # more pixels take longer and tell little more


def verified(query: Any, hits: Sequence[Hit], n: int) -> list[Hit]:
    """Put those of the first `n` hits first that show what the query shows, best matches first.

    Each gets the number of matches that agree; hits whose file is gone stay where they are.
    """
    described = _described(query)
    checked = list(hits)
    results = map_ordered(
        partial(_agreeing, described), [hit.path for hit in hits[:n]], _core.num_threads()
    )
    same = []
    for place, result in enumerate(results):
        if isinstance(result, Exception):
            if not isinstance(result, (OSError, DecodeError)):
                raise result
            continue
        n_inliers, is_same = result
        checked[place] = checked[place]._replace(n_inliers=n_inliers)
        if is_same:
            same.append(place)
    same.sort(key=lambda place: -(checked[place].n_inliers or 0))
    others = [place for place in range(len(checked)) if place not in set(same)]
    return [checked[place] for place in (*same, *others)]


def _agreeing(query: tuple[Keypoints, Array], path: str) -> tuple[int, bool]:
    """Do what `features.verify` does, the query being described already."""
    points, rows = _described(path)
    pairs, _ = match(query[1], rows, ratio=0.8, cross_check=True)
    src, dst = query[0].xy[pairs[:, 0]], points.xy[pairs[:, 1]]
    homography, inliers = find_homography(src, dst, threshold=5.0)
    found = Verification(homography, pairs, inliers, (query[0], points))
    return found.n_inliers, found.same


def _described(source: Any) -> tuple[Keypoints, Array]:
    return sift(as_gray(_small(source)), _KEYPOINTS, root=True)


def _small(source: Any) -> Array:
    """Return a picture with no more pixels than needed."""
    if is_path(source) or isinstance(source, (bytes, bytearray, memoryview)):
        image = imread(source, mode="L", min_side=_SIDE // 2)
    else:
        image = np.ascontiguousarray(
            np.asarray(source)[..., :3] if np.ndim(source) == 3 else source
        )
    return shrunk(image, _SIDE)
