from __future__ import annotations

from . import _core
from ._errors import MissingDependencyError


def register_threadpoolctl() -> None:
    """Let threadpoolctl see and limit the library's threads.

    After this call, ``threadpoolctl.threadpool_info()`` lists imgmine and
    ``threadpoolctl.threadpool_limits(1)`` holds for it as well. Call it once, before entering the
    limits. threadpoolctl has no other way to learn about a library.

    Raises
    ------
    MissingDependencyError
        If threadpoolctl is not installed; scikit-learn brings it.

    Examples
    --------
    >>> import imgmine as im
    >>> import threadpoolctl
    >>> im.register_threadpoolctl()
    >>> with threadpoolctl.threadpool_limits(1):
    ...     im.num_threads()
    1
    """
    try:
        import threadpoolctl
    except ImportError as error:
        raise MissingDependencyError("threadpoolctl", "threads") from error

    class ImgmineController(threadpoolctl.LibController):  # type: ignore[misc]
        user_api = "imgmine"
        internal_api = "imgmine"
        filename_prefixes = ("_core",)
        check_symbols = ("imgmine_get_num_threads", "imgmine_set_num_threads")

        def get_num_threads(self) -> int:
            return int(self.dynlib.imgmine_get_num_threads())

        def set_num_threads(self, num_threads: int) -> None:
            self.dynlib.imgmine_set_num_threads(num_threads)

        def get_version(self) -> str:
            return _core.version

        def set_additional_attributes(self) -> None:
            """There are none."""

    threadpoolctl.register(ImgmineController)
