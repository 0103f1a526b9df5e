from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._errors import FormatError
from .._files import replace_file
from .._validate import UINT8, Array, as_int, as_rows
from ._arguments import as_ids
from ._neighbors import Neighbors, RadiusNeighbors

if TYPE_CHECKING:
    import os

    import numpy.typing as npt

_KIND = "hash index"


class HashIndex:
    """Hashes of 64 to 256 bits, found by the number of bits that differ. Exact.

    Any number of threads may search while one adds or removes; a search sees all of an addition or
    nothing of it. For a radius small enough that a hash within it must agree with the query in some
    16 bits but for one (below ``2 * (bits // 16)``), an index of many hashes looks them up in
    tables by each 16 bits where that is less work than comparing all [1]_. The tables are made by
    the first search that wants them and take ``bits / 4`` bytes a hash beside the index's own
    ``bits / 8 + 40``.

    Parameters
    ----------
    bits : int
        Of each hash: a multiple of 8 from 64 to 256.

    References
    ----------
    .. [1] M. Norouzi, A. Punjani, D. J. Fleet, "Fast search in Hamming space with multi-index
       hashing", CVPR 2012, doi:10.1109/CVPR.2012.6248043.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> index = im.search.HashIndex(64)
    >>> index.add(np.array([[0] * 8, [255] * 8, [0] * 7 + [3]], np.uint8))
    array([0, 1, 2])
    >>> ids, distances, counts = index.search(np.zeros((1, 8), np.uint8), k=2)
    >>> ids, distances
    (array([[0, 2]]), array([[0., 2.]], dtype=float32))
    """

    def __init__(self, bits: int) -> None:
        self._bits = as_int(bits, "bits")
        self._core = _core.search.HashIndex(self._bits)

    @property
    def bits(self) -> int:
        """Of each hash."""
        return self._bits

    def __len__(self) -> int:
        return self._core.size()

    def __repr__(self) -> str:
        return f"HashIndex(bits={self._bits})"

    def add(self, hashes: npt.ArrayLike, ids: npt.ArrayLike | None = None) -> Array:
        """Add hashes; all of them or, if an argument is wrong, none.

        Parameters
        ----------
        hashes : array_like of shape (n, bits / 8), uint8
            Eight bits a byte, as `imgmine.features.phash` and others give them.
        ids : array_like of shape (n,), whole numbers, optional
            What searches call them: not negative, each new to the index. Default: go on from the
            largest id so far.

        Returns
        -------
        ndarray of shape (n,), int64
            The ids.

        Raises
        ------
        TypeError
            If a dtype is another.
        ValueError
            If a shape is another, or an id negative, given twice or there already.
        """
        rows = as_rows(hashes, "hashes", (UINT8,))
        wanted = None if ids is None else as_ids(ids)
        if wanted is not None and len(wanted) != len(rows):
            raise ValueError(f"ids must be as many as hashes, got {len(wanted)} and {len(rows)}")
        return self._core.add(rows, wanted)

    def remove(self, ids: npt.ArrayLike) -> None:
        """Remove hashes by their ids; all of them or, if one is not there, none.

        Parameters
        ----------
        ids : array_like of shape (n,), whole numbers, or one of them

        Raises
        ------
        TypeError
            If ids are not whole numbers.
        ValueError
            If an id is not in the index.
        """
        self._core.remove(as_ids(ids))

    def search(self, queries: npt.ArrayLike, k: int) -> Neighbors:
        """Find the `k` hashes that differ least from each query.

        Parameters
        ----------
        queries : array_like of shape (n, bits / 8) or (bits / 8,), uint8
        k : int
            How many to find, >= 0.

        Returns
        -------
        Neighbors
            `ids` and `distances` (bits that differ), nearest first and equally near ones by id.

        Raises
        ------
        TypeError
            If a dtype is another.
        ValueError
            If a shape is another or `k` negative.
        """
        rows, one = self._as_queries(queries)
        found = self._core.search(rows, as_int(k, "k"))
        return Neighbors(*(array[0] for array in found)) if one else Neighbors(*found)

    def range_search(self, queries: npt.ArrayLike, radius: int) -> RadiusNeighbors:
        """Find all hashes that differ from each query in at most `radius` bits.

        Parameters
        ----------
        queries : array_like of shape (n, bits / 8) or (bits / 8,), uint8
        radius : int
            Bits, >= 0.

        Returns
        -------
        RadiusNeighbors
            Those of query i are ``ids[offsets[i]:offsets[i + 1]]``, nearest first and equally near
            ones by id.

        Raises
        ------
        TypeError
            If a dtype is another.
        ValueError
            If a shape is another or `radius` negative.
        """
        rows, _ = self._as_queries(queries)
        return RadiusNeighbors(*self._core.radius(rows, as_int(radius, "radius")))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the index to a file, which is replaced in one step.

        Parameters
        ----------
        path : str or path
        """
        hashes, ids = self._core.contents()
        replace_file(path, _core.container.make(_KIND, {"hashes": hashes, "ids": ids}), sync=True)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> HashIndex:
        """Read an index that `save` wrote.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        HashIndex

        Raises
        ------
        FormatError
            If the file is damaged or no hash index.
        """
        arrays = _core.container.parse(Path(path).read_bytes(), _KIND)
        hashes, ids = arrays.get("hashes"), arrays.get("ids")
        if (
            arrays.keys() != {"hashes", "ids"}
            or hashes is None
            or ids is None
            or hashes.dtype != UINT8
            or ids.dtype != np.int64
            or (hashes.ndim, ids.ndim) != (2, 1)
            or len(hashes) != len(ids)
            or hashes.shape[1] > 256
        ):
            raise FormatError(f"{path} must hold hashes and their ids")
        try:
            index = cls(8 * hashes.shape[1])
            index.add(hashes, ids)
        except ValueError as error:
            raise FormatError(f"{path}: {error}") from error
        return index

    def _as_queries(self, queries: npt.ArrayLike) -> tuple[Array, bool]:
        """Return one query as a list of one, and whether it was."""
        array = np.asarray(queries) if not isinstance(queries, np.ndarray) else queries
        one = array.ndim == 1
        return as_rows(array[np.newaxis] if one else queries, "queries", (UINT8,)), one
