"""Convolution in float64 by its definition, forward and backward, for the tests of its loops."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

CHANNELS = st.integers(1, 20) | st.sampled_from([31, 32, 33, 48, 64, 70])


@dataclass(frozen=True)
class Case:
    """A convolution and how many images it is given."""

    n: int
    size: tuple[int, int]
    channels: int
    kernel: tuple[int, int]
    filters: int
    strides: tuple[int, int]
    padding: tuple[int, int, int, int]  # top, left, bottom, right
    seed: int
    groups: int = 1

    @property
    def out_size(self):
        top, left, bottom, right = self.padding
        height, width = self.size[0] + top + bottom, self.size[1] + left + right
        return tuple(
            (extent - window) // stride + 1
            for extent, window, stride in zip(
                (height, width), self.kernel, self.strides, strict=True
            )
        )

    def arrays(self):
        """Draw images, kernels, biases and gradients of outputs, half of which are zero."""
        rng = np.random.default_rng(self.seed)
        draw = lambda *shape: rng.standard_normal(shape, np.float32)  # noqa: E731
        x = draw(self.n, *self.size, self.channels)
        kernel = draw(*self.kernel, self.channels // self.groups, self.filters)
        grad_y = draw(self.n, *self.out_size, self.filters)
        grad_y[rng.random(grad_y.shape) < 0.5] = 0
        return x, kernel, draw(self.filters), grad_y


@st.composite
def cases(draw, least_size=1):
    kernel = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    padding = tuple(draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4))
    size = tuple(
        draw(st.integers(max(1, kernel[i] - padding[i] - padding[i + 2] + least_size - 1), 15))
        for i in range(2)
    )
    return Case(
        n=draw(st.sampled_from([0, 1, 2, 3, 9])),
        size=size,
        channels=draw(CHANNELS),
        kernel=kernel,
        filters=draw(CHANNELS),
        strides=draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        padding=padding,
        seed=draw(st.integers(0, 99)),
    )


def pad(x, case):
    top, left, bottom, right = case.padding
    return np.pad(x.astype(np.float64), [(0, 0), (top, bottom), (left, right), (0, 0)])


def taps(case):
    """Yield each place of the kernel and what of a padded image lies under it, output by output."""
    for i in range(case.kernel[0]):
        for j in range(case.kernel[1]):
            y, x = (
                slice(first, first + (n - 1) * stride + 1, stride)
                for first, n, stride in zip((i, j), case.out_size, case.strides, strict=True)
            )
            yield (i, j), (slice(None), y, x)


@st.composite
def grouped_cases(draw):
    case = draw(cases())
    groups = draw(st.integers(2, 9) | st.sampled_from([16, 17, 32, 40, 70]))
    per_group = draw(st.sampled_from([(1, 1), (1, 1), (1, 2), (3, 1), (2, 5), (4, 8)]))
    per_group = per_group if groups < 10 else (1, 1)
    channels, filters = (groups * n for n in per_group)
    return replace(case, channels=channels, filters=filters, groups=groups)


def weights_of_all(case, kernel):
    """Return a kernel of groups as one of all channels, zeros where a filter does not look."""
    whole = np.zeros((*case.kernel, case.channels, case.filters))
    channels, filters = case.channels // case.groups, case.filters // case.groups
    for g in range(case.groups):
        of_group = slice(g * filters, (g + 1) * filters)
        whole[:, :, g * channels : (g + 1) * channels, of_group] = kernel[..., of_group]
    return whole


def convolve(case, x, kernel, bias=None):
    padded = pad(x, case)
    weights = weights_of_all(case, kernel)
    y = sum(padded[under] @ weights[tap] for tap, under in taps(case))
    return y if bias is None else y + bias


def gradients(case, x, kernel, grad_y):
    """Return the gradients of images, kernel and bias."""
    padded, grad_y = pad(x, case), grad_y.astype(np.float64)
    weights = weights_of_all(case, kernel)
    grad_x, grad_kernel = np.zeros_like(padded), np.zeros(weights.shape)
    for tap, under in taps(case):
        grad_x[under] += grad_y @ weights[tap].T
        grad_kernel[tap] = np.tensordot(padded[under], grad_y, [(0, 1, 2), (0, 1, 2)])
    top, left, _, _ = case.padding
    inside = grad_x[:, top : top + case.size[0], left : left + case.size[1]]
    filters, channels = case.filters // case.groups, case.channels // case.groups
    of_groups = [
        grad_kernel[:, :, g * channels : (g + 1) * channels, g * filters : (g + 1) * filters]
        for g in range(case.groups)
    ]
    return inside, np.concatenate(of_groups, -1), grad_y.sum((0, 1, 2))


def pool(y):
    """Return the largest of each 2 x 2 values and 0, and which it was, 4 for the 0."""
    n, height, width, filters = y.shape
    four = y[:, : height // 2 * 2, : width // 2 * 2]
    four = four.reshape(n, height // 2, 2, width // 2, 2, filters).transpose(2, 4, 0, 1, 3, 5)
    four = four.reshape(4, n, height // 2, width // 2, filters)
    return np.maximum(four.max(0), 0), np.where(four.max(0) > 0, four.argmax(0), 4)


def unpool(case, grad_pooled, choice):
    grad_y = np.zeros((case.n, *case.out_size, case.filters), grad_pooled.dtype)
    height, width = grad_pooled.shape[1:3]
    for q in range(4):
        grad_y[:, q // 2 : 2 * height : 2, q % 2 : 2 * width : 2] = np.where(
            choice == q, grad_pooled, 0
        )
    return grad_y


def assert_sums(actual, expected, n_terms):
    """Assert that sums of `n_terms` products of values about 1 are right up to rounding."""
    tolerance = 8 * 2.0**-24 * max(n_terms, 1)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance)
