"""The gallery: every preprocessing operation, before and after; ways to regions on three pictures.

conf.py has it drawn whenever the site is built, so that it shows what the operations do and not
what they once did. The pictures come with scikit-image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import imgmine as im
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage import data

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

rng = np.random.default_rng(0)


def noisy(image, sigma):
    return np.clip(image + rng.normal(0, sigma, image.shape), 0, 255).astype(np.uint8)


def peppered(image, share):
    chance = rng.random(image.shape[:2])
    image = image.copy()
    image[chance < share / 2] = 0
    image[chance > 1 - share / 2] = 255
    return image


def light_of_a_lens(shape):
    """Return how much light a lens lets through: less and less towards the corners."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return 1 - 0.4 * (x**2 + y**2)


def figure(text):
    """Return a white figure on black."""
    image = Image.new("L", (160, 160))
    font = ImageFont.load_default(140)
    ImageDraw.Draw(image).text((80, 80), text, 255, font, anchor="mm")
    return np.array(image)


cat = data.chelsea()[20:276, 90:410].copy()
person = data.astronaut()[:256, 80:400].copy()
coffee = im.geometry.resize(data.coffee(), (256, 384))[:, 32:352].copy()
gray = data.camera()[60:316, 160:480].copy()
moon = data.moon()[100:356, 100:420].copy()
page = data.page()[:191, :320].copy()
coins = data.coins()[20:276, 20:340].copy()
lens = light_of_a_lens(gray.shape)
wall = (255 * lens).astype(np.uint8)
mask = np.where(noisy(coins, 25) > 120, 255, 0).astype(np.uint8)
camera = np.array([[300, 0, 160], [0, 300, 128], [0, 0, 1]], float)
emboss = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
slanted = im.geometry.warp_affine(figure("5"), [[1, -0.35, 45], [0, 1, 0]])
turned = im.geometry.rotate(page, 7, border="replicate")
yuyv = np.stack(
    [im.color.rgb2ycbcr(coffee)[..., 0],
     np.where(np.arange(320) % 2, im.color.rgb2ycbcr(coffee)[..., 2],
              im.color.rgb2ycbcr(coffee)[..., 1])], -1)  # fmt: skip
nv12 = np.vstack(
    [yuyv[..., 0], im.color.rgb2ycbcr(coffee)[::2, ::2, 1:].reshape(128, 320)]
)  # fmt: skip


class Entry(NamedTuple):
    """One operation: the call as a reader would write it, what it is given, and a caption."""

    call: str
    image: NDArray[np.uint8]
    caption: str


SECTIONS = {
    "Color": [
        Entry("color.rgb2gray(image)", cat, "Lightness as BT.601 weighs it."),
        Entry("color.rgb2hsv(image)", coffee, "Hue, saturation, value."),
        Entry("color.hsv2rgb(image)", im.color.rgb2hsv(coffee), "And back."),
        Entry("color.rgb2lab(image)", coffee, "CIE L*, a*, b*."),
        Entry("color.lab2rgb(image)", im.color.rgb2lab(coffee), "And back."),
        Entry("color.rgb2ycbcr(image)", coffee, "Luma, blue and red difference."),
        Entry("color.ycbcr2rgb(image)", im.color.rgb2ycbcr(coffee), "And back."),
        Entry("color.nv12_to_rgb(image)", nv12, "A camera's frame: luma above, chroma below."),
        Entry("color.yuyv_to_rgb(image)", yuyv, "Another camera's: chroma between the lumas."),
    ],
    "Clean": [
        Entry("filters.gaussian_blur(image, 2)", noisy(cat, 25), "Noise, and detail, smoothed."),
        Entry("filters.box_blur(image, 9)", noisy(cat, 25), "A plain mean."),
        Entry("filters.median_blur(image, 3)", peppered(gray, 0.1), "Salt and pepper gone."),
        Entry("filters.bilateral_filter(image, 60, 4)", noisy(cat, 20), "Edges stay, noise goes."),
        Entry("filters.nl_means(image, 22)", noisy(cat, 20), "Means of places that look alike."),
        Entry("filters.erode(image, 5)", coins, "The darkest of five by five."),
        Entry("filters.dilate(image, 5)", coins, "The brightest of five by five."),
        Entry("filters.opening(image, 9)", coins, "What is bright and small is gone."),
        Entry("filters.closing(image, 9)", coins, "What is dark and small is gone."),
        Entry("filters.remove_specks(image, 40)", mask, "Components of 40 pixels or fewer gone."),
    ],
    "Convolution and edges": [
        Entry("filters.convolve(image, emboss)", gray, "Any kernel: this one embosses."),
        Entry("filters.correlate(image, emboss)", gray, "The same kernel, not flipped."),
        Entry(
            "filters.sep_convolve(image, np.ones(41) / 41, [1])", gray, "Two lines for a kernel."
        ),
        Entry("filters.sobel(image)", gray, "How steep; with axis=0 or 1, the derivative."),
        Entry("filters.sobel(image, 1)", gray, "The derivative from left to right."),
        Entry("filters.scharr(image)", gray, "The same, truer to direction."),
        Entry("filters.prewitt(image)", gray, "The same, of equal weights."),
        Entry("filters.laplacian(image)", gray, "Second derivatives."),
        Entry("filters.canny(image, 80, 200)", gray, "Thin, connected edges."),
        Entry(
            "filters.convolve(image, filters.gabor_kernel(21, 4, 0.8, 8), dtype='float32')",
            gray,
            "Stripes of one direction and width.",
        ),
        Entry("filters.integral_image(image)", gray, "Sums of all above and to the left."),
    ],
    "Correct": [
        Entry("geometry.resize(image, (64, 80))", cat, "The mean of what a new pixel covers."),
        Entry("geometry.resize(image[60:124, 80:160], (256, 320), 'nearest')", cat, "Nearest."),
        Entry("geometry.resize(image[60:124, 80:160], (256, 320), 'linear')", cat, "Linear."),
        Entry("geometry.resize(image[60:124, 80:160], (256, 320), 'cubic')", cat, "Cubic."),
        Entry("geometry.resize(image[60:124, 80:160], (256, 320), 'lanczos')", cat, "Lanczos."),
        Entry("geometry.rotate(image, 20)", cat, "By any angle; by 90 without loss."),
        Entry("geometry.flip(image, 1)", cat, "Left to right."),
        Entry("geometry.crop(image, (40, 60, 160, 200))", cat, "A rectangle of it."),
        Entry("geometry.pad(image, 40, border='reflect101')", cat, "More of the same around."),
        Entry(
            "geometry.warp_affine(image, [[1, 0.3, -30], [0.1, 0.9, 0]])", cat, "Parallels stay."
        ),
        Entry(
            "geometry.warp_perspective(image, [[1, 0.3, 0], [0, 1.3, 0], [0, 2e-3, 1]])",
            page,
            "Straight lines stay.",
        ),
        Entry("geometry.undistort(image, camera, [-0.5, 0.2, 0, 0])", gray, "A lens's bulge."),
        Entry("geometry.deskew(image, method='projection')", turned, "Lines of text made level."),
        Entry("geometry.deskew(image, method='moments')", slanted, "A slanted figure upright."),
        Entry(
            "enhance.white_balance(image)", (coffee * [0.6, 0.8, 1]).astype(np.uint8), "No tint."
        ),
        Entry(
            "enhance.flat_field(image, wall)",
            (gray * lens).astype(np.uint8),
            "A lens's dark corners, by a picture of a wall.",
        ),
    ],
    "Enhance": [
        Entry("enhance.adjust_brightness(image, 50)", coffee, "Brighter."),
        Entry("enhance.adjust_contrast(image, 1.6)", coffee, "More contrast."),
        Entry("enhance.adjust_saturation(image, 2)", coffee, "More color."),
        Entry("enhance.adjust_gamma(image, 0.5)", coffee, "Shadows lifted."),
        Entry(
            "enhance.adjust(image, brightness=20, contrast=1.3, gamma=0.8)",
            coffee,
            "The three in one pass.",
        ),
        Entry("enhance.autocontrast(image, cutoff=1)", moon, "From black to white."),
        Entry("enhance.equalize_hist(image)", moon, "Every gray as common as the next."),
        Entry("enhance.clahe(image)", moon, "The same for each region, with a limit."),
        Entry("enhance.match_histograms(image, person)", cat, "The colors of another picture."),
        Entry("enhance.unsharp_mask(image, 2, 1.5)", cat, "Sharper."),
        Entry("enhance.normalize(image, 0.5, 0.25)", cat, "For a network: mean 0, deviation 1."),
    ],
    "Compress": [
        Entry("compress.quantize_colors(image, 8)", cat, "Eight colors."),
        Entry("compress.dct_compress(image, 0.03)", cat, "Three in a hundred coefficients."),
    ],
}


class Way(NamedTuple):
    """One way to regions: the call as a reader would write it, and a caption."""

    call: str
    caption: str


REGIONS = [
    Way("segment.slic(image, 200)", "Superpixels of about equal size."),
    Way("segment.superpixels(image, 200)", "The same number, truer to outlines."),
    Way(
        "segment.felzenszwalb(image, scale=250, min_size=150)",
        "Regions that differ more from each other than within.",
    ),
    Way(
        "segment.merge_regions(image, segment.superpixels(image, 300))",
        "Superpixels, joined until things are left.",
    ),
    Way("segment.kmeans_segment(image, 5)[0]", "Five colors."),
    Way("segment.watershed(steep, markers)", "Basins of the gradient, from a grid of markers."),
    Way(
        "segment.label(gray > segment.threshold_otsu(gray))[0]",
        "What is lighter than Otsu's threshold, part by part.",
    ),
    Way(
        "segment.threshold_multiotsu(gray, 4).searchsorted(gray)",
        "Four classes of gray, by three thresholds.",
    ),
    Way(
        "segment.threshold_sauvola(gray, 41) > gray",
        "What is darker than its surroundings, as ink on a page is.",
    ),
    Way("segment.flood_mask(image, seed, tolerance=40)", "What is like the pixel in the middle."),
    Way(
        "segment.region_grow(image, markers, tolerance=30)",
        "Regions that grow from a grid of seeds, as far as colors are like their means.",
    ),
    Way("segment.grabcut(image, box) & 1", "What is in a box that leaves out a tenth all around."),
]


def steep_and_markers(gray):
    """Return where edges are, and a grid of markers."""
    steep = im.filters.sobel(im.filters.gaussian_blur(gray, 1.5), dtype=np.uint8)
    markers = np.zeros(gray.shape, np.int32)
    rows, columns = np.ix_(range(16, gray.shape[0], 32), range(16, gray.shape[1], 32))
    markers[rows, columns] = np.arange(1, rows.size * columns.size + 1).reshape(
        rows.size, columns.size
    )
    return steep, markers


def regions_of(way: Way, image: NDArray[np.uint8]) -> NDArray:
    """Return the label image that the call that a reader sees gives."""
    gray = im.color.rgb2gray(image)
    steep, markers = steep_and_markers(gray)
    height, width = gray.shape
    box = height // 10, width // 10, height * 8 // 10, width * 8 // 10
    names = {"image": image, "gray": gray, "steep": steep, "markers": markers}
    names |= {"box": box, "seed": (height // 2, width // 2)}
    return np.asarray(eval(way.call, {"segment": im.segment, "np": np} | names)).astype(np.int32)


def write_regions(folder: Path) -> str:
    """Write a picture for each way to regions, and return the part of the page that shows them."""
    text = [
        "## Regions\n",
        "The outlines and tints are those of {py:func}`~imgmine.segment.annotate`.\n",
    ]
    for number, way in enumerate(REGIONS):
        name = way.call.split("(")[0]
        sheet = side_by_side(
            *(im.segment.annotate(image, regions_of(way, image)) for image in (cat, coffee, person))
        )
        file = f"{name.replace('.', '-')}-{number}.png"
        im.io.imwrite(folder / file, sheet)
        text.append(
            f"{{py:func}}`~imgmine.{name}`: {way.caption}\n\n```python\n{way.call}\n```\n\n"
            f"![Regions by {name}](/api/generated/gallery/{file})\n"
        )
    return "\n".join(text)


def drawn(values: NDArray) -> NDArray[np.uint8]:
    """Return any result as a picture: signed values around gray, others from black."""
    if values.ndim == 3 and values.shape[2] == 2:
        values = np.dstack([values, np.full(values.shape[:2], 128, values.dtype)])
    if values.dtype == np.uint8:
        return values
    most = float(np.percentile(np.abs(values), 99.5)) or 1.0
    scaled = 128 + 127 * (values / most) if values.min() < 0 else 255 * (values / most)
    return np.clip(scaled, 0, 255).astype(np.uint8)


def side_by_side(*images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures in a row on white, eight pixels apart."""
    height = max(len(image) for image in images)
    width = sum(image.shape[1] for image in images) + 8 * (len(images) - 1)
    sheet = np.full((height, width, 3), 255, np.uint8)
    x = 0
    for image in images:
        h, w = image.shape[:2]
        sheet[:h, x : x + w] = image if image.ndim == 3 else image[..., None]
        x += w + 8
    return sheet


def evaluate(entry: Entry) -> NDArray:
    """Return what the call that a reader sees gives."""
    packages = {name: getattr(im, name) for name in ("color", "compress", "enhance", "filters")}
    names = {"geometry": im.geometry, "np": np, "camera": camera, "emboss": emboss}
    return eval(
        entry.call, packages | names | {"image": entry.image, "wall": wall, "person": person}
    )


def write(folder: Path) -> None:
    """Write the pictures and the part of the page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    page_text = []
    for title, entries in SECTIONS.items():
        page_text.append(f"## {title}\n")
        for number, entry in enumerate(entries):
            name = entry.call.split("(")[0]
            file = f"{name.replace('.', '-')}-{number}.png"
            sheet = side_by_side(drawn(entry.image), drawn(evaluate(entry)))
            im.io.imwrite(folder / file, sheet)
            page_text.append(
                f"{{py:func}}`~imgmine.{name}`: {entry.caption}\n\n"
                f"```python\n{entry.call}\n```\n\n"
                f"![Before and after {name}](/api/generated/gallery/{file})\n"
            )
    page_text.append(write_regions(folder))
    (folder / "gallery.txt").write_text("\n".join(page_text), encoding="utf-8")
