import os
from pathlib import Path

import imgmine
import pytest
from hypothesis import HealthCheck, settings

# The same examples each time: what fails, fails because of a change. New ones are for the others.
settings.register_profile(
    "default",
    deadline=None,
    max_examples=12,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("random", parent=settings.get_profile("default"), derandomize=False)
settings.register_profile("long", parent=settings.get_profile("random"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config, items):
    """Run the best CPU level with one thread and with two, the others with one number each.

    IMGMINE_TEST_MATRIX=full runs every level with both.
    """
    if os.environ.get("IMGMINE_TEST_MATRIX") == "full":
        return
    levels = imgmine.cpu_levels()

    def is_wanted(item):
        params = item.callspec.params if hasattr(item, "callspec") else {}
        level = params.get("cpu_level", levels[-1])
        if "n_threads" not in params or level == levels[-1]:
            return True
        return params["n_threads"] == 2 - levels.index(level) % 2

    unwanted = [item for item in items if not is_wanted(item)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if is_wanted(item)]


@pytest.fixture(params=imgmine.cpu_levels(), scope="module")
def cpu_level(request):
    """Run a module's tests once per CPU level this machine has."""
    before = imgmine.cpu_level()
    imgmine.set_cpu_level(request.param)
    yield request.param
    imgmine.set_cpu_level(before)


@pytest.fixture(params=[1, 2], scope="module")
def n_threads(request):
    """Run a module's tests with one thread and with two."""
    imgmine.set_num_threads(request.param)
    yield request.param
    imgmine.set_num_threads(0)


@pytest.fixture(scope="session")
def data_dir():
    """Folder of the photographs and vectors that some tests use; see CONTRIBUTING."""
    folder = os.environ.get("IMGMINE_DATA")
    if not folder:
        pytest.skip("needs real photographs: IMGMINE_DATA is not set")
    return Path(folder)
