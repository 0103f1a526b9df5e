"""The gallery shows every preprocessing operation."""

import re
from pathlib import Path

import imgmine
import pytest

GALLERY = (Path(__file__).parents[2] / "docs/gallery.py").read_text(encoding="utf-8")
NOT_PICTURES = {"filters.gabor_kernel", "enhance.apply_lut", "geometry.skew_angle"}


@pytest.mark.parametrize("package", ["color", "filters", "geometry", "enhance", "compress"])
def test_every_operation_is_shown(package):
    shown = set(re.findall(rf"[\"']{package}\.(\w+)\(", GALLERY))
    names = {f"{package}.{name}" for name in getattr(imgmine, package).__all__} - NOT_PICTURES
    assert {f"{package}.{name}" for name in shown} == names


def test_ways_to_regions_exist():
    ways = set(re.findall(r"segment\.(\w+)\(", GALLERY))
    assert {"slic", "superpixels", "felzenszwalb", "watershed"} <= ways
    assert ways <= set(imgmine.segment.__all__)
