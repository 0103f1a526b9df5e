"""What every public function asks of its arrays. Which values are legal is the core's business."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from ._device_array import DeviceArray, as_device_out, is_on_gpu

if TYPE_CHECKING:
    from collections.abc import Sequence

UINT8 = np.dtype(np.uint8)
FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)
IMAGE_DTYPES = (UINT8, FLOAT32)

Array = npt.NDArray[Any]


def names_of(dtypes: Sequence[np.dtype[Any]]) -> str:
    """Return "uint8 or float32" for a message."""
    return " or ".join(str(dtype) for dtype in dtypes)


def as_image(
    image: npt.ArrayLike,
    dtypes: tuple[np.dtype[Any], ...] = IMAGE_DTYPES,
    name: str = "image",
    *,
    gpu: bool = False,
) -> Array:
    """Return `image` as an array of shape (H, W) or (H, W, C) whose rows are contiguous.

    Rows with a positive stride are left where they are; any other layout is copied once. Values
    are never rescaled: 0..255 stays 0..255. Where the function has a CUDA version (`gpu`), an array
    on a GPU stays there, and may be a batch of shape (N, H, W, C): see `_backend`.
    """
    if not isinstance(image, np.ndarray):
        if is_on_gpu(image):
            return as_device_image(image, dtypes, name, gpu)
        image = to_array(image, name)
    if image.dtype not in dtypes:
        raise wrong_dtype(image.dtype, dtypes, name)
    if image.ndim != 2 and image.ndim != 3:
        raise ValueError(f"{name} must have shape (H, W) or (H, W, C), got {image.shape}")
    if image.ndim == 3 and image.shape[2] == 0:
        raise ValueError(f"{name} must have at least one channel, got shape {image.shape}")
    return with_contiguous_rows(image)


def wrong_dtype(dtype: np.dtype[Any], dtypes: tuple[np.dtype[Any], ...], name: str) -> TypeError:
    """Return the error that says which dtypes an image may have."""
    hint = "; convert it with .astype()" if dtype.isnative else " in foreign byte order"
    return TypeError(f"{name} must be {names_of(dtypes)}, got {dtype}{hint}")


def as_device_image(image: Any, dtypes: tuple[np.dtype[Any], ...], name: str, gpu: bool) -> Array:
    """Return an image, or a batch of shape (N, H, W, C), that is on a GPU and stays there."""
    array = device_array(image, name, gpu)
    if array.dtype not in dtypes:
        raise wrong_dtype(array.dtype, dtypes, name)
    if array.ndim not in (2, 3, 4):
        raise ValueError(
            f"{name} must have shape (H, W), (H, W, C) or (N, H, W, C), got {array.shape}"
        )
    if array.ndim > 2 and array.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one channel, got shape {array.shape}")
    return array


def device_array(value: Any, name: str, gpu: bool) -> Array:
    """Return what an array on a GPU says of itself, if the function has a CUDA version (`gpu`)."""
    if gpu:
        return cast("Array", value if isinstance(value, DeviceArray) else DeviceArray(value))
    raise TypeError(
        f"{name} is on a GPU, and this function has no CUDA version: copy it to the host"
    )


def as_gray_image(image: npt.ArrayLike, name: str = "image", *, gpu: bool = False) -> Array:
    """Return a uint8 image of shape (H, W); refuse one of several channels."""
    array = as_image(image, (UINT8,), name, gpu=gpu)
    if not is_gray(array):
        raise ValueError(
            f"{name} must have shape (H, W), got {array.shape}; "
            "imgmine.color.rgb2gray makes gray images of RGB"
        )
    return array


def is_gray(array: Array) -> bool:
    """Tell whether an image has no channels, or each of a batch has one."""
    return array.ndim == 2 or (array.ndim == 4 and array.shape[3] == 1)


def to_array(value: npt.ArrayLike, name: str) -> Array:
    """Return `value`, which is no array yet, as one of whatever dtype suits it."""
    if is_on_gpu(value):
        return device_array(value, name, gpu=False)
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be an array, got {type(value).__name__}: {error}") from error


def with_contiguous_rows(array: Array) -> Array:
    """Return `array`, copied unless it is aligned and its rows contiguous and in rising order."""
    flags = array.flags
    if not flags.aligned:
        return np.array(array, order="C")
    if flags.c_contiguous:
        return array
    expected = array.itemsize
    for extent, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        if stride != expected and extent > 1:
            return np.ascontiguousarray(array)
        expected *= extent
    rises = array.strides[0] >= 0 and array.strides[0] % array.itemsize == 0
    return array if rises else np.ascontiguousarray(array)


def as_whole_numbers(labels: npt.ArrayLike, name: str) -> Array:
    """Return whole numbers or truth values of shape (H, W)."""
    array = labels if isinstance(labels, np.ndarray) else to_array(labels, name)
    if array.dtype.kind not in "biu":
        raise TypeError(f"{name} must hold whole numbers, got {array.dtype}")
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (H, W), got {array.shape}")
    return array


def as_out(
    out: Array | None,
    shape: tuple[int, ...],
    image: Array | DeviceArray,
    dtype: np.dtype[Any] | None = None,
) -> Array | None:
    """Return `out` if a result of `shape` and of `dtype`, or that of `image`, can go there."""
    if out is None:
        return None
    if isinstance(image, DeviceArray):
        return cast("Array", as_device_out(out, shape, image, dtype or image.dtype))
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be a NumPy array, got {type(out).__name__}")
    wanted = image.dtype if dtype is None else dtype
    if out.dtype != wanted:
        reason = " as the image is" if wanted == image.dtype else ""
        raise TypeError(f"out must be {wanted}{reason}, got {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}, got {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out must be writable")
    if with_contiguous_rows(out) is not out:
        raise ValueError(f"out must have contiguous, aligned rows, got strides {out.strides}")
    if np.may_share_memory(out, image):
        raise ValueError("out must not overlap the image")
    return out


def as_numbers(values: npt.ArrayLike, name: str) -> Array:
    """Return `values` as an array of numbers of any real dtype."""
    if hasattr(values, "tocsr"):
        raise TypeError(
            f"{name} must be dense, got a sparse {type(values).__name__}: use .toarray()"
        )
    array = values if isinstance(values, np.ndarray) else to_array(values, name)
    if values is None:
        raise TypeError(f"{name} must hold numbers, got None")
    if array.dtype.kind == "O":
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{name} must hold numbers: {error}") from error
    if array.dtype.kind == "c":
        raise ValueError(
            f"{name} must hold real numbers, got {array.dtype}: Complex data not supported"
        )
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    return array


def require_finite(array: Array, name: str) -> None:
    """Refuse NaN and infinity, looking at some rows at a time."""
    if array.dtype.kind != "f":
        return
    block = max(1, 2**16 // max(array[:1].size, 1))
    for i in range(0, len(array), block):
        if not np.isfinite(array[i : i + block]).all():
            raise ValueError(f"{name} must be finite, got NaN or infinity")


def as_rows(
    vectors: npt.ArrayLike,
    name: str,
    dtypes: tuple[np.dtype[Any], ...] = (FLOAT32,),
    *,
    gpu: bool = False,
) -> Array:
    """Return `vectors` as an array of shape (n, size) whose rows are contiguous.

    A list of numbers becomes the first of `dtypes`; so does uint8 where it is not among them. Any
    other array of another dtype is refused rather than converted. Where the function has a CUDA
    version (`gpu`), an array on a GPU stays there.
    """
    if isinstance(vectors, np.ndarray):
        array = vectors
    elif gpu and is_on_gpu(vectors):
        return as_device_rows(vectors, name, dtypes)
    else:
        array = from_list(vectors, name, dtypes[0])
    if array.dtype == UINT8 not in dtypes:
        array = array.astype(dtypes[0])
    if array.dtype not in dtypes:
        raise TypeError(
            f"{name} must be {names_of(dtypes)}, got {array.dtype}; convert it with "
            f".astype(np.{dtypes[0]})"
        )
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (n, size), got {array.shape}")
    return with_contiguous_rows(array)


def as_device_rows(vectors: Any, name: str, dtypes: tuple[np.dtype[Any], ...]) -> Array:
    """Return rows that are on a GPU and stay there."""
    array = device_array(vectors, name, gpu=True)
    if array.dtype not in dtypes:
        raise TypeError(f"{name} must be {names_of(dtypes)}, got {array.dtype}")
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (n, size), got {array.shape}")
    return array


def from_list(values: npt.ArrayLike, name: str, dtype: np.dtype[Any]) -> Array:
    """Return a list of numbers, nested or not, as an array of `dtype`."""
    array = to_array(values, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    if dtype == UINT8 and not ((array >= 0) & (array <= 255) & (np.floor(array) == array)).all():
        raise ValueError(f"{name} must hold whole numbers from 0 to 255")
    return array.astype(dtype)


def as_vector(
    vector: npt.ArrayLike, name: str, dtypes: tuple[np.dtype[Any], ...] = (FLOAT32,)
) -> Array:
    """Return `vector`, an array of shape (size,), as the only row of one of shape (1, size)."""
    array = vector if isinstance(vector, np.ndarray) else from_list(vector, name, dtypes[0])
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (size,), got {array.shape}")
    return as_rows(array[np.newaxis], name, dtypes)


def as_jobs(n_jobs: int | None, default: int) -> int:
    """Return the number of threads that `n_jobs` asks for."""
    if n_jobs is None:
        return default
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, (int, np.integer)):
        raise TypeError(f"n_jobs must be a whole number or None, got {type(n_jobs).__name__}")
    if not 1 <= n_jobs <= 1024:
        raise ValueError(f"n_jobs must be from 1 to 1024 or None, got {n_jobs}")
    return int(n_jobs)


def as_float(value: float, name: str) -> float:
    """Return `value` if it is a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f"{name} must be below 1.8e308, got more") from error


def as_int(value: int | np.integer[Any], name: str) -> int:
    """Return `value` if it is a whole number of 32 bits."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__}")
    if not -(2**31) <= value < 2**31:
        raise ValueError(f"{name} must be below 2^31, got {value}")
    return int(value)


def as_bool(value: bool, name: str) -> bool:
    """Return `value` if it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {type(value).__name__}")
    return bool(value)


def as_name(value: str, name: str) -> str:
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {type(value).__name__}")
    return value


def is_path(item: object) -> bool:
    """Tell whether `item` names a file."""
    return isinstance(item, (str, os.PathLike))
