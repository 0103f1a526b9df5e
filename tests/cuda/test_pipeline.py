"""Pictures from files to rows: decoded, uploaded, described and brought back beside each other."""

import _thread
import gc
import time
import weakref

import imgmine
import numpy as np
import pytest
from imgmine import cuda, features, io
from imgmine.features import ColorHistogram, Gray, Histogram, Recipe, Resize

RNG = np.random.default_rng(1)
RECIPE = Recipe([ColorHistogram(2, "rgb")])
SHAPES = [(3, 4, 3), (4, 3, 3), (3, 4), (3, 4, 4)]
PICTURES = [RNG.integers(0, 256, SHAPES[i], np.uint8) for i in (0, 1, 0, 0, 2, 3)]


@pytest.fixture
def folder(tmp_path):
    """Five files of two sizes."""
    paths = []
    for i in range(5):
        paths.append(tmp_path / f"{i}.{'png' if i % 2 else 'jpg'}")
        io.imwrite(paths[-1], RNG.integers(0, 256, (9 + i % 2, 8, 3), np.uint8))
    return paths


@pytest.fixture
def launches(gpu, monkeypatch):
    """Let the launch of a given number raise."""
    from imgmine.cuda import _job

    state = {"n": 0, "fails": None, "error": RuntimeError("of the driver")}
    launch = _job.Job.launch

    def counted(self, kernel, grid, block, *arguments):
        state["n"] += 1
        if state["n"] == state["fails"]:
            raise state["error"]
        launch(self, kernel, grid, block, *arguments)

    monkeypatch.setattr(_job.Job, "launch", counted)
    return state


@pytest.mark.parametrize(("batch", "n_jobs"), [(2, 1), (2, 2), (64, 3)])
def test_rows_are_in_order(gpu, batch, n_jobs):
    """Of pictures of several sizes and batches that do not come out even."""
    actual = cuda.transform(RECIPE, PICTURES, batch=batch, n_jobs=n_jobs)
    assert type(actual) is np.ndarray
    np.testing.assert_array_equal(actual, RECIPE.transform(PICTURES))


def test_files(gpu, folder):
    recipe, sources = Recipe([Histogram(4)], [Gray()], min_side=4), folder[:3]
    sources.append(folder[0].read_bytes())
    actual = cuda.transform(recipe, sources, batch=3)
    np.testing.assert_array_equal(actual, recipe.transform(sources))


@pytest.mark.parametrize("first", [[], [Gray()]])
def test_pictures_are_resized_before_they_go_up(gpu, folder, first, monkeypatch):
    """By a method that GPUs may not have; and all are of one size."""
    from imgmine.cuda import _pipeline

    recipe = Recipe([Histogram(4)], [*first, Resize((4, 6), "lanczos")], weights=[2])
    shapes = []
    start = _pipeline.Lane.start

    def noted(self, describe, places, group):
        shapes.append((len(group), *group[0].shape))
        start(self, describe, places, group)

    monkeypatch.setattr(_pipeline.Lane, "start", noted)
    actual = cuda.transform(recipe, folder, batch=3)
    np.testing.assert_allclose(actual, recipe.transform(folder), rtol=2e-7)
    assert shapes == [(n, 4, 6, 1 if first else 3) for n in (3, 2)]


def test_what_waits_is_limited(gpu, monkeypatch):
    from imgmine.cuda import _pipeline

    monkeypatch.setattr(_pipeline, "MOST_UPLOADED", 2 * 36)
    monkeypatch.setattr(_pipeline, "MOST_HELD", 2 * 36)
    started, told = [], []
    start = _pipeline.Lane.start

    def noted(self, describe, places, group):
        started.append(places)
        start(self, describe, places, group)

    monkeypatch.setattr(_pipeline.Lane, "start", noted)
    cuda.transform(RECIPE, PICTURES, progress=lambda *at: told.append(at))
    assert started == [[0], [1], [2, 3], [4], [5]]
    assert told == [(done, 6) for done in (1, 2, 4, 5, 6)]


def test_nothing_to_describe(gpu):
    assert cuda.transform(RECIPE, []).shape == (0, 8)
    empty = np.zeros((0, 5, 3), np.uint8)
    np.testing.assert_array_equal(cuda.transform(RECIPE, [empty]), RECIPE.transform([empty]))


def test_a_damaged_file(gpu, folder):
    """The same error as without a GPU, and nothing is left behind."""
    folder[3].write_bytes(folder[3].read_bytes()[:40])
    folder.append("missing.png")
    for batch in (2, 8):
        with pytest.raises(imgmine.DecodeError, match=r"3\.png"):
            cuda.transform(RECIPE, folder, batch=batch)
    with pytest.raises(FileNotFoundError, match="missing"):
        cuda.transform(RECIPE, folder[4:])
    with pytest.raises(TypeError, match="image is on a GPU"):
        cuda.transform(RECIPE, [gpu.put(PICTURES[0])])
    np.testing.assert_array_equal(cuda.transform(RECIPE, folder[:1]), RECIPE.transform(folder[:1]))


def held(monkeypatch):
    """Return weak references to the page-locked buffers that are made from now on."""
    from imgmine.cuda import _pipeline

    found = []
    pinned_array = _pipeline.cuda.pinned_array

    def noted(shape, dtype):
        buffer = pinned_array(shape, dtype)
        found.append(weakref.ref(buffer))
        return buffer

    monkeypatch.setattr(_pipeline.cuda, "pinned_array", noted)
    return found


def settled(n_threads):
    """Wait until threads that were told to end have ended."""
    until = time.monotonic() + 5
    while _thread._count() > n_threads and time.monotonic() < until:
        time.sleep(0.01)
    return _thread._count() <= n_threads


def test_a_stage_that_fails(gpu, launches, monkeypatch):
    from imgmine.cuda import _pipeline

    class ApiError(RuntimeError):
        code = 2

    buffers, n_threads = held(monkeypatch), _thread._count()
    launches["fails"] = 4
    with pytest.raises(RuntimeError, match="of the driver"):
        cuda.transform(RECIPE, PICTURES, batch=2, n_jobs=2)
    launches.update(n=0, error=ApiError("CUDA_ERROR_OUT_OF_MEMORY"))
    with pytest.raises(imgmine.CudaMemoryError, match="not enough memory left"):
        cuda.transform(RECIPE, PICTURES, batch=2, n_jobs=2)
    with monkeypatch.context() as patch:
        patch.setattr(_pipeline.Pool, "_block", lambda _self, _n: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            cuda.transform(RECIPE, PICTURES)
    launches.update(fails=None, error=None)  # whose traceback holds what was at work
    expected = RECIPE.transform(PICTURES[:1])
    np.testing.assert_array_equal(cuda.transform(RECIPE, PICTURES[:1]), expected)
    gc.collect()
    assert buffers
    assert not any(buffer() is not None for buffer in buffers)
    assert settled(n_threads)


def test_a_stop_midway(gpu, monkeypatch):
    """What Ctrl-C raises while batches are under way comes through, and threads end."""
    buffers, n_threads, read = held(monkeypatch), _thread._count(), []

    class Slow(Recipe):
        def _decoded(self, source):
            read.append(1)
            return super()._decoded(source)

    def stop(_done, _total):
        raise KeyboardInterrupt

    recipe = Slow(RECIPE.descriptors)
    with pytest.raises(KeyboardInterrupt):
        cuda.transform(recipe, PICTURES[:1] * 500, batch=1, n_jobs=2, progress=stop)
    assert len(read) < 50
    assert settled(n_threads)
    gc.collect()
    assert not any(buffer() is not None for buffer in buffers)


def test_nothing_keeps_a_lane(gpu, monkeypatch):
    """Tables that are first needed in it outlive it, its memory does not."""
    from imgmine.cuda import _job, _pipeline

    pools = []
    monkeypatch.setattr(_job, "_tables", {})

    class Noted(_pipeline.Pool):
        def __init__(self, stream):
            super().__init__(stream)
            pools.append(weakref.ref(self))

    monkeypatch.setattr(_pipeline, "Pool", Noted)
    cuda.transform(RECIPE, PICTURES[:1])
    gc.collect()
    assert _job._tables
    assert pools
    assert not any(pool() is not None for pool in pools)


def test_batches_are_in_flight_together(gpu, monkeypatch):
    """Rows are waited for only when all three lanes are taken, each on a stream of its own."""
    from imgmine.cuda import _job, _pipeline

    seen = []
    start, launch = _pipeline.Lane.start, _job.Job.launch

    def started(self, *arguments):
        self.stream.synchronize = lambda: seen.append(("waited", int(self.stream)))
        seen.append(("started", int(self.stream)))
        start(self, *arguments)

    def launched(self, kernel, grid, block, *arguments):
        assert seen[-1] == ("started", int(self.stream))
        launch(self, kernel, grid, block, *arguments)

    monkeypatch.setattr(_pipeline.Lane, "start", started)
    monkeypatch.setattr(_job.Job, "launch", launched)
    cuda.transform(RECIPE, PICTURES[2:3] * 4, batch=1)
    streams = [stream for _, stream in seen[:3]]
    assert len(set(streams)) == 3
    assert seen[3:5] == [("waited", streams[0]), ("started", streams[0])]


def test_memory_is_used_again(gpu):
    """In its stream's order, and given back where there is no more."""
    from imgmine.cuda import _pool

    pool = _pool.Pool(0)
    first = pool.empty((10, 10), np.dtype(np.float32))
    place = first.__cuda_array_interface__["data"]
    del first
    second = pool.empty((100,), np.dtype(np.float32))
    assert second.__cuda_array_interface__["data"] == place
    third = pool.empty((100,), np.dtype(np.float32))
    assert third.__cuda_array_interface__["data"] != place
    del third
    assert pool.empty((5000,), np.dtype(np.float32)) is not None
    assert [_pool.rounded_up(n) for n in (0, 1, 513, 5000)] == [512, 512, 1024, 5120]


def test_a_full_gpu_gets_back_what_is_kept(gpu, monkeypatch):
    from imgmine.cuda import _pool

    pool, asked = _pool.Pool(0), []
    device_array = _pool.cuda.device_array
    kept = pool.empty((10,), np.dtype(np.uint8))

    def full(n, dtype):
        asked.append(len(pool.free))
        if len(asked) < 3:
            raise MemoryError
        return device_array(n, dtype)

    monkeypatch.setattr(_pool.cuda, "device_array", full)
    with pytest.raises(MemoryError):
        pool.empty((5000,), np.dtype(np.uint8))
    del kept
    assert pool.empty((5000,), np.dtype(np.uint8)) is not None
    assert asked == [0, 1, 0]


def test_pinned_memory_and_uploads(gpu):
    buffer = cuda.pinned_empty((2, 3), np.uint8)
    assert (buffer.shape, buffer.dtype) == ((2, 3), np.uint8)
    buffer[:] = 7
    for stream in (None, gpu.cuda.stream()):
        np.testing.assert_array_equal(gpu.get(cuda.upload(buffer, stream)), buffer)
    np.testing.assert_array_equal(gpu.get(cuda.upload([[1, 2]])), [[1, 2]])
    strided = np.arange(6)[::2]
    np.testing.assert_array_equal(gpu.get(cuda.upload(strided)), strided)
    with pytest.raises(TypeError, match="stream must be one of Numba, CuPy or PyTorch"):
        cuda.upload(buffer, "fast")
    with pytest.raises(TypeError, match="batch is on a GPU"):
        cuda.upload(cuda.upload(buffer))


def test_streams_of_other_libraries():
    from imgmine.cuda._pinned import handle_of

    class OfCupy:
        ptr = 5

    class OfTorch:
        cuda_stream = 6

    assert [handle_of(stream) for stream in (None, OfCupy(), OfTorch(), 7)] == [0, 5, 6, 7]


def test_parameters(gpu):
    with pytest.raises(ValueError, match="batch must be at least 1, got 0"):
        cuda.transform(RECIPE, PICTURES, batch=0)
    with pytest.raises(ValueError, match="n_jobs must be from 1"):
        cuda.transform(RECIPE, PICTURES, n_jobs=0)
    with pytest.raises(TypeError, match=r"Zernike.* cannot run on a GPU"):
        cuda.transform(Recipe([features.ZernikeMoments()]), PICTURES)
    with pytest.raises(imgmine.NotFittedError):
        cuda.transform(Recipe([features.BagOfWords(4)]), PICTURES)
    with pytest.raises(TypeError, match="recipe must be a Recipe, got str"):
        cuda.transform("color", PICTURES)
