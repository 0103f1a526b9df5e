"""The command line: ``imgmine COMMAND``, one module per command, imported when it is asked for.

Exit status: 0 done, 1 failed (one line on standard error), 2 wrong use, 130 interrupted, 141 if
whoever read the output went away. Results go to standard output, all else to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import warnings
from typing import TYPE_CHECKING, TextIO

from ._options import WrongUse
from ._output import say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

COMMANDS = {
    "info": "say what is installed and how it will run",
    "describe": "turn pictures into vectors",
    "index": "put a folder of pictures into a catalogue, or bring one up to date",
    "search": "find the pictures most similar to others",
    "tag": "suggest tags for pictures, as similar ones have them, or keep them",
    "check": "verify a catalogue",
    "erase": "erase pictures from a catalogue without a trace",
    "duplicates": "find the files that show the same picture, and show them side by side",
    "cluster": "sort pictures into groups of alike ones, and show them on a page",
    "train": "learn to classify pictures from a folder per class",
    "classify": "tell the class of pictures",
    "evaluate": "measure a catalogue or a classifier on labeled pictures",
    "segment": "split a picture into regions, and show, name and write them down",
    "generate": "make pictures like those a model learned from",
    "demo": "see it all on pictures that are already on this machine",
}

_EPILOG = """\
"imgmine COMMAND --help" says more about a command.

Exit status: 0 done; 1 failed, with the reason on standard error; 2 wrong use.
IMGMINE_DEBUG=1 shows where an error came from, IMGMINE_NUM_THREADS=N limits threads."""

_SPEAKING = (OSError, ValueError, ImportError)  # their messages are meant for users
_INTERRUPTED = 128 + 2  # what shells report of a program that SIGINT ended
_NO_READER = 128 + 13  # and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, optional
        What stands behind ``imgmine`` on the command line; default: ``sys.argv[1:]``.

    Returns
    -------
    int
        The exit status.

    Examples
    --------
    >>> import imgmine.cli
    >>> imgmine.cli.main(["--version"])  # doctest: +ELLIPSIS
    imgmine ...
    0
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if hasattr(sys.stdout, "reconfigure"):  # file names need not be printable everywhere
        sys.stdout.reconfigure(errors="backslashreplace")
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        # Pillow's are about odd metadata, name no file, and are not what the caller can mend.
        warnings.filterwarnings("ignore", module=r"PIL\b")
        return _status_of(arguments)


def _status_of(arguments: list[str]) -> int:
    """Run a command, and say in one line why it ended early if it did."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return _NO_READER
    except WrongUse as error:
        _say(f"error: {error}")
        return 2
    except Exception as error:
        if os.environ.get("IMGMINE_DEBUG", "0") not in ("", "0"):
            raise
        _say(f"error: {_reason(error)}")
        return 1
    return status


def _run(arguments: list[str]) -> int:
    name = next((word for word in arguments if not word.startswith("-")), "")
    try:
        options = _parser(name).parse_args(arguments)
    except SystemExit as exit_:  # argparse has said it all
        return exit_.code if isinstance(exit_.code, int) else 2
    status: int = options.run(options)
    return status


def _parser(command: str) -> argparse.ArgumentParser:
    """Return a parser that knows all commands by name and `command` with its options."""
    from .. import __version__

    parser = argparse.ArgumentParser(
        prog="imgmine",
        description="Image data mining: describe, search and classify pictures.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"imgmine {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        chosen = commands.add_parser(
            name,
            help=summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,  # so that a new option never changes what an old script means
        )
        if name == command:
            module = importlib.import_module(f"._{name}", __name__)
            chosen.description = module.__doc__
            module.add_arguments(chosen)
            chosen.add_argument("--json", action="store_true", help="print one JSON document")
            chosen.set_defaults(run=module.run)
    return parser


def _reason(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        text = f"{os.fsdecode(error.filename)}: {error.strerror}"
    else:
        text = " ".join(str(error).split())
    if text and (isinstance(error, _SPEAKING) or type(error) is RuntimeError):
        return text
    return f"{type(error).__name__}: {text} (IMGMINE_DEBUG=1 shows where)"


def _say(text: str) -> None:
    # On a terminal a progress bar may stand in the line.
    start = "\n" if text == "interrupted" and sys.stderr.isatty() else ""
    say(f"{start}imgmine: {text}", file=sys.stderr)


def _show_warning(
    message: Warning | str,
    category: type[Warning],  # noqa: ARG001
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    _say(f"warning: {message}")


def _silence_stdout() -> None:
    """Let what is still buffered go nowhere, so that Python's exit does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
