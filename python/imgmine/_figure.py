"""What every plot shares: figures without pyplot, and their files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import MissingDependencyError
from ._files import replace_file

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure


def new_figure(**options: Any) -> Figure:
    """Make a figure without pyplot, so that no global state is touched."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError("matplotlib", "plot") from error
    return Figure(**options)


def save(figure: Figure, path: str | os.PathLike[str] | None) -> None:
    """Write the figure to `path`, if there is one, in the format that its suffix names."""
    if path is None:
        return
    buffer = io.BytesIO()
    figure.savefig(buffer, format=Path(path).suffix[1:] or "png", dpi=150)
    replace_file(path, buffer.getvalue())
