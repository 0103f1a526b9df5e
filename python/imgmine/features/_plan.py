"""Which part of a recipe is done in one pass over the image, and which before and beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from ._descriptor import as_gray, is_fused
from ._steps import GaussianBlur, Gray, Resize, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array
    from ._descriptor import Descriptor


class Plan:
    """Steps that come first; then a fused pass, which ends with those of the descriptors it can do.

    Raises ValueError where a step or a fused descriptor has a parameter out of range.
    """

    def __init__(self, descriptors: Sequence[Descriptor], steps: Sequence[Step]) -> None:
        self._descriptors, self.steps = descriptors, tuple(steps)
        self.is_gray = any(isinstance(step, Gray) for step in steps)
        for part in descriptors:
            if self.is_gray and part.of_color:
                raise ValueError(f"{type(part).__name__} cannot come after Gray")
        self._first, fused = self._split(steps)
        for step in self._first:
            step.check()
        # The pass for images of three channels, and for images of one.
        self._pass = self._compile(fused)
        self._gray_pass = self._compile([step for step in fused if not isinstance(step, Gray)])

    def _split(self, steps: Sequence[Step]) -> tuple[tuple[Step, ...], list[Gray | GaussianBlur]]:
        """Take the steps that the fused pass can do off the end of the others.

        It can do none if the image is wanted by descriptors outside of the pass.
        """
        if not all(is_fused(descriptor) for descriptor in self._descriptors):
            return tuple(steps), []
        rest = list(steps)
        fused: list[Gray | GaussianBlur] = []
        for kind in (GaussianBlur, Gray):
            last = rest[-1] if rest else None
            if isinstance(last, kind):
                fused.insert(0, last)
                rest.pop()
        return tuple(rest), fused

    def _compile(self, steps: Sequence[Gray | GaussianBlur]) -> _core.features.RecipePlan | None:
        parts = [part for part in self._descriptors if is_fused(part)]
        if not parts and self._descriptors:
            return None
        plan = _core.features.RecipePlan()
        for part in (*steps, *parts):
            part.add_to(plan)
        plan.check()
        return plan

    def prepared(self, image: Array) -> Array:
        """Return an image that went through the steps before the fused pass.

        Where colors are wanted a gray image becomes one of equal channels; a fourth is left out.
        """
        if image.ndim == 3 and image.shape[2] == 4:
            image = np.ascontiguousarray(image[..., :3])
        if image.ndim == 2 and not self.is_gray:
            image = np.repeat(image[..., np.newaxis], 3, axis=2)
        for step in self._first:
            image = step(image)
        return image

    def before_upload(self) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """Return the steps that make all pictures of one size, cheaply, and those left for a GPU.

        `Gray` is among both: it changes nothing where it is done, but says what is described.
        """
        n_gray = 0
        while n_gray < len(self.steps) and isinstance(self.steps[n_gray], Gray):
            n_gray += 1
        if not isinstance(next(iter(self.steps[n_gray:]), None), Resize):
            return (), self.steps
        return self.steps[: n_gray + 1], self.steps[:n_gray] + self.steps[n_gray + 1 :]

    def describe(
        self, image: Array, descriptors: Sequence[Descriptor], sizes: Sequence[int]
    ) -> Array:
        """Return the vectors of a prepared image, of so many values each, one after the other.

        `descriptors` are those the plan was made for, by now fitted.
        """
        fused_pass = self._gray_pass if image.ndim == 2 else self._pass
        fused = np.empty(0, np.float32) if fused_pass is None else fused_pass.describe(image)
        if fused.size == sum(sizes):
            return fused
        gray = as_gray(image) if any(part.of_gray for part in descriptors) else image
        vector = np.empty(sum(sizes), np.float32)
        at = taken = 0
        for part, size in zip(descriptors, sizes, strict=True):
            if is_fused(part):
                vector[at : at + size] = fused[taken : taken + size]
                taken += size
            else:
                vector[at : at + size] = part(gray if part.of_gray else image)
            at += size
        return vector


def describe(
    image: Array,
    plan: Plan,
    descriptors: Sequence[Descriptor],
    sizes: Sequence[int],
    weights: Sequence[float] | None,
) -> Array:
    """Return the vector of an image of a recipe's parts."""
    vector = plan.describe(plan.prepared(image), descriptors, sizes)
    if weights is not None:
        _core.features.scale_parts(vector, sizes, weights)
    return vector
