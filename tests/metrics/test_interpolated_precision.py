import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import interpolated_precision


def by_definition(relevant, levels):
    total, curve = sum(relevant), []
    for i in range(levels):
        best = 0
        for place in range(1, len(relevant) + 1):
            found = sum(relevant[:place])
            if found and found * (levels - 1) >= i * total:
                best = max(best, found / place)
        curve.append(best)
    return curve


lists = st.lists(st.lists(st.booleans(), max_size=12), min_size=1, max_size=5)


@given(lists, st.integers(2, 12))
def test_by_definition(relevance, levels):
    expected = [by_definition(row, levels) if any(row) else [0] * levels for row in relevance]
    found = interpolated_precision([np.array(row, bool) for row in relevance], levels, average=None)
    np.testing.assert_allclose(found, expected)
    rows = [np.array(row, bool) for row in relevance]
    np.testing.assert_allclose(interpolated_precision(rows, levels), np.mean(expected, axis=0))


def test_queries_without_anything_to_find():
    assert interpolated_precision([[0, 0], [1, 0]], 2).tolist() == [0.5, 0.5]
    assert interpolated_precision([[0, 0], [1, 0]], 2, zero_division=np.nan).tolist() == [1, 1]
    assert np.isnan(interpolated_precision([0, 0], zero_division=np.nan)).all()


def test_wrong_arguments():
    with pytest.raises(ValueError, match="levels must be at least 2"):
        interpolated_precision([1, 0], 1)
    with pytest.raises(ValueError, match="average must be"):
        interpolated_precision([1, 0], average="sum")
    with pytest.raises(ValueError, match="0 or 1"):
        interpolated_precision([2, 0])
