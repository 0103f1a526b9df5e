"""The look of every page the library writes: one file, no scripts, nothing fetched from anywhere.

A page is `page(title, body)`; its body is put together from `tiles`, `section`, `gallery` of
`figure` and `beside`. What comes from outside (file names, labels) goes through `escape`.
"""

from __future__ import annotations

import base64
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .._errors import DecodeError
from .._files import replace_file
from ._names import printable
from ._shrinking import shrunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Picture: TypeAlias = str | os.PathLike[str] | bytes | npt.NDArray[Any]

__all__ = [
    "beside",
    "columns",
    "escape",
    "failures",
    "figure",
    "fragment",
    "gallery",
    "page",
    "section",
    "thumbnail",
    "tiles",
    "write_file",
]

_DENSITY = 2  # pixels of a thumbnail per CSS pixel: sharp on phones, too
_TINY = 64  # pictures up to this side are kept exact and shown with visible pixels

# No picture, style or script can be fetched, and none that a file name might smuggle in can run.
_POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'"

STYLE = """
.imgmine{--ink:#1f2733;--dim:#626d7d;--line:#dfe3ea;--well:#f3f5f8;--paper:#fff;
--good:31 105 168;--bad:190 82 28;color:var(--ink);line-height:1.45;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
body.imgmine{color-scheme:light dark;background:var(--paper);margin:0 auto;max-width:74rem;
padding:clamp(1rem,3.5vw,2.75rem)}
.imgmine h1{font-size:1.7rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:0}
.imgmine h2{font-size:1.08rem;font-weight:650;margin:2.4rem 0 .3rem}
.imgmine .note{color:var(--dim);margin:.2rem 0 0;max-width:48rem}
.imgmine header{padding-bottom:1.1rem;margin-bottom:1.4rem;border-bottom:1px solid var(--line)}
.imgmine .columns{display:flex;flex-wrap:wrap;gap:1rem 4rem}
.imgmine .columns h2{margin-top:1.2rem}
.imgmine .columns>*{max-width:100%}
.imgmine footer{color:var(--dim);font-size:.8rem;margin-top:3rem}
.imgmine .tiles{display:flex;flex-wrap:wrap;gap:.7rem;margin:1.2rem 0;padding:0}
.imgmine .tiles div{background:var(--well);border-radius:10px;padding:.75rem 1.1rem;
min-width:4.6rem;white-space:nowrap}
.imgmine .tiles dt{color:var(--dim);font-size:.82rem}
.imgmine .tiles dd{font-size:1.55rem;font-weight:600;letter-spacing:-.01em;margin:0;
font-variant-numeric:tabular-nums}
.imgmine .gallery{display:grid;gap:1.25rem 1rem;margin-top:1rem;
grid-template-columns:repeat(auto-fill,minmax(min(var(--side,160px),calc(50% - .5rem)),1fr))}
.imgmine figure{margin:0;min-width:0}
.imgmine .frame{position:relative;display:flex;align-items:center;justify-content:center;
aspect-ratio:4/3;box-sizing:border-box;padding:.45rem;background:var(--well);border-radius:8px;
overflow:hidden}
.imgmine .thumb{display:block;max-width:100%;height:auto}
.imgmine .frame .thumb{width:100%;height:100%;object-fit:contain}
.imgmine .exact{image-rendering:pixelated}
.imgmine .missing{display:flex;flex-direction:column;justify-content:center;gap:.35rem;
box-sizing:border-box;padding:.6rem;text-align:center;font-size:.75rem;
color:var(--dim);border:1px dashed var(--dim);border-radius:5px;overflow:hidden;
overflow-wrap:anywhere}
.imgmine .badge{position:absolute;left:.3rem;top:.3rem;min-width:1.5em;padding:.1em .35em;
box-sizing:border-box;border-radius:1em;background:rgb(15 20 28/.72);color:#fff;font-size:.72rem;
font-weight:600;text-align:center;font-variant-numeric:tabular-nums}
.imgmine .good .frame{box-shadow:inset 0 -3px rgb(var(--good))}
.imgmine .bad .frame{box-shadow:inset 0 -3px rgb(var(--bad))}
.imgmine figcaption{display:flex;justify-content:space-between;gap:.1rem .6rem;margin-top:.4rem;
font-size:.84rem;flex-wrap:wrap}
.imgmine .name{min-width:0;overflow-wrap:anywhere}
.imgmine .detail{color:var(--dim);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.imgmine .beside{display:grid;gap:1.5rem 2.2rem;align-items:start;
grid-template-columns:minmax(0,16rem) minmax(0,1fr)}
.imgmine .beside>aside{position:sticky;top:1.5rem}
.imgmine aside .frame{aspect-ratio:auto}
.imgmine aside .thumb{height:auto;max-height:70vh}
.imgmine .beside>div>.gallery{margin-top:0}
@media(max-width:44rem){.imgmine .beside{grid-template-columns:minmax(0,1fr)}
.imgmine .beside>aside{position:static;max-width:16rem}}
.imgmine .scroll{overflow-x:auto;margin-top:.8rem}
.imgmine table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
.imgmine td,.imgmine th{padding:.32rem .7rem;text-align:right;font-weight:400;white-space:nowrap}
.imgmine tbody th,.imgmine thead th:first-child{text-align:left}
.imgmine thead th{color:var(--dim);vertical-align:bottom}
.imgmine .rows tr{border-bottom:1px solid var(--line)}
.imgmine .rows tfoot th{text-align:left;color:var(--dim)}
@media(prefers-color-scheme:dark){body.imgmine{--ink:#e4e8ee;--dim:#97a1b1;--line:#2b323d;
--well:#1c2129;--paper:#13161b;--good:64 140 205;--bad:214 108 52}}
@media print{body.imgmine{max-width:none;padding:0}}
"""


def failures(reasons: Sequence[tuple[str, str]]) -> str:
    """Return a section that lists files by name, and why each could not be read; "" for none."""
    if not reasons:
        return ""
    items = "".join(
        f"<li>{escape(name)}: {escape(printable(why))}</li>" for name, why in reasons[:100]
    )
    more = len(reasons) - 100
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    return section("Not readable", f'<ul class="failures">{items}</ul>')


def page(title: str, body: str, *, note: str = "", style: str = "") -> str:
    """Return a complete HTML page: `body` (HTML) under the heading `title` (text).

    `note` is a line of text under the heading, `style` CSS for this page alone.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f'<body class="imgmine">\n<header><h1>{escape(title)}</h1>{_note(note)}</header>\n'
        f"<main>\n{body}\n</main>\n<footer>Made with imgmine.</footer>\n</body>\n</html>\n"
    )


def fragment(body: str, *, style: str = "") -> str:
    """Return `body` with its look, to be shown inside another page such as a notebook."""
    # The other page decides on light or dark, so its text color is taken over.
    neutral = (
        ".imgmine{--ink:currentcolor;--dim:#808893;--paper:transparent;"
        "--well:rgb(128 128 128/.12);--line:rgb(128 128 128/.3)}"
    )
    return f'<div class="imgmine"><style>{STYLE}{neutral}{style}</style>{body}</div>'


def section(heading: str, body: str, *, note: str = "") -> str:
    """Return `body` (HTML) under a heading and a line that explains it (texts)."""
    return f"<section><h2>{escape(heading)}</h2>{_note(note)}{body}</section>"


def tiles(items: Iterable[tuple[str, str]]) -> str:
    """Return the figures that matter most, as pairs of a name and a number."""
    pairs = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in items)
    return f'<dl class="tiles">{"".join(pairs)}</dl>'


def gallery(figures: Iterable[str], side: int = 160) -> str:
    """Return figures as a grid whose columns are at least `side` CSS pixels wide."""
    return f'<div class="gallery" style="--side:{side:d}px">{"".join(figures)}</div>'


def columns(parts: Iterable[str]) -> str:
    """Return parts side by side as far as the screen is wide enough."""
    return f'<div class="columns">{"".join(parts)}</div>'


def beside(aside: str, content: str) -> str:
    """Return `content` with `aside` (a query, say) at its left, or above it on a narrow screen."""
    return f'<div class="beside"><aside>{aside}</aside><div>{content}</div></div>'


def figure(
    image: Picture,
    caption: str = "",
    side: int = 160,
    *,
    detail: str = "",
    badge: str = "",
    tone: str = "",
    name: str = "",
) -> str:
    """Return a picture with a caption; all texts are escaped here.

    `detail` is a second text in a quieter color (a score), `badge` a short one in the picture's
    corner (a rank), `tone` "good", "bad" or "", and `name` what to call the picture.
    """
    corner = f'<span class="badge">{escape(badge)}</span>' if badge else ""
    texts = "".join(
        f'<span class="{kind}">{escape(text)}</span>'
        for kind, text in (("name", caption), ("detail", detail))
        if text
    )
    caption_tag = f"<figcaption>{texts}</figcaption>" if texts else ""
    frame = f'<div class="frame">{thumbnail(image, side, name=name)}{corner}</div>'
    return f'<figure class="{escape(tone)}">{frame}{caption_tag}</figure>'


def thumbnail(image: Picture, side: int = 160, *, name: str = "") -> str:
    """Return an ``<img>`` that carries the picture, its longer side `side` CSS pixels long.

    A file that cannot be read gives a box with its name and the reason instead.
    """
    label = name or (Path(image).name if isinstance(image, (str, os.PathLike)) else "picture")
    try:
        pixels = _pixels(image, side * _DENSITY)
    except (DecodeError, OSError) as error:
        return _placeholder(label, _reason(error, image))
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    data, kind = _encoded(pixels)
    return (
        f'<img class="thumb{" exact" if scale >= 2 else ""}" alt="{escape(label)}" '
        f'width="{max(1, round(width * scale))}" height="{max(1, round(height * scale))}" '
        f'src="data:image/{kind};base64,{base64.b64encode(data).decode("ascii")}">'
    )


def write_file(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file (text as UTF-8) so that a reader finds the old one or the whole new one."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    replace_file(path, data)


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>' if text else ""


def _placeholder(label: str, reason: str) -> str:
    return f'<div class="thumb missing"><b>{escape(label)}</b><span>{escape(reason)}</span></div>'


def _reason(error: Exception, image: Picture) -> str:
    """Say what went wrong, without the folder: pages are passed on."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    text = str(error)
    return text if isinstance(image, bytes) else text.replace(f"{os.fspath(image)}: ", "")  # type: ignore[arg-type]


def _pixels(image: Picture, longest: int) -> npt.NDArray[np.uint8]:
    """Return a picture as uint8 of shape (H, W) or (H, W, 3), no side longer than `longest`."""
    from ..io import imread

    array = image if isinstance(image, np.ndarray) else imread(image, min_side=longest)
    return shrunk(_as_bytes(array), longest)


def _as_bytes(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.size == 0 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise ValueError(f"image must have shape (H, W) or (H, W, 1, 3 or 4), got {array.shape}")
    if array.dtype == np.bool_:
        array = array * np.uint8(255)
    elif array.dtype == np.uint16:
        array = array >> 8
    elif array.dtype.kind == "f":
        array = np.clip(np.rint(np.nan_to_num(array)), 0, 255)
    elif array.dtype != np.uint8:
        raise TypeError(f"image must be bool, uint8, uint16 or a float, got {array.dtype}")
    if array.ndim == 3 and array.shape[2] == 4:
        opacity = array[:, :, 3:] / 255.0
        array = np.rint(array[:, :, :3] * opacity + 255 * (1 - opacity))
    return array.astype(np.uint8)


def _encoded(pixels: npt.NDArray[np.uint8]) -> tuple[bytes, str]:
    from ..io import imencode

    kind = "png" if max(pixels.shape[:2]) <= _TINY else "jpeg"
    return imencode(pixels, kind, quality=82), kind
