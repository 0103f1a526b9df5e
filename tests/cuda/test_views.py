"""What kernels see of an array: its values, as long as they are needed and no longer."""

import gc
import weakref

import numpy as np
import pytest
from imgmine._device_array import DeviceArray
from imgmine.cuda import _views


def seen(gpu, values):
    """Return an array on the GPU, and what describes it."""
    there = gpu.put(values)
    return there, DeviceArray(there)


@pytest.mark.parametrize("shape", [(60,), (3, 20), (1, 3, 4, 5)])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_every_view_has_the_values(gpu, shape, dtype):
    values = np.arange(60).reshape(3, 4, 5).astype(dtype)
    _, array = seen(gpu, values)
    for _ in range(3):  # made, then copied
        view = _views.view_of(array, shape)
        assert view.shape == shape
        assert view.dtype == dtype
        np.testing.assert_array_equal(gpu.get(view), values.reshape(shape))
        again = _views.reshaped(view, 5, 12)
        np.testing.assert_array_equal(gpu.get(again), values.reshape(5, 12))
        np.testing.assert_array_equal(gpu.get(view[:1]), values.reshape(shape)[:1])


def test_one_place_is_seen_in_several_dtypes(gpu):
    values = np.arange(6, dtype=np.float32)
    _, array = seen(gpu, values)
    for _ in range(2):
        bits = _views.view_of(array.of_dtype(np.dtype(np.int32)), (6,))
        np.testing.assert_array_equal(gpu.get(bits), values.view(np.int32))
        np.testing.assert_array_equal(gpu.get(_views.view_of(array, (6,))), values)


def test_an_empty_array_is_seen(gpu):
    _, array = seen(gpu, np.empty((0, 4), np.uint8))
    for _ in range(2):
        assert _views.view_of(array, (0, 4)).shape == (0, 4)


def test_a_view_keeps_its_array_and_what_is_kept_for_later_does_not(gpu):
    there, array = seen(gpu, np.arange(8, dtype=np.uint8))
    first = weakref.ref(array)
    views = [_views.view_of(array, (8,)) for _ in range(2)]
    views.append(_views.reshaped(views[1], 2, 4))
    del array
    gc.collect()
    assert first() is not None
    del views
    gc.collect()
    assert first() is None
    np.testing.assert_array_equal(gpu.get(there), np.arange(8))


def test_few_views_are_kept(gpu, monkeypatch):
    monkeypatch.setattr(_views, "MOST_KEPT", 2)
    _, array = seen(gpu, np.arange(24, dtype=np.uint8))
    for rows in (1, 2, 3, 4, 6):
        view = _views.view_of(array, (rows, 24 // rows))
        np.testing.assert_array_equal(gpu.get(view).ravel(), np.arange(24))
    assert len(_views._kept) <= 2
