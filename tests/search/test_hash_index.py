import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import FormatError, _core
from imgmine.search import HashIndex

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def near(rng, hashes, n, most):
    """Give copies of some hashes with up to `most` bits changed."""
    bits = np.unpackbits(hashes[rng.integers(0, len(hashes), n)], axis=1)
    for row in bits:
        row[rng.integers(0, len(row), rng.integers(0, most + 1))] ^= 1
    return np.packbits(bits, axis=1)


def distances_of(queries, base):
    return np.bitwise_count(queries[:, np.newaxis] ^ base).sum(axis=2, dtype=np.int64)


def check(index, queries, base, ids, k, radius):
    """Compare both searches with all distances, sorted by them and then by id."""
    distances = distances_of(queries, base)
    nearest = index.search(queries, k)
    within = index.range_search(queries, radius)
    found = min(k, len(base))
    for i, row in enumerate(distances):
        order = np.lexsort((ids, row))
        np.testing.assert_array_equal(nearest.ids[i, :found], ids[order[:k]])
        np.testing.assert_array_equal(nearest.distances[i, :found], row[order[:k]])
        order = order[row[order] <= radius]
        part = slice(within.offsets[i], within.offsets[i + 1])
        np.testing.assert_array_equal(within.ids[part], ids[order])
        np.testing.assert_array_equal(within.distances[part], row[order])
    assert (nearest.ids[:, found:] == -1).all()
    assert np.isposinf(nearest.distances[:, found:]).all()
    assert (nearest.counts == found).all()
    assert (nearest.ids.dtype, nearest.distances.dtype) == (np.int64, np.float32)
    assert (within.ids.dtype, within.distances.dtype) == (np.int64, np.float32)
    assert within.offsets[0] == 0
    assert within.offsets.shape == (len(queries) + 1,)


@given(
    st.sampled_from([64, 72, 128, 200, 256]),
    st.integers(0, 300),
    st.integers(0, 3),
    st.integers(0, 400),
    st.integers(0, 300),
    st.integers(0, 2**32),
)
def test_finds_what_comparing_all_finds(bits, n, n_queries, k, radius, seed):
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, (n, bits // 8), np.uint8)
    base[n // 2 :] = base[: n - n // 2]
    ids = rng.permutation(2 * n)[:n].astype(np.int64)
    index = HashIndex(bits)
    assert (index.add(base[: n // 3], ids[: n // 3]) == ids[: n // 3]).all()
    index.add(base[n // 3 :][::1], ids[n // 3 :])
    gone = rng.permutation(n)[: n // 4]
    index.remove(ids[gone])
    kept = np.setdiff1d(np.arange(n), gone)
    assert len(index) == len(kept)
    queries = rng.integers(0, 256, (n_queries, bits // 8), np.uint8)
    check(index, queries, base[kept], ids[kept], k, radius)


@pytest.mark.parametrize("bits", [64, 72, 256])
def test_tables_find_what_comparing_all_finds(bits):
    """Enough hashes for tables, near ones and copies among them, some added later, some removed."""
    rng = np.random.default_rng(bits)
    base = rng.integers(0, 256, (45_000, bits // 8), np.uint8)
    base[40_000:] = near(rng, base[:40_000], 5000, bits // 8)
    queries = near(rng, base, 6, 9)
    index = HashIndex(bits)
    index.add(base[:41_000])
    index.range_search(queries, 1)
    index.add(base[41_000:])
    gone = rng.choice(45_000, 3000, replace=False)
    index.remove(gone)
    kept = np.setdiff1d(np.arange(45_000), gone)
    parts = bits // 16
    for radius in (0, parts - 1, parts, 2 * parts - 1, 2 * parts):
        check(index, queries, base[kept], kept, 5, radius)
    check(index, queries[:1], base[kept], kept, 5, parts)


@pytest.mark.parametrize("bits", [64, 256])
def test_hashes_in_one_list_are_found(bits):
    """Nearly all hashes agree in a part: going through its list would be no gain."""
    rng = np.random.default_rng(0)
    base = rng.integers(0, 256, (40_000, bits // 8), np.uint8)
    base[:, :4] = 7
    index = HashIndex(bits)
    index.add(base)
    check(index, base[:3], base, np.arange(40_000), 3, 2)


def test_removed_hashes_make_room():
    rng = np.random.default_rng(1)
    base = rng.integers(0, 256, (50_000, 8), np.uint8)
    index = HashIndex(64)
    for _ in range(3):
        index.add(base)
        index.range_search(base[:2], 3)
        first = int(index.search(base[:1], 1).ids[0, 0])
        index.remove(np.arange(first, first + 50_000))
        assert len(index) == 0
        assert index.range_search(base[:2], 64).ids.size == 0
    index.add(base[:10], np.arange(10))
    check(index, base[:3], base[:10], np.arange(10), 4, 20)


def test_ids_go_on_from_the_largest():
    index = HashIndex(64)
    hashes = np.zeros((2, 8), np.uint8)
    assert index.add(hashes, [7, 3]).tolist() == [7, 3]
    assert index.add(hashes).tolist() == [8, 9]
    index.remove(9)
    assert index.add(hashes).tolist() == [10, 11]


def test_one_query():
    index = HashIndex(64)
    index.add(np.arange(24, dtype=np.uint8).reshape(3, 8))
    found = index.search(np.arange(8, dtype=np.uint8), 5)
    assert found.ids.shape == found.distances.shape == (5,)
    assert found.counts == 3
    assert found.ids[0] == 0
    assert index.range_search(np.arange(8, dtype=np.uint8), 0).ids.tolist() == [0]


@pytest.mark.parametrize("n", [0, 100])
def test_save_and_load(tmp_path, n):
    rng = np.random.default_rng(2)
    base = rng.integers(0, 256, (n, 16), np.uint8)
    index = HashIndex(128)
    index.add(base, rng.permutation(n) + 5)
    index.remove(np.arange(5, 5 + n // 2))
    index.save(tmp_path / "hashes")
    again = HashIndex.load(tmp_path / "hashes")
    assert (again.bits, len(again)) == (128, len(index))
    queries = rng.integers(0, 256, (4, 16), np.uint8)
    for a, b in zip(index.search(queries, 9), again.search(queries, 9), strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=20)
@given(st.data())
def test_damaged_files_are_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "hashes"
    index = HashIndex(64)
    index.add(np.arange(80, dtype=np.uint8).reshape(10, 8))
    index.save(path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del content[at:]
    path.write_bytes(content)
    with pytest.raises(FormatError):
        HashIndex.load(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"hashes": np.zeros((2, 8), np.uint8), "ids": np.array([1, 1])},
        {"hashes": np.zeros((2, 8), np.uint8), "ids": np.array([-1, 1])},
        {"hashes": np.zeros((2, 8), np.uint8), "ids": np.array([1])},
        {"hashes": np.zeros((2, 8), np.uint8), "ids": np.array([1, 2], np.int32)},
        {"hashes": np.zeros((2, 7), np.uint8), "ids": np.array([1, 2])},
        {"hashes": np.zeros((2, 33), np.uint8), "ids": np.array([1, 2])},
        {"hashes": np.zeros(16, np.uint8), "ids": np.array([1, 2])},
        {"hashes": np.zeros((2, 8), np.uint8)},
    ],
)
def test_files_that_hold_no_index_are_refused(tmp_path, arrays):
    from imgmine import _core

    (tmp_path / "wrong").write_bytes(_core.container.make("hash index", arrays))
    with pytest.raises(FormatError):
        HashIndex.load(tmp_path / "wrong")


def test_adding_while_searching():
    """A search sees whole additions: each is of five copies of one hash."""
    rng = np.random.default_rng(3)
    index = HashIndex(64)
    index.add(rng.integers(0, 256, (40_000, 8), np.uint8))
    wrong = []
    done = threading.Event()

    def read():
        query = np.zeros((1, 8), np.uint8)
        while not done.is_set():
            n = len(index.range_search(query, 0).ids)
            m = int((index.search(query, 1000).distances == 0).sum())
            if n % 5 or m % 5:
                wrong.append((n, m))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        given_ids = index.add(np.zeros((5, 8), np.uint8))
        index.add(rng.integers(1, 256, (2000, 8), np.uint8))
        index.remove(given_ids)
        index.add(np.zeros((5, 8), np.uint8))
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(index.range_search(np.zeros(8, np.uint8), 0).ids) == 100


HASHES = np.zeros((2, 8), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: HashIndex(63), ValueError, "^bits must be a multiple of 8 from 64 to 256, got 63"),
        (lambda: HashIndex(264), ValueError, "^bits must be a multiple"),
        (lambda: HashIndex("64"), TypeError, "^bits must be a whole number"),
        (lambda: HashIndex(64).add(np.zeros((2, 9), np.uint8)), ValueError, "^hashes must have"),
        (lambda: HashIndex(64).add(np.zeros((2, 8), "f4")), TypeError, "^hashes must be uint8"),
        (lambda: HashIndex(64).add(HASHES, [1]), ValueError, "^ids must be as many as hashes"),
        (lambda: HashIndex(64).add(HASHES, [1, 1]), ValueError, "^ids must be new, .*, got 1 a"),
        (lambda: HashIndex(64).add(HASHES, [1, -1]), ValueError, "^ids must not be negative"),
        (lambda: HashIndex(64).add(HASHES, [1.0, 2.0]), TypeError, "^ids must be whole numbers"),
        (lambda: HashIndex(64).add(HASHES, [[1, 2]]), ValueError, r"^ids must have shape \(n,\)"),
        (
            lambda: HashIndex(64).add(HASHES, np.array([2**63, 1], "u8")),
            ValueError,
            r"^ids must be below 2\^63",
        ),
        (lambda: HashIndex(64).remove([1]), ValueError, "^ids must be in the index, got 1"),
        (lambda: HashIndex(64).search(HASHES, -1), ValueError, "^k must not be negative"),
        (lambda: HashIndex(64).search(HASHES[:, :7], 1), ValueError, "^queries must have rows of"),
        (lambda: HashIndex(64).range_search(HASHES, -1), ValueError, "^radius must not be neg"),
        (lambda: HashIndex(64).range_search(HASHES, 1.5), TypeError, "^radius must be a whole"),
    ],
)
def test_refuses_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_wrong_arguments_change_nothing():
    index = HashIndex(64)
    index.add(HASHES)
    with pytest.raises(ValueError, match="got 1 again"):
        index.add(HASHES, [5, 1])
    with pytest.raises(ValueError, match="got 9"):
        index.remove([0, 9])
    assert len(index) == 2
    assert index.search(HASHES[:1], 9).counts[0] == 2
    index.remove([0, 0])
    assert len(index) == 1
    assert index.add(HASHES, [5, 6]).tolist() == [5, 6]


def test_no_ids_are_left_above_the_largest():
    hashes = np.zeros((2, 8), np.uint8)
    index = HashIndex(64)
    index.add(hashes[:1], ids=[2**63 - 2])
    with pytest.raises(ValueError, match="ids must be given: there are none left"):
        index.add(hashes)
    assert index.add(hashes[:1]).tolist() == [2**63 - 1]
    with pytest.raises(ValueError, match="ids must be given: there are none left"):
        index.add(hashes[:1])
    assert len(index.add(hashes[:0])) == 0
    assert index.add(hashes, ids=[4, 5]).tolist() == [4, 5]


def test_no_hashes_of_any_length(tmp_path):
    """What has no rows may claim to have long ones."""
    arrays = {"hashes": np.zeros((0, 2**60), np.uint8), "ids": np.zeros(0, np.int64)}
    (tmp_path / "index").write_bytes(_core.container.make("hash index", arrays))
    with pytest.raises(FormatError, match="must hold hashes"):
        HashIndex.load(tmp_path / "index")
