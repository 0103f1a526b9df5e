"""The same of comparisons of rows."""

from __future__ import annotations

from numba import types

from .. import (
    _best_tiles,
    _compare_tiles,
    _comparing,
    _selecting,
)
from ._types import F32, I32, I64, U8, Signature, array


def similarity() -> list[Signature]:
    flag, lists = types.boolean, (array(I64, 3), array(I64, 2))
    listed: list[Signature] = []
    for dtype in (F32, types.float16, U8, types.int8):
        rows, lanes = (array(dtype, 2),) * 2, "floats" if dtype in (F32, types.float16) else "words"
        finish, sign = (flag, flag), F32 if lanes == "floats" else I32
        for shape in ("few", "many"):
            compare = getattr(_compare_tiles, f"{lanes}_of_{shape}")
            keep = getattr(_best_tiles, f"best_{lanes}_of_{shape}")
            listed.append((compare, (*rows, I64, flag, *finish, flag, array(F32, 2))))
            listed.append((keep, (*rows, I64, flag, sign, I64, I64, *lists)))
        if dtype != F32:
            name = "bytes_by_matrix" if lanes == "words" else "halves_by_matrix"
            bits = rows if lanes == "words" else (array(U8, 2),) * 2
            compare, keep = getattr(_compare_tiles, name), getattr(_best_tiles, f"best_{name}")
            listed.append((compare, (*bits, I64, flag, *finish, flag, array(F32, 2))))
            listed.append((keep, (*bits, I64, flag, sign, I64, I64, *lists)))
        listed.append((_comparing.compare_all, (*rows, I64, *finish, array(F32, 2))))
        listed.append((_comparing.keep_best, (*rows, I64, F32, I64, I64, *lists)))
        listed.append((_comparing.unit_rows, (rows[0], array(F32, 2), flag)))
    found = (array(I64, 2), array(F32, 2))
    listed.append((_selecting.merge_lists, (lists[1], I64, I64, lists[1])))
    listed.append((_selecting.sort_lists, (lists[1], flag, F32, flag, flag, *found)))
    return listed
