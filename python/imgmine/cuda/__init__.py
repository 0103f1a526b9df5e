"""Functions that run on NVIDIA GPUs (extra ``imgmine[cuda]``).

Nothing here has to be called: the public functions run where their array lives. An array on a GPU
(CuPy, PyTorch, JAX, Numba, or whatever else has ``__cuda_array_interface__`` or DLPack) is worked
on there, on its owner's current stream, and the result is an array of the same kind.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .._errors import CudaError, MissingDependencyError
from .._validate import as_int

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from .._progress import Progress
    from .._validate import Array

__all__ = [
    "functions",
    "is_available",
    "pinned_empty",
    "require",
    "transform",
    "upload",
    "warm_up",
]

# Which module has the CUDA version of which function of the core; "features.describe" and
# "features.scaled_haralick" are below recipes and a descriptor.
VERSIONS = {
    "color.hsv2rgb": "_hsv",
    "color.lab2rgb": "_lab",
    "color.rgb2gray": "_rgb2gray",
    "color.rgb2hsv": "_hsv",
    "color.rgb2lab": "_lab",
    "features.cedd": "_cedd",
    "features.color_correlogram": "_color_correlogram",
    "features.color_histogram": "_color_histogram",
    "features.color_layout": "_color_layout",
    "features.color_moments": "_color_moments",
    "features.describe": "_recipe",
    "features.edge_histogram": "_edge_histogram",
    "features.gabor_features": "_gabor_features",
    "features.gabor_responses": "_gabor_features",
    "features.glcm": "_glcm",
    "features.haralick": "_haralick",
    "features.histogram": "_histogram",
    "features.hog": "_hog",
    "features.image_hash": "_hash",
    "features.lbp": "_lbp",
    "features.lbp_histogram": "_lbp_histogram",
    "features.pdq": "_pdq",
    "features.phog": "_phog",
    "features.scaled_haralick": "_scaled_haralick",
    "features.tamura": "_tamura",
    "filters.box_blur": "_box_blur",
    "filters.correlate": "_convolve",
    "filters.gaussian_blur": "_gaussian_blur",
    "filters.gradient": "_gradient",
    "filters.median_blur": "_median_blur",
    "filters.sep_correlate": "_sep_convolve",
    "geometry.resize": "_resize",
    "similarity.pairwise": "_pairwise",
    "similarity.top_k": "_top_k",
}


def version_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the CUDA version of a function of the core: same arguments, arrays on a GPU."""
    require()
    package = [part for part in function.__module__.split(".") if part[0] != "_"][-1]
    name = f"{package}.{function.__name__}"
    version: Callable[..., Any] = getattr(
        import_module(f".{VERSIONS[name]}", __name__), function.__name__
    )
    return version


def functions() -> list[str]:
    """Return the names of the core's functions that have a CUDA version.

    Returns
    -------
    list of str
        Package and name, as in "color.rgb2gray". Public functions that call the same one, as
        `convolve` and `correlate` do, count once. "features.describe" is what recipes call.

    Examples
    --------
    >>> import imgmine.cuda
    >>> "color.rgb2gray" in imgmine.cuda.functions()
    True
    """
    return sorted(VERSIONS)


def require() -> None:
    """Raise an error that says what is missing, unless a GPU can be used.

    Every function that is given an array on a GPU asks this first.

    Raises
    ------
    MissingDependencyError
        If the package that compiles for GPUs, numba-cuda, is not installed.
    CudaError
        If it is, but there is no driver or no GPU.

    Examples
    --------
    >>> import imgmine.cuda
    >>> try:
    ...     imgmine.cuda.require()
    ... except (imgmine.CudaError, ImportError) as error:
    ...     reason = str(error)
    """
    try:
        from numba import cuda
    except ImportError as error:
        raise MissingDependencyError("numba-cuda", "cuda") from error
    if not cuda.is_available():
        reason = " ".join(str(cuda.cuda_error() or "the driver finds none").split())
        raise CudaError(f"no GPU can be used: {reason}")


def is_available() -> bool:
    """Tell whether a GPU can be used: package, driver and device are there.

    Returns
    -------
    bool

    Examples
    --------
    >>> import imgmine.cuda
    >>> imgmine.cuda.is_available() in (True, False)
    True
    """
    try:
        require()
    except (MissingDependencyError, CudaError):
        return False
    return True


def warm_up() -> None:
    """Compile every kernel for uint8 and float32 now rather than when it is first called.

    Kernels are compiled once for each GPU generation, in about a second each, and kept on disk
    (``NUMBA_CACHE_DIR`` says where, if not beside the package or in the user's cache), so that
    later processes only load them.

    Raises
    ------
    MissingDependencyError, CudaError
        As `require`.

    Examples
    --------
    >>> import imgmine.cuda
    >>> if imgmine.cuda.is_available():
    ...     imgmine.cuda.warm_up()
    """
    require()
    import_module("._warm_up", __name__).run()


def pinned_empty(shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """Return a new array in page-locked memory, from which a GPU copies by itself.

    Such memory is dear to get, and lacks elsewhere: fill a few buffers again and again.

    Parameters
    ----------
    shape : int or tuple of int
    dtype : dtype_like

    Returns
    -------
    ndarray

    Raises
    ------
    MissingDependencyError, CudaError
        As `require`; `CudaMemoryError` if so much memory cannot be locked.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine.cuda
    >>> if imgmine.cuda.is_available():
    ...     buffer = imgmine.cuda.pinned_empty((64, 480, 640, 3), np.uint8)
    """
    require()
    found: Array = import_module("._pinned", __name__).pinned_empty(shape, dtype)
    return found


def upload(batch: npt.ArrayLike, stream: Any = None) -> Any:
    """Copy an array to the current GPU.

    Parameters
    ----------
    batch : array_like
        From an array of `pinned_empty` to a stream, the copy is only queued: leave the values as
        they are until the stream is synchronized.
    stream : stream of Numba, CuPy or PyTorch, or its number, optional
        Default: the default stream, and the copy is finished.

    Returns
    -------
    Numba device array
        Which says on what stream it is made, so that whoever uses it waits there.

    Raises
    ------
    MissingDependencyError, CudaError, TypeError
        As `require`; `CudaMemoryError` if there is no room; if `stream` is none.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine.cuda
    >>> if imgmine.cuda.is_available():
    ...     there = imgmine.cuda.upload(np.zeros((4, 480, 640, 3), np.uint8))
    """
    require()
    return import_module("._pinned", __name__).upload(batch, stream)


def transform(
    recipe: Any,
    images: Iterable[Any],
    *,
    batch: int = 64,
    n_jobs: int | None = None,
    progress: Progress = False,
) -> Array:
    """Describe many pictures of the host on the GPU: ``recipe.transform(images)`` otherwise done.

    Threads decode files as `imgmine.features.Recipe.transform` lets them. Pictures of one size go
    up together, from page-locked buffers, and are described, and their vectors come back, while
    the next are decoded. A recipe that begins with `Resize` (or with `Gray` and it) has pictures
    resized by the threads: all are of one size, then, and less goes up.

    Parameters
    ----------
    recipe : Recipe
        All of whose parts have CUDA versions.
    images : iterable of paths, bytes or images
    batch : int, default 64
        Pictures that go up at a time, 1 or more; fewer where they take 128 MiB.
    n_jobs : int, optional
        Threads; default: all the process may use.
    progress : bool or callable ``(done, total)``, default False
        Called when a batch has come back.

    Returns
    -------
    ndarray of shape (N, size), float32
        On the host, in the order of `images`: what calling `recipe` with a batch on a GPU gives.

    Raises
    ------
    DecodeError, OSError, TypeError, ValueError
        What the first picture that could not be read raised.
    TypeError
        If a part of the recipe cannot run on a GPU.
    MissingDependencyError, CudaError
        As `require`; `CudaMemoryError` if not even one picture has room.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> recipe = im.features.Recipe.named("color")
    >>> if im.cuda.is_available():
    ...     vectors = im.cuda.transform(recipe, np.zeros((9, 20, 30, 3), np.uint8))
    """
    if not hasattr(recipe, "pictures"):
        raise TypeError(f"recipe must be a Recipe, got {type(recipe).__name__}")
    if as_int(batch, "batch") < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")
    require()
    run = import_module("._pipeline", __name__).transform
    vectors: Array = run(recipe, images, int(batch), n_jobs, progress)
    return vectors
