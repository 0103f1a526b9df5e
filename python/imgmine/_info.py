from __future__ import annotations

from . import _core

OPTIONAL = (
    "hnswlib",
    "matplotlib",
    "numba-cuda",
    "onnxruntime",
    "scikit-image",
    "scikit-learn",
    "simplejpeg",
    "threadpoolctl",
    "tokenizers",
)


def info() -> dict[str, object]:
    """Say what is installed and how it will run: the first thing to put into a bug report.

    Returns
    -------
    dict
        ``version``, ``build`` (compiler and kind), ``cpu_level`` in use, ``cpu_levels`` this
        machine can run, ``num_threads``, and ``packages``: the versions of NumPy, Pillow and the
        optional packages, None for those that are absent.

    Examples
    --------
    >>> import imgmine as im
    >>> im.info()["version"] == im.__version__
    True
    """
    # Imported late: it takes twice as long as all else that the package needs to start.
    from importlib.metadata import PackageNotFoundError, version

    packages: dict[str, str | None] = {}
    for name in ("numpy", "pillow", *OPTIONAL):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = None
    return {
        "version": _core.version,
        "build": _core.build,
        "cpu_level": _core.cpu_level(),
        "cpu_levels": _core.cpu_levels(),
        "num_threads": _core.num_threads(),
        "packages": packages,
    }
