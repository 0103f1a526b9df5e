"""What other libraries make of the cases of `cuda_report`, on the same GPU, or OpenCV on the CPU.

PyTorch has most of them in the formulation that Kornia uses too: convolutions, windows that are
unfolded, comparisons, on floats in the layout (N, C, H, W), which it is given beforehand.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARGIN = 40  # pixels at the borders that are not compared: each library has its own rule there


@dataclass(frozen=True)
class Peer:
    """A library's function for a case, and how its arrays and results become NumPy's."""

    case: str
    library: str
    call: Callable[..., Any]
    put: Callable[[np.ndarray], Any]
    get: Callable[[Any], np.ndarray]
    tolerance: float = 0.0
    """Largest mean difference from our result away from the borders, in units of our result."""
    on_gpu: bool = True


def peers() -> Iterator[Peer]:
    """Yield those of the libraries that are installed; say which are not."""
    for library, of_library in (("cupyx", cupy_peers), ("torch", torch_peers), ("cv2", cv2_peers)):
        try:
            importlib.import_module(library)
        except ImportError:
            print(f"{library} is not installed")
        else:
            yield from of_library()


def difference(ours: Any, theirs: np.ndarray) -> float:
    """Return the mean difference of results, of images without their borders."""
    mine = np.asarray(ours[1] if isinstance(ours, tuple) else ours, np.float64)
    if mine.size != theirs.size:
        raise ValueError(f"results of {mine.shape} and {theirs.shape}")
    theirs = theirs.reshape(mine.shape)
    if mine.ndim == 4:
        inner = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        mine, theirs = mine[inner], theirs[inner]
    return float(np.abs(mine - theirs).mean())


def gaussian_weights(sigma: float, radius: int) -> np.ndarray:
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return weights / weights.sum()


# The gray of ITU-R BT.601, and one derivative of Sobel's.
LUMA = (0.299, 0.587, 0.114)
SOBEL = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))


def cupy_peers() -> Iterator[Peer]:
    cupy = importlib.import_module("cupy")
    ndimage = importlib.import_module("cupyx.scipy.ndimage")
    peer = partial(Peer, library="CuPy", put=cupy.asarray, get=cupy.asnumpy)
    for sigma in (1, 3, 8, 30):
        for kind, reach, tolerance in (("", 3, 1), (" float32", 4, 0.1)):
            blur = partial(ndimage.gaussian_filter, sigma=(0, sigma, sigma, 0), truncate=reach)
            yield peer(f"gaussian_blur {sigma}{kind}", call=blur, tolerance=tolerance)
    for ksize in (5, 9, 51):
        box = partial(ndimage.uniform_filter, size=(1, ksize, ksize, 1))
        yield peer(f"box_blur {ksize}", call=box, tolerance=1.5)
    diagonal = cupy.eye(5)[None, :, :, None] / 5
    yield peer("convolve 5 x 5", call=partial(ndimage.convolve, weights=diagonal), tolerance=1)
    for ksize in (3, 5, 7):
        median = partial(ndimage.median_filter, size=(1, ksize, ksize, 1))
        yield peer(f"median_blur {ksize}", call=median)
    yield peer("histogram 256, noise", call=partial(counts_of, cupy), tolerance=1e-5)


def counts_of(library: Any, images: Any) -> Any:
    """Return each image's 256 counts, of length 1 as ours are, by one `bincount` over all."""
    n = len(images)
    offsets = 256 * library.arange(n).reshape(n, 1, 1, 1)
    counts = library.bincount((images + offsets).ravel(), minlength=256 * n).reshape(n, 256)
    return counts / (counts.astype(float) ** 2).sum(1, keepdims=True) ** 0.5


class Torch:
    """Kornia's formulations, in PyTorch."""

    def __init__(self, device: str) -> None:
        self.torch: Any = importlib.import_module("torch")
        self.device = device
        self.functional = self.torch.nn.functional

    def put_images(self, images: np.ndarray) -> Any:
        """Return images as floats of (N, C, H, W)."""
        return self.put(np.ascontiguousarray(images.transpose(0, 3, 1, 2), np.float32))

    def get_images(self, images: Any) -> np.ndarray:
        return images.permute(0, 2, 3, 1).cpu().numpy()

    def put(self, array: np.ndarray) -> Any:
        return self.torch.as_tensor(array, device=self.device)

    def get(self, result: Any) -> np.ndarray:
        return (result[0] if isinstance(result, tuple) else result).cpu().numpy()

    def gray(self, weights: Any, x: Any) -> Any:
        return (x * weights).sum(1, keepdim=True)

    def hsv(self, x: Any) -> Any:
        """Return half the degrees of the hue, saturation and value, all up to 255."""
        value, place = x.max(1)
        span = value - x.amin(1)
        r, g, b = x.unbind(1)
        turns = self.torch.stack([g - b, b - r + 2 * span, r - g + 4 * span], 1)
        hue = turns.gather(1, place[:, None])[:, 0] / span.clamp(min=1e-6) * 30 % 180
        return self.torch.stack([hue, 255 * span / value.clamp(min=1e-6), value], 1)

    def padded(self, x: Any, radius: int) -> Any:
        return self.functional.pad(x, (radius,) * 4, mode="reflect")

    def filtered(self, kernel: Any, x: Any) -> Any:
        """Return each channel convolved; around it are as many pixels as the kernel takes off."""
        channels = x.shape[1]
        return self.functional.conv2d(x, kernel.expand(channels, 1, -1, -1), groups=channels)

    def blurred(self, taps: Any, x: Any) -> Any:
        x = self.padded(x, len(taps) // 2)
        return self.filtered(taps[:, None], self.filtered(taps[None, :], x))

    def convolved(self, kernel: Any, x: Any) -> Any:
        return self.filtered(kernel, self.padded(x, kernel.shape[0] // 2))

    def box(self, ksize: int, x: Any) -> Any:
        return self.functional.avg_pool2d(self.padded(x, ksize // 2), ksize, stride=1)

    def median(self, ksize: int, x: Any) -> Any:
        windows = self.functional.unfold(self.padded(x, ksize // 2), ksize)
        return windows.median(1).values.reshape(x.shape)

    def resized(self, options: dict[str, Any], x: Any) -> Any:
        return self.functional.interpolate(x, scale_factor=0.5, **options)

    def counts(self, images: Any) -> Any:
        n = len(images)
        offsets = 256 * self.torch.arange(n, device=images.device).reshape(n, 1, 1, 1)
        counts = self.torch.bincount((images + offsets).ravel(), minlength=256 * n)
        return self.functional.normalize(counts.reshape(n, 256).float())

    def nearest(self, a: Any, b: Any) -> Any:
        return self.torch.cdist(a, b).topk(10, largest=False)

    def largest(self, a: Any, b: Any) -> Any:
        return (a @ b.T).topk(10)

    def largest_of_bytes(self, a: Any, b: Any) -> Any:
        return self.torch._int_mm(a, b.T).topk(10)


def torch_peers(device: str = "cuda") -> Iterator[Peer]:
    yield from torch_images(Torch(device))
    yield from torch_searches(Torch(device))


def torch_images(t: Torch) -> Iterator[Peer]:
    peer = partial(Peer, library="PyTorch", put=t.put_images, get=t.get_images)
    floats = partial(t.torch.tensor, dtype=t.torch.float32, device=t.device)
    luma = floats(LUMA).reshape(3, 1, 1)
    yield peer("rgb2gray", call=partial(t.gray, luma), tolerance=0.5)
    yield peer("rgb2hsv", call=t.hsv, tolerance=0.5)
    for sigma in (1, 3, 8, 30):
        for kind, reach, tolerance in (("", 3, 1), (" float32", 4, 0.1)):
            blur = partial(t.blurred, floats(gaussian_weights(sigma, reach * sigma)))
            yield peer(f"gaussian_blur {sigma}{kind}", call=blur, tolerance=tolerance)
    for ksize in (5, 9, 51):
        yield peer(f"box_blur {ksize}", call=partial(t.box, ksize), tolerance=0.5)
    diagonal = t.torch.eye(5, device=t.device) / 5
    yield peer("convolve 5 x 5", call=partial(t.convolved, diagonal), tolerance=0.5)
    yield peer("sobel", call=partial(t.convolved, floats(SOBEL)))
    for ksize in (3, 5):  # of 7 and more the unfolded windows would take gigabytes
        yield peer(f"median_blur {ksize}", call=partial(t.median, ksize))
    smooth = {"antialias": True}
    for method, mode, options, tolerance in (
        ("area", "area", {}, 0.5),
        ("linear", "bilinear", {}, 0.5),
        ("nearest", "nearest-exact", {}, 0),
        ("cubic", "bicubic", {}, 0.5),
        ("lanczos", "bicubic", smooth, 10),  # the nearest thing that it has
    ):
        call = partial(t.resized, {"mode": mode, **options})
        yield peer(f"resize {method}", call=call, tolerance=tolerance)
    yield peer("histogram 256, noise", call=t.counts, put=t.put, get=t.get, tolerance=1e-5)


def torch_searches(t: Torch) -> Iterator[Peer]:
    peer = partial(Peer, library="PyTorch", put=t.put, get=t.get)
    yield peer("pairwise", call=t.torch.cdist, tolerance=1e-2)
    yield peer("top_k 10", call=t.nearest, tolerance=1e-2)
    for n in (1, 16, 256, 4096):
        for dtype, tolerance in (("float32", 1e-2), ("float16", 0.5)):
            yield peer(f"top_k 10 of {n}, {dtype}", call=t.largest, tolerance=tolerance)
        if n > 16:  # what PyTorch asks for
            yield peer(f"top_k 10 of {n}, int8", call=t.largest_of_bytes)


def cv2_peers() -> Iterator[Peer]:
    cv2: Any = importlib.import_module("cv2")

    def of_each(call: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda images: np.stack([call(image) for image in images])

    def peer(case: str, tolerance: float, function: str, *arguments: Any, **named: Any) -> Peer:
        call = of_each(lambda image: getattr(cv2, function)(image, *arguments, **named))
        return Peer(case, "OpenCV, CPU", call, np.asarray, np.asarray, tolerance, on_gpu=False)

    yield peer("rgb2gray", 1, "cvtColor", cv2.COLOR_RGB2GRAY)
    yield peer("rgb2hsv", 1, "cvtColor", cv2.COLOR_RGB2HSV)
    yield peer("rgb2lab", 1, "cvtColor", cv2.COLOR_RGB2LAB)
    for sigma in (1, 3, 8):
        for kind, reach in (("", 6), (" float32", 8)):
            side = reach * sigma + 1
            yield peer(f"gaussian_blur {sigma}{kind}", 1, "GaussianBlur", (side, side), sigma)
    for ksize in (5, 9, 51):
        yield peer(f"box_blur {ksize}", 1, "blur", (ksize, ksize))
    yield peer("convolve 5 x 5", 0.01, "filter2D", -1, np.eye(5, dtype=np.float32) / 5)
    yield peer("sobel", 0, "Sobel", cv2.CV_16S, 1, 0)
    for ksize in (3, 5, 7, 15):
        yield peer(f"median_blur {ksize}", 0, "medianBlur", ksize)
    for method in ("area", "linear", "nearest", "cubic"):
        flag = getattr(cv2, f"INTER_{method.upper()}")
        tolerance = 300 if method == "nearest" else 1  # it takes the pixel before the border
        yield peer(
            f"resize {method}", tolerance, "resize", None, fx=0.5, fy=0.5, interpolation=flag
        )
