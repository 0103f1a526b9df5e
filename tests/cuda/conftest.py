"""The CUDA versions' tests: in Numba's simulator, or with `-m cuda` on a GPU.

Numba decides when it is imported whether to simulate. So the normal run has one test here, which
runs the others in a process of their own with the variable set.
"""

import os

import numpy as np
import pytest

SIMULATED = os.environ.get("NUMBA_ENABLE_CUDASIM") == "1"
ON_DEVICE = False


def pytest_configure(config):
    global ON_DEVICE
    ON_DEVICE = config.getoption("markexpr") == "cuda" and not SIMULATED
    if SIMULATED:
        complete_simulator()


def pytest_ignore_collect(collection_path, config):
    if collection_path.suffix != ".py" or collection_path.parent.name != "cuda":
        return None
    is_runner = collection_path.name == "test_in_simulator.py"
    on_device = config.getoption("markexpr") == "cuda"
    return True if is_runner == (SIMULATED or on_device) else None


def pytest_collection_modifyitems(config, items):
    if config.getoption("markexpr") == "cuda":
        for item in items:
            if item.path.parent.name == "cuda":
                item.add_marker("cuda")


def complete_simulator():
    """Give the simulator what a GPU's arrays and devices have and its lack."""
    pytest.importorskip("numba")
    from numba import cuda
    from numba.cuda.simulator.cudadrv import devicearray

    class Owned:
        def __init__(self, array):
            self.__array_interface__ = array.__cuda_array_interface__
            self.owner = array

    def interface(self):
        return {**self._ary.__array_interface__, "version": 3, "stream": None}

    class Stream(type(cuda.stream())):
        def __init__(self, handle=None):
            self.handle = id(self) if handle is None else handle

        def __int__(self):
            return self.handle

    context = cuda.current_context()  # one for all, as of a GPU
    cuda.current_context = lambda: context
    cuda.stream, cuda.external_stream = Stream, Stream
    devicearray.FakeCUDAArray.__cuda_array_interface__ = property(interface)
    cuda.as_cuda_array = lambda array, sync: devicearray.FakeCUDAArray(np.asarray(Owned(array)))


class Gpu:
    """Brings arrays to a GPU, or what stands for it, and back."""

    def __init__(self):
        from numba import cuda

        self.cuda = cuda

    def put(self, array):
        return self.cuda.to_device(np.array(array, order="C"))

    def get(self, array):
        assert not isinstance(array, np.ndarray)
        return array.copy_to_host()

    def check(self, function, image, *args, atol=0.0, rtol=0.0, **options):
        """Compare what a public function gives on the GPU with what it gives on the CPU."""
        expected = function(image, *args, **options)
        actual = self.get(function(self.put(image), *args, **options))
        assert actual.dtype == expected.dtype
        assert actual.shape == expected.shape
        if atol == rtol == 0:
            np.testing.assert_array_equal(actual, expected)
        else:
            np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)
        return actual


@pytest.fixture(scope="session")
def gpu():
    from imgmine import cuda

    if not SIMULATED and not cuda.is_available():
        pytest.skip("no GPU can be used here")
    return Gpu()


def type_of(argument):
    """Return the type that Numba compiles a kernel's argument for."""
    from numba import from_dtype, types

    if hasattr(argument, "ndim") and argument.ndim:
        layout = "C" if np.asarray(argument.copy_to_host()).flags.c_contiguous else "A"
        return types.Array(from_dtype(argument.dtype), argument.ndim, layout)
    return from_dtype(np.asarray(argument).dtype)


@pytest.fixture(scope="session", autouse=True)
def known_signatures():
    """Check that each launch is of a kernel and types that `warm_up` compiles ahead."""
    pytest.importorskip("numba")
    from imgmine.cuda import _job, _signatures

    known = {(kernel, types) for kernel, types in _signatures.signatures()}
    launch = _job.Job.launch

    def checked(self, kernel, grid, block, *arguments):
        types = tuple(type_of(argument) for argument in arguments)
        if kernel.__name__ != "copy_values":  # of any strides
            assert (kernel, types) in known, (kernel.__name__, types)
        launch(self, kernel, grid, block, *arguments)

    patch = pytest.MonkeyPatch()
    if SIMULATED:
        patch.setattr(_job.Job, "launch", checked)
    yield
    patch.undo()
