"""Models that users bring along as files: a recipe knows them by their contents."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDERS = "IMGMINE_MODELS"  # environment: where files are looked for
_BLOCK = 1 << 20
# What exporters call the file that holds a large model's weights.
_WEIGHTS = (".data", "_data", ".weights")

# Where this process has seen which contents: recipes that are read find their models again.
_seen: dict[str, Path] = {}


@dataclass(frozen=True)
class ModelFile:
    """A file known by the SHA-256 of its contents; its name is only for people.

    Attributes
    ----------
    name : str
    sha256 : str
        Of the file, and of the weights beside it where it keeps them apart.
    """

    name: str = field(compare=False)
    sha256: str

    def __post_init__(self) -> None:
        for value in (self.name, self.sha256):
            if not isinstance(value, str):
                raise TypeError(f"a model must have a name and a checksum, got {value!r}")
        if Path(self.name).name != self.name:
            raise ValueError(f"a model's name must be that of a file, got {self.name!r}")

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> ModelFile:
        """Return the file at a path."""
        found = Path(os.path.abspath(path))  # noqa: PTH100 - resolve follows links to other names
        sha256 = _digest(found)
        _seen[sha256] = found
        return cls(found.name, sha256)

    def find(self) -> Path:
        """Return a path that holds these contents now; FileNotFoundError if none is known."""
        seen = _seen.get(self.sha256)
        folders = [Path(name) for name in os.environ.get(FOLDERS, "").split(os.pathsep) if name]
        for path in [*([seen] if seen else []), *(folder / self.name for folder in folders)]:
            if path.is_file() and _digest(path) == self.sha256:
                _seen[self.sha256] = path
                return path
        raise FileNotFoundError(
            f"the model {self.name!r} (SHA-256 {self.sha256[:12]}...) is not at hand: give the "
            f"recipe that holds it again, or name the file's folder in {FOLDERS}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return name and checksum."""
        return {"name": self.name, "sha256": self.sha256}

    def __repr__(self) -> str:
        return f"<{self.name}, SHA-256 {self.sha256[:12]}...>"


def paths_of(files: list[ModelFile]) -> dict[str, str]:
    """Return where this process has seen files, for `remember` in another one."""
    return {file.sha256: str(_seen[file.sha256]) for file in files if file.sha256 in _seen}


def remember(paths: dict[str, str]) -> None:
    """Look for contents at these paths, too."""
    for sha256, path in paths.items():
        _seen.setdefault(sha256, Path(path))


def _digest(path: Path) -> str:
    checksum = hashlib.sha256()
    beside = [path.with_name(path.name + suffix) for suffix in _WEIGHTS]
    for part in (path, *(extra for extra in beside if extra.is_file())):
        with part.open("rb") as file:
            while block := file.read(_BLOCK):
                checksum.update(block)
    return checksum.hexdigest()
