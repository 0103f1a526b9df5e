"""How the core runs: threads, and the set of instructions it uses."""

from __future__ import annotations

from . import _core


def num_threads() -> int:
    """Return how many threads one call may use.

    Returns
    -------
    int
        What `set_num_threads` set; else the environment variable ``IMGMINE_NUM_THREADS``; else
        the number of CPUs this process may run on.

    Examples
    --------
    >>> import imgmine as im
    >>> im.num_threads() >= 1
    True
    """
    return _core.num_threads()


def set_num_threads(n: int) -> None:
    """Limit the threads that one call may use.

    Results do not depend on it. Small work stays on the caller's thread in any case.

    Parameters
    ----------
    n : int
        1 to 1024; 0 restores the default.

    Raises
    ------
    TypeError
        If `n` is no whole number.
    ValueError
        If `n` is out of range.

    Examples
    --------
    >>> import imgmine as im
    >>> im.set_num_threads(1)
    >>> im.num_threads()
    1
    >>> im.set_num_threads(0)
    """
    if isinstance(n, bool) or not hasattr(n, "__index__"):
        raise TypeError(f"n must be a whole number, got {type(n).__name__}")
    if not 0 <= n <= 1024:
        raise ValueError(f"n must be between 0 and 1024 threads, got {n}")
    _core.set_num_threads(n)


def cpu_level() -> str:
    """Return the name of the instruction set that the kernels use.

    Returns
    -------
    str
        "v2", "v3" or "v4" (x86-64, the last one with the AVX-512 of Ice Lake and Zen 4), or
        "neon" (64-bit ARM). The best one the machine has, unless the environment variable
        ``IMGMINE_CPU`` or `set_cpu_level` named another. Results do not depend on it.

    Examples
    --------
    >>> import imgmine as im
    >>> im.cpu_level() in im.cpu_levels()
    True
    """
    return _core.cpu_level()


def cpu_levels() -> list[str]:
    """Return the instruction sets that this machine can run, slowest first.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import imgmine as im
    >>> len(im.cpu_levels()) >= 1
    True
    """
    return _core.cpu_levels()


def set_cpu_level(name: str) -> None:
    """Use another instruction set: for tests and bug reports.

    Parameters
    ----------
    name : str
        One of `cpu_levels`.

    Raises
    ------
    TypeError
        If `name` is no string.
    ValueError
        If this machine cannot run it.

    Examples
    --------
    >>> import imgmine as im
    >>> im.set_cpu_level(im.cpu_levels()[-1])
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {type(name).__name__}")
    _core.set_cpu_level(name)
