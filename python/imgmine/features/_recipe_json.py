"""Recipes as JSON: a file format."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from .._errors import FormatError
from ._descriptor import Descriptor
from ._descriptors import DESCRIPTORS
from ._steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._steps import Step

R = TypeVar("R")

FORMAT = 1


def written_part(part: Step | Descriptor) -> dict[str, Any]:
    """Return a part's name and parameters."""
    fields = part.to_dict() if isinstance(part, Descriptor) else asdict(part)
    return {"type": type(part).__name__, **fields}


def written(
    descriptors: Sequence[Descriptor],
    preprocess: Sequence[Step],
    weights: Sequence[float] | None,
    min_side: int | None,
) -> str:
    """Write the arguments of a recipe down."""
    document = {
        "format": FORMAT,
        "preprocess": [written_part(step) for step in preprocess],
        "descriptors": [written_part(descriptor) for descriptor in descriptors],
        "min_side": min_side,
    }
    if weights is not None:
        document["weights"] = weights
    return json.dumps(document)


def parsed_part(part: Any, known: dict[str, Any]) -> Any:
    """Return the part that was written down, if it is one of those that are known."""
    fields = dict(part)
    name = fields.pop("type")
    if name not in known:
        raise ValueError(f"unknown part {name!r}")
    make = known[name]
    return make.from_dict(fields) if issubclass(make, Descriptor) else make(**fields)


def parsed(text: str, make: Callable[..., R]) -> R:
    """Return what `make` makes of the arguments in `text`; FormatError if it is anything else."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}, this library reads {FORMAT}")
        return make(
            [parsed_part(part, DESCRIPTORS) for part in document["descriptors"]],
            [parsed_part(part, STEPS) for part in document["preprocess"]],
            weights=document.get("weights"),
            min_side=document["min_side"],
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"not a recipe: {error}") from error
