"""Functions that run on NVIDIA GPUs (extra ``imgmine[cuda]``).

Nothing here has to be called: the public functions run where their array lives. An array on a GPU
(CuPy, PyTorch, JAX, Numba, or whatever else has ``__cuda_array_interface__`` or DLPack) is worked
on there, on its owner's current stream, and the result is an array of the same kind.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .._errors import CudaError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["functions", "is_available", "require", "warm_up"]

# Which module has the CUDA version of which function of the core ("features.describe": of recipes).
VERSIONS = {
    "color.hsv2rgb": "_hsv",
    "color.lab2rgb": "_lab",
    "color.rgb2gray": "_rgb2gray",
    "color.rgb2hsv": "_hsv",
    "color.rgb2lab": "_lab",
    "features.color_histogram": "_color_histogram",
    "features.describe": "_recipe",
    "features.histogram": "_histogram",
    "features.lbp": "_lbp",
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
