"""Where a function runs, on which stream, and what is said where it cannot."""

import ctypes
import gc
import sys

import imgmine
import numpy as np
import pytest
from imgmine import color, cuda, filters
from imgmine._device_array import DeviceArray, is_on_gpu

IMAGE = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)


class ByDLPack:
    """Part of IMAGE on a GPU, which has nothing but DLPack.

    NumPy's capsule describes it; what it names is changed to the copy's memory.
    """

    def __init__(self, gpu, part):
        self.array, self.copy = part, gpu.put(IMAGE)
        pointer, _ = self.copy.__cuda_array_interface__["data"]
        self.pointer = pointer + part.ctypes.data - IMAGE.ctypes.data

    def __dlpack_device__(self):
        return 2, 0

    def __dlpack__(self, *, stream):
        assert stream == 1
        capsule = self.array.__dlpack__()
        pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
        pointer_of.restype, pointer_of.argtypes = (
            ctypes.c_void_p,
            (ctypes.py_object, ctypes.c_char_p),
        )
        tensor = pointer_of(capsule, b"dltensor")
        ctypes.c_void_p.from_address(tensor).value = self.pointer  # its first member is `data`
        return capsule


def test_dlpack_alone_will_do(gpu):
    """Strided, and released when it is dropped."""
    array = ByDLPack(gpu, IMAGE[::2, 1:])
    assert is_on_gpu(array)
    described = DeviceArray(array)
    assert (described.shape, described.strides) == ((2, 4, 3), (30, 3, 1))
    actual = gpu.get(color.rgb2gray(array))
    np.testing.assert_array_equal(actual, color.rgb2gray(IMAGE[::2, 1:]))
    gc.collect()
    before = sys.getrefcount(array.array)
    for _ in range(5):
        color.rgb2gray(array)
    gc.collect()
    after = sys.getrefcount(array.array)
    assert after == before


def test_host_arrays_are_not_taken_for_others():
    for value in (IMAGE, IMAGE.tolist(), None, 3, "image", memoryview(b"ab")):
        assert not is_on_gpu(value)


class Producer:
    """Stands for CuPy and PyTorch: arrays that are made on a stream and in a pool of their own."""

    def __init__(self, gpu, array, stream=None):
        self.there = gpu.put(array)
        self.stream = stream

    @property
    def __cuda_array_interface__(self):
        return {**self.there.__cuda_array_interface__, "stream": self.stream}


@pytest.fixture
def library(gpu, monkeypatch):
    """Stand for a library whose current stream is 7."""
    from imgmine.cuda import _job, _owners

    seen = []

    class Owner(_owners.Numba):
        def stream(self, _array):
            return 7

        def empty(self, _array, shape, dtype):
            return Producer(gpu, np.empty(shape, dtype))

    class Event:
        def record(self, stream):
            seen.append(("recorded on", stream))

        def wait(self, stream):
            seen.append(("waited for on", stream))

    monkeypatch.setitem(_owners.OWNERS, Producer.__module__.partition(".")[0], Owner())
    monkeypatch.setattr(
        _job.cuda, "external_stream", lambda handle: f"stream {handle}", raising=False
    )
    monkeypatch.setattr(_job.cuda, "event", lambda timing: Event(), raising=False)
    launch = _job.Job.launch

    def noted(self, kernel, grid, block, *arguments):
        seen.append(("launched on", self.stream))
        self.stream = 0
        launch(self, kernel, grid, block, *arguments)

    monkeypatch.setattr(_job.Job, "launch", noted)
    return seen


def test_the_callers_stream_is_used(gpu, library):
    result = color.rgb2gray(Producer(gpu, IMAGE, stream=7))
    assert isinstance(result, Producer)
    assert library == [("launched on", "stream 7")]


def test_another_stream_is_waited_for(gpu, library):
    color.rgb2gray(Producer(gpu, IMAGE, stream=9))
    assert library == [
        ("recorded on", "stream 9"),
        ("waited for on", "stream 7"),
        ("launched on", "stream 7"),
    ]


def test_another_librarys_default_stream_is_waited_for(gpu, library):
    color.rgb2gray(Producer(gpu, IMAGE, stream=1))
    assert library == [
        ("recorded on", "stream 1"),
        ("waited for on", "stream 7"),
        ("launched on", "stream 7"),
    ]


def test_sides_of_one_pixel_may_have_any_stride(gpu):
    there = gpu.put(IMAGE)[:, ::5]
    np.testing.assert_array_equal(gpu.get(color.rgb2hsv(there)), color.rgb2hsv(IMAGE[:, ::5]))
    row = gpu.put(IMAGE)[::4]
    np.testing.assert_array_equal(gpu.get(color.rgb2hsv(row)), color.rgb2hsv(IMAGE[::4]))


def test_package_is_missing(gpu, monkeypatch):
    there = gpu.put(IMAGE)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(imgmine.MissingDependencyError, match=r"numba-cuda .* 'imgmine\[cuda\]'"):
        color.rgb2gray(there)
    assert not cuda.is_available()


def test_device_is_missing(gpu, monkeypatch):
    there = gpu.put(IMAGE)
    monkeypatch.setattr(gpu.cuda, "is_available", lambda: False)
    monkeypatch.setattr(gpu.cuda, "cuda_error", lambda: "no driver\nis found", raising=False)
    with pytest.raises(imgmine.CudaError, match="no GPU can be used: no driver is found"):
        color.rgb2gray(there)
    assert not cuda.is_available()


def test_memory_runs_out_and_the_library_stays_usable(gpu, monkeypatch):
    from imgmine.cuda import _owners

    class ApiError(RuntimeError):
        code = 2

    def fail(self, array, shape, dtype):
        raise ApiError("CUDA_ERROR_OUT_OF_MEMORY")

    there = gpu.put(IMAGE)
    with monkeypatch.context() as patch:
        patch.setattr(_owners.Numba, "empty", fail)
        with pytest.raises(imgmine.CudaMemoryError, match="not enough memory left"):
            color.rgb2gray(there)
        with pytest.raises(MemoryError):
            filters.sobel(there)
    np.testing.assert_array_equal(gpu.get(color.rgb2gray(there)), color.rgb2gray(IMAGE))


def test_batches_are_cut_to_fit(gpu, monkeypatch):
    """Scratch for one image at a time gives the same."""
    from imgmine.cuda import _job

    batch = np.random.default_rng(0).integers(0, 256, (3, 5, 6, 1), np.uint8)
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 1)
    actual = gpu.get(filters.gaussian_blur(gpu.put(batch), ksize=71))
    np.testing.assert_array_equal(actual, [filters.gaussian_blur(x, ksize=71) for x in batch])


def test_half_of_what_is_free_is_used(gpu, monkeypatch):
    from imgmine.cuda import _job

    class Context:
        def get_memory_info(self):
            return 10**9, 2 * 10**9

    monkeypatch.setattr(_job.cuda, "current_context", Context)
    with _job.on_device_of(DeviceArray(gpu.put(IMAGE))) as job:
        assert [job.at_once(n, 10**8) for n in (3, 9)] == [3, 5]
        assert job.at_once(9, 10**12) == 1
        monkeypatch.setattr(job.owner, "unused", lambda array: 2 * 10**8)
        assert job.at_once(9, 10**8) == 6


def test_little_memory_is_not_asked_for(gpu, monkeypatch):
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.cuda, "current_context", lambda: None)  # which has no figures
    with _job.on_device_of(DeviceArray(gpu.put(IMAGE))) as job:
        assert [job.at_once(n, 1 << 20) for n in (0, 1, 16)] == [1, 1, 16]


def test_small_tables_are_kept(gpu, monkeypatch):
    """Those that were used last; large ones are not."""
    from imgmine.cuda import _job

    monkeypatch.setattr(_job, "_tables", {})
    monkeypatch.setattr(_job, "MOST_KEPT", 2)
    tables = [np.full(3, i, np.int32) for i in range(3)]
    with _job.on_device_of(DeviceArray(gpu.put(IMAGE))) as job:
        there = [job.upload(table) for table in tables[:2]]
        assert job.upload(tables[0].copy()) is there[0]
        assert job.upload(tables[0].astype(np.float32)) is not there[0]
        assert job.upload(tables[0]) is there[0]
        assert job.upload(tables[1]) is not there[1]
        large = np.arange(1 << 15, dtype=np.int32)
        np.testing.assert_array_equal(gpu.get(job.upload(large)), large)
    assert len(_job._tables) == 2


def test_out_must_fit(gpu):
    there = gpu.put(IMAGE)
    for out, error, message in [
        (np.zeros((4, 5), np.uint8), TypeError, "out must be on a GPU as the image is"),
        (gpu.put(np.zeros((4, 5), np.int16)), TypeError, "out must be uint8, got int16"),
        (gpu.put(np.zeros((4, 6), np.uint8)), ValueError, r"out must have shape \(4, 5\)"),
        (gpu.put(np.zeros((4, 10), np.uint8))[:, ::2], ValueError, "out must be contiguous"),
        (gpu.put(np.zeros((8, 5), np.uint8))[::2], ValueError, "out must be contiguous"),
    ]:
        with pytest.raises(error, match=message):
            color.rgb2gray(there, out=out)
    with pytest.raises(ValueError, match="out must not overlap"):
        color.rgb2hsv(there, out=there)
    with pytest.raises(TypeError, match="out must be a NumPy array"):
        color.rgb2hsv(IMAGE, out=there)


def test_all_functions_are_found(gpu):
    from imgmine import _core
    from imgmine.features import _haralick, _plan

    above = {"features.describe": _plan, "features.scaled_haralick": _haralick}

    for name in cuda.functions():
        package, function = name.split(".")
        home = above.get(name, getattr(_core, package))
        assert callable(cuda.version_of(getattr(home, function)))


def test_an_image_must_be_one(gpu):
    with pytest.raises(TypeError, match="image must be uint8 or float32, got int64"):
        color.rgb2gray(gpu.put(IMAGE.astype(np.int64)))
    with pytest.raises(ValueError, match="image must have shape"):
        color.rgb2gray(gpu.put(IMAGE.ravel()))
    with pytest.raises(ValueError, match="image must have 3 or 4 channels, got 2"):
        color.rgb2gray(gpu.put(IMAGE[..., :2]))
