"""Threads are good guests: as many as allowed, none left behind, none in each other's way."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import imgmine
import numpy as np
import pytest
from imgmine import _core
from imgmine.features import Recipe, color_histogram, histogram
from imgmine.filters import gaussian_blur
from imgmine.geometry import resize
from imgmine.similarity import pairwise, top_k

from .strategies import large


@pytest.fixture(autouse=True)
def default_threads():
    yield
    imgmine.set_num_threads(0)
    _core.set_local_num_threads(0)


def run_python(code, **environment):
    """Run `code` in a new interpreter that imports the same package."""
    package = os.path.dirname(os.path.dirname(imgmine.__file__))  # noqa: PTH120
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_number_of_threads_is_set_and_reset():
    default = imgmine.num_threads()
    assert default >= 1
    imgmine.set_num_threads(3)
    assert imgmine.num_threads() == 3
    imgmine.set_num_threads(0)
    assert imgmine.num_threads() == default


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not say")
def test_default_is_the_cpus_the_process_may_use():
    code = """
import os
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
import imgmine
print(imgmine.num_threads())
"""
    result = run_python(code, IMGMINE_NUM_THREADS="")
    assert (result.stdout, result.stderr) == ("1\n", "")


@pytest.mark.parametrize("n", [-1, 1025, 2**31 - 1])
@pytest.mark.parametrize("name", ["set_num_threads", "set_local_num_threads"])
def test_refuses_impossible_numbers(n, name):
    with pytest.raises(ValueError, match=rf"^n must be between 0 and 1024 threads, got {n}"):
        getattr(_core, name)(n)


def test_limit_of_one_thread_is_its_own():
    _core.set_local_num_threads(1)
    assert _core.local_num_threads() == 1
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(_core.local_num_threads).result() == 0
    _core.set_local_num_threads(0)
    assert _core.local_num_threads() == 0


@pytest.mark.parametrize("value", ["1", "3", "1024"])
def test_environment_sets_the_threads(value):
    result = run_python("import imgmine; print(imgmine.num_threads())", IMGMINE_NUM_THREADS=value)
    assert (result.stdout, result.stderr) == (f"{value}\n", "")


@pytest.mark.parametrize("value", ["0", "-2", "two", "2x", "1.5", "1025", "99999999999999999999"])
def test_wrong_environment_is_an_import_error(value):
    result = run_python("import imgmine", IMGMINE_NUM_THREADS=value)
    assert result.returncode == 1
    message = f"IMGMINE_NUM_THREADS must be a number from 1 to 1024, got '{value}'"
    assert result.stderr.splitlines()[-1] == f"ImportError: {message}"


@pytest.mark.parametrize("level", imgmine.cpu_levels())
def test_environment_sets_the_cpu_level(level):
    result = run_python("import imgmine; print(imgmine.cpu_level())", IMGMINE_CPU=level)
    assert (result.stdout, result.stderr) == (f"{level}\n", "")


@pytest.mark.parametrize("level", ["v9", "avx", "V2", " "])
def test_unknown_cpu_level_is_an_import_error(level):
    result = run_python("import imgmine", IMGMINE_CPU=level)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("ImportError: CPU level must be one that this machine can run (")
    assert last.endswith(f"got '{level}'")


def test_cpu_level_can_be_chosen():
    before = imgmine.cpu_level()
    for level in imgmine.cpu_levels():
        imgmine.set_cpu_level(level)
        assert imgmine.cpu_level() == level
    imgmine.set_cpu_level(before)
    with pytest.raises(ValueError, match=r"^CPU level must be one that .*, got 'v9'"):
        imgmine.set_cpu_level("v9")
    assert imgmine.cpu_level() == before


FORK = """
import os
import numpy as np
import imgmine
imgmine.set_num_threads(2)
image = np.random.default_rng(0).integers(0, 256, (1500, 1500), np.uint8)
expected = imgmine.filters.gaussian_blur(image, 2)
child = os.fork()
same = bool((imgmine.filters.gaussian_blur(image, 2) == expected).all())
if child == 0:
    os._exit(0 if same else 3)
_, status = os.waitpid(child, 0)
print(same, os.waitstatus_to_exitcode(status), imgmine.num_threads())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_computes():
    result = run_python(FORK)
    assert (result.stdout, result.stderr) == ("True 0 2\n", "")


POOL = """
import multiprocessing
import numpy as np
import imgmine

def describe(seed):
    image = np.random.default_rng(seed).integers(0, 256, (900, 900), np.uint8)
    return imgmine.features.Recipe.named("histogram")(image).tobytes()

if __name__ == "__main__":
    imgmine.set_num_threads(2)
    expected = [describe(seed) for seed in range(6)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(describe, range(6)) == expected)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_pool_of_forked_processes_computes():
    result = run_python(POOL)
    assert (result.stdout, result.stderr) == ("True\n", "")


PHOTO = large((700, 701, 3))
VECTORS = np.random.default_rng(0).random((800, 64), np.float32)
CLASSES = np.arange(800, dtype=np.int32) % 4


def machine(solver):
    lines = np.zeros((4, VECTORS.shape[1] + 1))
    costs, loss = [1.0] * 4, "squared_hinge"
    _core.classify.fit_linear_svc(
        VECTORS, CLASSES, range(4), costs, costs, None, lines, loss, solver, 1.0, 1e-3, 100, 0
    )
    return lines


WORK = {
    "gaussian_blur": lambda: gaussian_blur(PHOTO, 1.5),
    "resize": lambda: resize(PHOTO, (300, 333)),
    "histogram": lambda: histogram(PHOTO, 20),
    "color_histogram": lambda: color_histogram(PHOTO, 4, "hsv"),
    "recipe": lambda: Recipe.named("histogram")(PHOTO),
    "pairwise": lambda: pairwise(VECTORS, VECTORS, "pearson"),
    "top_k": lambda: top_k(VECTORS, VECTORS, 9)[0],
    "machine": lambda: machine("dual"),
    "machine in the primal": lambda: machine("primal"),
}


def test_concurrent_calls_do_not_meet():
    """Many Python threads, each with threads of its own, all functions mixed: right results."""
    imgmine.set_num_threads(2)
    names = list(WORK) * 6
    expected = {name: work() for name, work in WORK.items()}
    with ThreadPoolExecutor(6) as executor:
        results = list(executor.map(lambda name: WORK[name](), names))
    for name, result in zip(names, results, strict=True):
        np.testing.assert_array_equal(result, expected[name], name)


@pytest.mark.parametrize("name", sorted(WORK))
def test_the_gil_is_released(name):
    """Another thread's Python code runs during a call: it is that code which ends the test.

    None of the calls lets NumPy work, which would let go of the interpreter, too.
    """
    interval = sys.getswitchinterval()
    seen = threading.Event()
    calling = threading.Event()

    def look():
        calling.wait()
        seen.set()

    # Without being asked to, Python lets go of the interpreter after an hour only.
    sys.setswitchinterval(3600)
    thread = threading.Thread(target=look)
    try:
        thread.start()
        calling.set()
        for _ in range(1000):
            WORK[name]()
            if seen.is_set():
                break
        assert seen.is_set()
    finally:
        sys.setswitchinterval(interval)
        thread.join()


def test_threadpoolctl_sees_and_limits_the_threads():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    imgmine.register_threadpoolctl()
    imgmine.set_num_threads(3)
    found = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "imgmine"]
    assert [pool["num_threads"] for pool in found] == [3]
    assert found[0]["version"] == imgmine.__version__
    with threadpoolctl.threadpool_limits(1):
        assert imgmine.num_threads() == 1
    assert imgmine.num_threads() == 3
    with threadpoolctl.threadpool_limits({"imgmine": 2}):
        assert imgmine.num_threads() == 2
