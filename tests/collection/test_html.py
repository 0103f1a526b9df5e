import base64
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from imgmine.collection import _html
from imgmine.io import imencode, imread, imwrite

HOSTILE = '<script>alert("x")</script>&\'.jpg'
VOID = {"img", "meta", "br", "link"}


class Page(HTMLParser):
    """Collects tags and texts, and insists that every tag is closed in its place."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def decoded(html):
    """Return the pixels in the only ``<img>`` of `html`."""
    (image,) = Page(html).all("img")
    kind, data = re.fullmatch("data:image/(jpeg|png);base64,(.*)", image["src"]).groups()
    return kind, imread(base64.b64decode(data), mode=None)


def gradient(height, width, channels=3):
    ramp = np.add.outer(np.linspace(0, 120, height), np.linspace(0, 120, width))
    return np.repeat(ramp[:, :, None], channels, axis=2).astype(np.uint8)


def test_page_is_complete_and_fetches_nothing():
    picture = _html.figure(gradient(40, 60), HOSTILE, detail=HOSTILE, badge="1", tone="bad")
    body = _html.tiles([(HOSTILE, HOSTILE)]) + _html.beside(picture, _html.gallery([picture] * 2))
    html = _html.page(HOSTILE, _html.section(HOSTILE, body, note=HOSTILE), note=HOSTILE)
    page = Page(html)
    assert html.startswith("<!doctype html>")
    assert [tag for tag, _ in page.tags[:2]] == ["html", "head"]
    assert not page.all("script")
    assert not page.all("link")
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert page.texts.count(HOSTILE) == 5 + 2 + 3 * 2


def test_page_looks_after_dark_and_narrow_screens():
    html = _html.page("t", "")
    assert "@media(prefers-color-scheme:dark)" in html
    assert any(meta.get("name") == "viewport" for meta in Page(html).all("meta"))


def test_fragment_can_stand_inside_another_page():
    html = _html.fragment(_html.tiles([("a", "b")]))
    assert [tag for tag, _ in Page(html).tags[:2]] == ["div", "style"]
    selectors = re.findall(r"(?:^|[{}])\s*([^@{}]+)\{", _html.STYLE)
    assert selectors
    assert all(
        part.strip().startswith((".imgmine", "body.imgmine"))
        for group in selectors
        for part in group.split(",")
    )


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((400, 600), (133, 200)),
        ((600, 400), (200, 133)),
        ((2000, 3), (200, 1)),
        ((50, 80), (50, 80)),
    ],
)
def test_thumbnail_fits_the_side_and_is_never_enlarged(shape, expected):
    for image in (gradient(*shape), gradient(*shape)[:, :, 0]):
        _, pixels = decoded(_html.thumbnail(image, side=100))
        assert pixels.shape == expected + image.shape[2:]


def test_thumbnail_shows_the_picture():
    image = gradient(400, 600)
    kind, pixels = decoded(_html.thumbnail(image, side=150))
    assert kind == "jpeg"
    assert np.abs(pixels.astype(int) - image[1::2, 1::2]).max() <= 6
    (tag,) = Page(_html.thumbnail(image, side=150)).all("img")
    assert (tag["width"], tag["height"]) == ("150", "100")


def test_tiny_pictures_are_exact_and_enlarged_by_the_browser():
    image = np.random.default_rng(0).integers(0, 256, (28, 20), np.uint8)
    html = _html.thumbnail(image, side=140)
    kind, pixels = decoded(html)
    assert kind == "png"
    np.testing.assert_array_equal(pixels, image)
    (tag,) = Page(html).all("img")
    assert (tag["width"], tag["height"], tag["class"]) == ("100", "140", "thumb exact")


def test_other_dtypes_and_channels():
    gray = gradient(9, 12)[:, :, 0]
    expected = decoded(_html.thumbnail(gray))[1]
    for image in (gray[:, :, None], gray.astype(np.uint16) << 8, gray.astype(np.float32) + 0.3):
        np.testing.assert_array_equal(decoded(_html.thumbnail(image))[1], expected)
    bright = np.array([[-5.0, 300.0, np.nan]])
    assert decoded(_html.thumbnail(bright))[1].tolist() == [[0, 255, 0]]
    assert decoded(_html.thumbnail(gray > 60))[1].max() == 255


def test_transparent_pixels_are_laid_over_white():
    image = np.zeros((2, 2, 4), np.uint8)
    image[0, :, 3] = 255
    image[1, 0, 3] = 51
    expected = [[0, 0], [204, 255]]
    assert decoded(_html.thumbnail(image))[1][:, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("image", "error"),
    [
        (np.zeros((4, 4, 2), np.uint8), ValueError),
        (np.zeros((0, 4), np.uint8), ValueError),
        (np.zeros(4, np.uint8), ValueError),
        (np.zeros((4, 4), np.int64), TypeError),
    ],
)
def test_rejects_arrays_that_are_no_pictures(image, error):
    with pytest.raises(error, match="image must"):
        _html.thumbnail(image)


def test_takes_paths_and_bytes(tmp_path):
    image = gradient(300, 200)
    imwrite(tmp_path / "a & b.png", image)
    (tag,) = Page(_html.thumbnail(tmp_path / "a & b.png")).all("img")
    assert tag["alt"] == "a & b.png"
    assert _html.thumbnail(imencode(image, "png"), name="a & b.png") == _html.thumbnail(
        str(tmp_path / "a & b.png")
    )


def test_unreadable_files_become_boxes_that_say_why(tmp_path):
    broken = tmp_path / "<broken>.jpg"
    broken.write_bytes(imencode(gradient(40, 40), "jpeg")[:300])
    for path in (broken, tmp_path / "missing.jpg", tmp_path):
        page = Page(_html.figure(path, "caption"))
        assert not page.all("img")
        name, reason, caption = page.texts
        assert name == path.name
        assert len(reason) > 5
        assert caption == "caption"
        assert str(tmp_path) not in "".join(page.texts)
    assert "No such file or directory" in _html.thumbnail(tmp_path / "missing.jpg")
    assert "picture" in _html.thumbnail(b"no picture")


def test_damaged_files_never_break_a_page(data_dir):
    paths = [path for path in sorted(data_dir.glob("bad-images/*/*"))[::12] if path.is_file()]
    assert paths
    page = Page(_html.page("t", _html.gallery(_html.figure(path, path.name) for path in paths)))
    assert sum(path.name in page.texts for path in paths) == len(paths)


def test_file_is_replaced_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    _html.write_file(path, "old")

    def fail(self, target):
        assert self.read_text(encoding="utf-8") == "né"
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(type(path), "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            _html.write_file(path, "né")
    assert path.read_text() == "old"
    _html.write_file(path, "né")
    assert path.read_text(encoding="utf-8") == "né"
    assert list(tmp_path.iterdir()) == [path]
