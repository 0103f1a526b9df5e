"""What ``imgmine train --autoencoder`` and ``--vae`` can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._options import WrongUse, positive_float, positive_int

if TYPE_CHECKING:
    import argparse

_SIZE, _EPOCHS, _CODE_SIZE, _TEST_SIZE = 32, 50, 32, 0.2
_OWN = ("code_size", "noise", "beta")
_OTHERS = ("recipe", "C", "cv", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    group = parser.add_argument_group(
        "to make pictures",
        "Learn to make pictures like those of a folder in place of telling classes apart, brought "
        "to one size (--size, default: 32). See imgmine generate.",
    )
    kinds = group.add_mutually_exclusive_group()
    kinds.add_argument(
        "--autoencoder", action="store_true", help="learn an autoencoder (MODEL.safetensors)"
    )
    kinds.add_argument("--vae", action="store_true", help="learn a variational autoencoder")
    group.add_argument(
        "--labels-from-folders",
        action="store_true",
        help="learn to make pictures of each class, the name of the folder a picture is in",
    )
    group.add_argument("--gray", action="store_true", help="without colors")
    group.add_argument(
        "--code-size",
        type=positive_int,
        metavar="N",
        help=f"numbers that stand for a picture (default: {_CODE_SIZE})",
    )
    group.add_argument(
        "--noise",
        type=positive_float,
        metavar="X",
        help="learn to clean pictures of noise as strong, of 0 to 1 (default: 0)",
    )
    group.add_argument(
        "--beta",
        type=positive_float,
        metavar="X",
        help="of --vae: what the codes' divergence counts (default: 0.05)",
    )


def is_wanted(options: argparse.Namespace) -> bool:
    """Tell whether pictures are to be made; refuse options that are of this alone."""
    wanted: bool = options.autoencoder or options.vae
    own = [name for name in _OWN if getattr(options, name) is not None]
    if not wanted and (own or options.gray or options.labels_from_folders):
        raise WrongUse(
            "--labels-from-folders, --gray, --code-size, --noise and --beta are of --autoencoder "
            "and --vae: leave them out"
        )
    return wanted


def check(options: argparse.Namespace) -> None:
    """Refuse options that do not go together, and fill in the others."""
    if options.cnn or any(getattr(options, name) is not None for name in _OTHERS):
        raise WrongUse(
            "--autoencoder and --vae have no --cnn, --recipe, --C, --cv and --html: leave them out"
        )
    if options.beta is not None and not options.vae:
        raise WrongUse("--beta is of --vae: leave it out")
    defaults = {"size": _SIZE, "epochs": _EPOCHS, "code_size": _CODE_SIZE}
    for name, default in (defaults | {"test_size": _TEST_SIZE, "noise": 0.0}).items():
        if getattr(options, name) is None:
            setattr(options, name, default)
