from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._figure import new_figure, save

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from matplotlib.figure import Figure


class History:
    """What a network did in each epoch of `Network.fit`; printed, it is a table.

    ``history["loss"]`` is the list of one quantity's values. There are ``loss``, ``accuracy`` (of
    labels), ``val_loss`` and ``val_accuracy`` (of `validation_data`), ``learning_rate`` at the end
    of the epoch, and ``seconds``.

    Attributes
    ----------
    epochs : list of dict
        A dict for each epoch, from names of quantities to values.
    stopped : str or None
        Why training ended before the last epoch, if it did.
    """

    def __init__(self) -> None:
        self.epochs: list[dict[str, float]] = []
        self.stopped: str | None = None

    def __getitem__(self, name: str) -> list[float]:
        if not any(name in epoch for epoch in self.epochs):
            raise KeyError(name)
        return [epoch.get(name, float("nan")) for epoch in self.epochs]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def names(self) -> list[str]:
        """The quantities that there are."""
        return list(dict.fromkeys(name for epoch in self.epochs for name in epoch))

    def to_dict(self) -> dict[str, list[float]]:
        """Return a list of values for each quantity.

        Returns
        -------
        dict
        """
        return {name: self[name] for name in self.names}

    def __repr__(self) -> str:
        names = self.names
        rows = [["epoch", *names]]
        for i, epoch in enumerate(self.epochs):
            rows.append([str(i + 1), *(_text(name, epoch.get(name)) for name in names)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]
        return "\n".join(lines if self.stopped is None else [*lines, self.stopped])

    def plot(self, *, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw losses, and accuracies if there are some, epoch by epoch.

        Parameters
        ----------
        path : path, optional
            Where to save the figure; the suffix names the format.

        Returns
        -------
        matplotlib.figure.Figure
            Needs matplotlib: ``pip install imgmine[plot]``.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        """
        kinds = [kind for kind in ("loss", "accuracy") if kind in self]
        figure = new_figure(figsize=(4.2 * max(len(kinds), 1), 3.2), layout="constrained")
        for i, kind in enumerate(kinds):
            axes: Any = figure.add_subplot(1, len(kinds), i + 1)
            for name, label in ((kind, "training"), (f"val_{kind}", "validation")):
                if name in self:
                    axes.plot(range(1, len(self) + 1), self[name], marker=".", label=label)
            axes.set_xlabel("epoch")
            axes.set_ylabel(kind)
            axes.legend(frameon=False)
            axes.spines[["top", "right"]].set_visible(False)
        save(figure, path)
        return figure


def _text(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name == "seconds":
        return f"{value:.1f}"
    return f"{value:.3g}" if name == "learning_rate" else f"{value:.4f}"
