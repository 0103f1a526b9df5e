"""The two networks: pictures to codes, and codes to pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..nn import Concatenate, Conv2D, ConvTranspose2D, Dense, Flatten, Input, Network, Reshape

if TYPE_CHECKING:
    from ..nn import Tensor

KERNEL = 3  # of the encoder
WINDOW = 4  # of the decoder: twice its stride, so that each pixel gets equally many summands


class Plan(NamedTuple):
    """Of which sizes networks are made."""

    shape: tuple[int, int, int]  # of a picture: height, width, channels
    widths: tuple[int, ...]  # channels of each stage, which halves the sides
    hidden: int  # units of the layer between the last stage and the codes
    code_size: int
    n_classes: int  # 0: without labels
    precision: str


def default_widths(height: int, width: int) -> tuple[int, ...]:
    """Return channels of as many stages as leave sides of at most 8: 32, 64, then 128."""
    side, stages = max(height, width), 0
    while side > 8:
        side, stages = (side + 1) // 2, stages + 1
    return (32, 64, *(128,) * 30)[: max(stages, 1)]


def sides(plan: Plan) -> list[tuple[int, int]]:
    """Return height and width of a picture, then after each stage."""
    found = [plan.shape[:2]]
    for _ in plan.widths:
        height, width = found[-1]
        found.append(((height + 1) // 2, (width + 1) // 2))
    return found


def encoder_of(plan: Plan, outputs: int, seed: int) -> Network:
    """Return a network of pictures, and of classes if there are some, to `outputs` numbers."""
    image = Input(plan.shape, name="image")
    x: Tensor = image
    for width in plan.widths:
        x = Conv2D(width, KERNEL, strides=2, padding="same", activation="relu")(x)
    x, inputs = _with_classes(plan, Flatten()(x), [image])
    x = Dense(plan.hidden, activation="relu")(x)
    x = Dense(outputs, kernel_initializer="glorot_uniform", name="code")(x)
    return Network(inputs, x, precision=plan.precision, random_state=seed)


def decoder_of(plan: Plan, seed: int) -> Network:
    """Return a network of codes, and of classes if there are some, to pictures from 0 to 1."""
    code = Input((plan.code_size,), name="code")
    x, inputs = _with_classes(plan, code, [code])
    sizes = sides(plan)
    height, width = sizes[-1]
    x = Dense(plan.hidden, activation="relu")(x)
    x = Dense(height * width * plan.widths[-1], activation="relu")(x)
    x = Reshape((height, width, plan.widths[-1]))(x)
    filters = (plan.shape[2], *plan.widths[:-1])
    for stage in reversed(range(len(plan.widths))):
        x = _enlarge(filters[stage], sizes[stage], last=stage == 0)(x)
    return Network(inputs, x, precision=plan.precision, random_state=seed)


def _enlarge(filters: int, size: tuple[int, int], *, last: bool) -> ConvTranspose2D:
    """Return the layer that doubles sides, or doubles them less 1, to come to `size`."""
    cut = (1, 1, 1 + size[0] % 2, 1 + size[1] % 2)
    name: dict[str, Any] = {"name": "image"} if last else {}
    how = ("sigmoid", "glorot_uniform") if last else ("relu", "he_uniform")
    return ConvTranspose2D(
        filters, WINDOW, strides=2, padding=cut, activation=how[0], kernel_initializer=how[1],
        **name,
    )  # fmt: skip


def _with_classes(plan: Plan, x: Tensor, inputs: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
    if not plan.n_classes:
        return x, inputs
    label = Input((plan.n_classes,), name="label")
    return Concatenate()([x, label]), [*inputs, label]
