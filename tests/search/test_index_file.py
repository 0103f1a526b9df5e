import numpy as np
import pytest
from imgmine import FormatError
from imgmine.search import VectorIndex


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    rng = np.random.default_rng(0)
    base = rng.normal(size=(700, 10)).astype(np.float32)
    index = VectorIndex(10, max_tail=500, M=4, ef_construction=20, deterministic=True)
    index.add(base[:600])
    index.add(base[600:])
    index.remove(np.arange(0, 700, 9))
    path = tmp_path_factory.mktemp("index") / "index"
    index.save(path)
    return base, index, path


@pytest.mark.parametrize("mmap", [True, False])
def test_what_is_loaded_is_what_was_saved(saved, mmap):
    base, index, path = saved
    again = VectorIndex.load(path, mmap)
    for options in ({}, {"exact": True}, {"allowed": np.arange(100)}):
        found, expected = again.search(base, 5, **options), index.search(base, 5, **options)
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
    assert np.array_equal(again.ids, index.ids)
    again.add(base[:5])
    again.remove([1])
    assert index.ids.max() + 5 == again.ids.max()
    again.compact()
    assert len(again) == len(index) + 4


def test_an_empty_index_is_saved(tmp_path):
    VectorIndex(3, "cosine").save(tmp_path / "index")
    index = VectorIndex.load(tmp_path / "index")
    assert len(index) == 0
    assert index.metric == "cosine"
    index.add([1, 2, 3])
    index.save(tmp_path / "index")
    assert len(VectorIndex.load(tmp_path / "index", verify=True)) == 1


def test_truncated_files_are_refused(saved, tmp_path):
    _, _, path = saved
    data = path.read_bytes()
    cut = tmp_path / "cut"
    rng = np.random.default_rng(0)
    for size in [*range(0, 64 + 128 * 14, 7), *rng.integers(0, len(data), 100).tolist()]:
        cut.write_bytes(data[:size])
        for mmap in (True, False):
            with pytest.raises(FormatError):
                VectorIndex.load(cut, mmap)


def test_flipped_bits_never_crash(saved, tmp_path):
    base, _, path = saved
    data = bytearray(path.read_bytes())
    bad = tmp_path / "bad"
    rng = np.random.default_rng(1)
    for _ in range(300):
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), rng.integers(1, 40)):
            damaged[place] ^= 1 << rng.integers(0, 8)
        bad.write_bytes(damaged)
        with pytest.raises(FormatError):
            VectorIndex.load(bad, False)
        with pytest.raises(FormatError):
            VectorIndex.load(bad, verify=True)
        try:
            index = VectorIndex.load(bad)
        except FormatError:
            continue
        index.search(base[:5], 5)
        index.search(base[:5], 5, exact=True)
        index.search(base[:5], 5, allowed=np.arange(50))
        assert len(index.ids) == len(index)


def test_hostile_arrays_never_crash(saved):
    """Where every checksum is right, and what the arrays say is not."""
    from imgmine.search._index_file import arrays_of, settings_of, state_of

    base, index, _ = saved
    facts = {**index._settings, "next_id": 700, "ef": 64}
    arrays = arrays_of(index._state, facts)
    facts = settings_of(arrays)
    rng = np.random.default_rng(0)
    for name, array in arrays.items():
        if name == "settings":
            continue
        for _ in range(20):
            noise = rng.integers(0, 256, max(array.nbytes, 1), np.uint8)[: array.nbytes]
            hostile = {**arrays, name: noise.view(array.dtype).reshape(array.shape)}
            try:
                state = state_of(hostile, facts)
            except FormatError:
                continue
            with np.errstate(all="ignore"):
                state.snapshot.search(base[:5], 5, 20, False, None)
                state.snapshot.search(base[:5], 5, 20, True, None)
        for wrong in (array[:-1], array[None], array.astype(np.float64), array[:0]):
            try:
                state = state_of({**arrays, name: np.ascontiguousarray(wrong)}, facts)
            except FormatError:
                continue
            state.snapshot.search(base[:5], 5, 20, False, None)


def test_nothing_is_added_to_a_loaded_index(saved):
    base, index, path = saved
    for mmap in (True, False):
        again = VectorIndex.load(path, mmap)
        assert again.add(base[:0]).shape == (0,)
        assert len(again) == len(index)
