"""Sphinx configuration. Build with `sphinx-build -W docs docs/_build`; no network is needed."""

import contextlib
import io
import os
import sys
from pathlib import Path

import imgmine
from imgmine.cli import COMMANDS, main

project = "imgmine"
author = "The imgmine developers"
copyright = f"2026, {author}"
version = release = imgmine.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
default_role = "py:obj"
nitpicky = False
show_warning_types = True

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

autosummary_generate = True
autosummary_imported_members = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries = False

html_theme = "furo"
html_title = f"imgmine {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False


def write_help(app):
    """Write what each command says of itself, for the page of the command line."""
    folder = Path(app.srcdir, "api/generated/help")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["COLUMNS"] = "84"
    for command in COMMANDS:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            main([command, "--help"])
        (folder / f"{command}.txt").write_text(text.getvalue(), encoding="utf-8")


def draw_gallery(app):
    """Draw what each operation does to a picture, for the gallery."""
    sys.path.insert(0, str(app.srcdir))
    import gallery

    gallery.write(Path(app.srcdir, "api/generated/gallery"))


def hide_constructor(_app, _what, name, *_):
    """Leave out how an index is put together: it comes from `ImageIndex.open`."""
    return ("", None) if name.endswith(".ImageIndex") else None


def setup(app):
    app.connect("builder-inited", write_help)
    app.connect("builder-inited", draw_gallery)
    app.connect("autodoc-process-signature", hide_constructor)
