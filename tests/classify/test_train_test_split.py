from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import train_test_split

seeds = st.integers(0, 2**32)


@given(st.integers(2, 60), st.floats(0.01, 0.99), st.booleans(), seeds)
def test_parts_make_up_the_whole(n, test_size, shuffle, seed):
    n_test = int(np.ceil(n * test_size))
    if n_test == n:
        return
    samples = np.arange(n)
    train, test = train_test_split(samples, test_size=test_size, shuffle=shuffle, random_state=seed)
    assert len(test) == n_test
    assert sorted([*train, *test]) == samples.tolist()
    if not shuffle:
        assert [*train, *test] == samples.tolist()


@st.composite
def classes(draw):
    """Draw a list of labels that can be stratified and a size of the test part that fits."""
    sizes = draw(st.lists(st.integers(2, 12), min_size=1, max_size=6))
    labels = np.repeat([f"class {i}" for i in range(len(sizes))], sizes)
    n_test = draw(st.integers(len(sizes), len(labels) - len(sizes)))
    return draw(st.permutations(labels.tolist())), n_test


@given(classes(), seeds)
def test_stratified_parts_keep_the_proportions(drawn, seed):
    """No class is a whole sample off its quota, and the largest remainders are rounded up."""
    labels, n_test = drawn
    _, test = train_test_split(labels, test_size=n_test, stratify=labels, random_state=seed)
    assert len(test) == n_test
    above, below = [], []
    for label in set(labels):
        quota = labels.count(label) * n_test / len(labels)
        got = test.count(label)
        assert abs(got - quota) < 1 - 1e-9
        (above if got > quota + 1e-9 else below).append(quota - np.floor(quota + 1e-9))
    assert min(above, default=1) >= max(below, default=0) - 1e-9


@given(classes(), seeds)
def test_same_seed_same_parts(drawn, seed):
    labels, n_test = drawn
    samples = list(range(len(labels)))
    for stratify in (None, labels):
        options = {"test_size": n_test, "stratify": stratify}
        first = train_test_split(samples, random_state=seed, **options)
        assert train_test_split(samples, random_state=seed, **options) == first
        rng = np.random.default_rng(seed)
        assert train_test_split(samples, random_state=rng, **options) == first


def test_equal_classes_take_turns_at_what_is_left_over():
    labels = ["a"] * 5 + ["b"] * 5
    more = set()
    for seed in range(20):
        _, test = train_test_split(labels, test_size=5, stratify=labels, random_state=seed)
        more.add(max("ab", key=test.count))
    assert more == {"a", "b"}


def test_every_sample_is_as_likely_to_be_tested():
    labels = np.repeat([0, 1], [4, 12])
    counts = np.zeros(16)
    for seed in range(400):
        _, test = train_test_split(np.arange(16), test_size=4, stratify=labels, random_state=seed)
        counts[test] += 1
    assert abs(counts - 100).max() < 45  # five standard deviations


def test_rows_stay_together_and_types_are_kept():
    n = 10
    paths = [Path(f"{i}.jpg") for i in range(n)]
    images = np.arange(n * 4, dtype=np.uint8).reshape(n, 2, 2)
    sparse = scipy.sparse.csr_array(np.eye(n))
    numbers = tuple(range(n))
    parts = train_test_split(paths, images, sparse, numbers, range(n), random_state=3)
    assert [type(part) for part in parts[::2]] == [list, np.ndarray, type(sparse), tuple, list]
    assert [type(part) for part in parts[1::2]] == [type(part) for part in parts[::2]]
    for part in (0, 1):
        some_paths, some_images, some_sparse, some_numbers, some_range = parts[part::2]
        assert len(some_numbers) == (8, 2)[part]
        assert some_images.dtype == np.uint8
        assert list(some_numbers) == some_range == [int(path.stem) for path in some_paths]
        assert list(some_numbers) == (some_images[:, 0, 0] // 4).tolist()
        assert list(some_numbers) == some_sparse.toarray().argmax(axis=1).tolist()


def test_tables_are_split_by_rows():
    class Table:
        """What a table of pandas looks like: indexing takes columns, iloc takes rows."""

        shape = (4, 1)

        class iloc:  # noqa: N801
            def __class_getitem__(cls, rows):
                return f"rows {sorted(rows.tolist())}"

    assert train_test_split(Table(), test_size=1, shuffle=False) == ["rows [0, 1, 2]", "rows [3]"]


def test_share_of_the_samples_is_not_rounded_up_by_the_float():
    _, test = train_test_split(range(100), test_size=0.07)
    assert len(test) == 7


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ((), {}, "arrays must hold at least one sequence"),
        (([1],), {}, "arrays must hold at least two samples to split, got 1"),
        (([1, 2], [1, 2, 3]), {}, r"arrays must have one length, got \[2, 3\]"),
        (([1, 2],), {"test_size": 0.0}, r"test_size must be in \(0, 1\) or an int, got 0.0"),
        (([1, 2],), {"test_size": 1.0}, r"test_size must be in \(0, 1\) or an int, got 1.0"),
        (([1, 2],), {"test_size": np.nan}, r"test_size must be in \(0, 1\) or an int, got nan"),
        (([1, 2],), {"test_size": 0.9}, "test_size must leave a sample to both parts of 2"),
        (([1, 2],), {"test_size": 0}, "test_size must leave a sample to both parts of 2, got 0"),
        (([1, 2],), {"test_size": 2}, "test_size must leave a sample to both parts of 2, got 2"),
        (([1, 2],), {"stratify": [1, 1], "shuffle": False}, "stratify must be None where shuffle"),
        (([1, 2],), {"stratify": [1, 2, 2]}, "stratify must have one label for each of 2 samples"),
        (([1, 2, 3],), {"stratify": ["a", "b", "b"]}, "every class at least twice, got a once"),
        (
            (range(8),),
            {"stratify": [0, 0, 1, 1] * 2, "test_size": 1},
            "test_size must leave 2 samples, one per class, to both parts of 8, got 1",
        ),
    ],
)
def test_rejects_what_cannot_be_split(arrays, options, message):
    with pytest.raises(ValueError, match=message):
        train_test_split(*arrays, **options)


@pytest.mark.parametrize(
    ("array", "options", "message"),
    [
        ("abc", {}, "arrays must be sequences of samples, got str"),
        ({1, 2}, {}, "arrays must be sequences of samples, got set"),
        ({"a": 1, "b": 2}, {}, "arrays must be sequences of samples, got dict"),
        (np.float32(1), {}, "arrays must be sequences of samples, got float32"),
        ([1, 2], {"test_size": "half"}, "test_size must be a float or an int, got str"),
        ([1, 2], {"test_size": True}, "test_size must be a float or an int, got bool"),
        ([1, 2], {"stratify": ["a", 1]}, "stratify must hold labels of one kind"),
    ],
)
def test_rejects_what_is_no_sequence(array, options, message):
    with pytest.raises(TypeError, match=message):
        train_test_split(array, **options)
