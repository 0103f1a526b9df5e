"""Instructions on floats: rounded once, fused where they say so, converted as they say."""

from fractions import Fraction

import numpy as np
import pytest

from .kernels import DTYPES, N, compute, values

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

OPERATIONS = {"add": np.add, "sub": np.subtract, "mul": np.multiply}
FLOATS = ["f16", "f32", "f64"]


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_sums_and_products(emulated, name, kind):
    a, b = values(kind, 1), values(kind, 2)
    actual = compute(emulated, f"{name}.{kind} {{0}}, {{1}}, {{2}}", kind, (kind, a), (kind, b))
    np.testing.assert_array_equal(actual, OPERATIONS[name](a, b))


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_division_and_roots(emulated, kind):
    a, b = values(kind, 1), values(kind, 2)
    actual = compute(emulated, f"div.rn.{kind} {{0}}, {{1}}, {{2}}", kind, (kind, a), (kind, b))
    np.testing.assert_array_equal(actual, a / b)
    actual = compute(emulated, f"sqrt.rn.{kind} {{0}}, {{1}}", kind, (kind, a))
    np.testing.assert_array_equal(actual, np.sqrt(a))
    actual = compute(emulated, f"rcp.rn.{kind} {{0}}, {{1}}", kind, (kind, a))
    np.testing.assert_array_equal(actual, 1 / a)


def nearest(exact, dtype):
    """Round a fraction once: of the neighbors of a double's rounding, the one that is nearest."""
    guess = dtype.type(float(exact))
    near = [
        guess,
        np.nextafter(guess, dtype.type(-np.inf)),
        np.nextafter(guess, dtype.type(np.inf)),
    ]
    bits = {2: np.uint16, 4: np.uint32, 8: np.uint64}[dtype.itemsize]
    return min(near, key=lambda x: (abs(Fraction(float(x)) - exact), int(x.view(bits)) & 1))


@pytest.mark.parametrize("kind", FLOATS)
def test_fused_products_are_rounded_once(emulated, kind):
    """Not so a product and a sum: each has its own rounding, and nothing fuses the two."""
    dtype, rng = DTYPES[kind], np.random.default_rng(3)
    a, b = (rng.uniform(1, 2, N).astype(dtype) for _ in range(2))
    c = (-a * b * rng.choice([1, 1, 0.5, 1e-3], N)).astype(dtype)
    inputs = tuple((kind, x) for x in (a, b, c))
    exact = [
        Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))
        for x, y, z in zip(a, b, c, strict=True)
    ]
    fused = compute(emulated, f"fma.rn.{kind} {{0}}, {{1}}, {{2}}, {{3}}", kind, *inputs)
    np.testing.assert_array_equal(fused, [nearest(x, dtype) for x in exact])
    names = {"f16": "%h15", "f32": "%f15", "f64": "%fd15"}
    two = f"mul.{kind} {names[kind]}, {{1}}, {{2}}; add.{kind} {{0}}, {names[kind]}, {{3}}"
    apart = compute(emulated, two, kind, *inputs)
    np.testing.assert_array_equal(apart, a * b + c)
    assert (apart != fused).any()


def test_pairs_of_halves(emulated):
    """Two of a register's halves at once, each rounded as by itself; an instruction at a time."""
    first, second, third = (
        np.stack([values("f16", i), values("f16", i + 3)[::-1]], -1) for i in (1, 2, 3)
    )
    inputs = [
        ("b32", np.ascontiguousarray(x).view(np.uint32)[:, 0]) for x in (first, second, third)
    ]
    for name, operation in OPERATIONS.items():
        actual = compute(emulated, f"{name}.f16x2 {{0}}, {{1}}, {{2}}", "b32", *inputs[:2])
        np.testing.assert_array_equal(
            actual.view(np.float16).reshape(-1, 2), operation(first, second)
        )
    actual = compute(emulated, "fma.rn.f16x2 {0}, {1}, {2}, {3}", "b32", *inputs)
    for k in (0, 1):
        single = [("f16", np.ascontiguousarray(x[:, k])) for x in (first, second, third)]
        expected = compute(emulated, "fma.rn.f16 {0}, {1}, {2}, {3}", "f16", *single)
        np.testing.assert_array_equal(actual.view(np.float16)[k::2], expected)


@pytest.mark.parametrize(("rounding", "way"), [("rz", 0), ("rm", -np.inf), ("rp", np.inf)])
@pytest.mark.parametrize("name", ["add", "mul"])
def test_other_roundings(emulated, name, rounding, way):
    rng = np.random.default_rng(4)
    a, b = (rng.standard_normal(N).astype(np.float32) for _ in range(2))
    exact = OPERATIONS[name](a.astype(np.float64), b)  # a double has room for both
    near = exact.astype(np.float32)
    beyond = {"rz": abs(near) > abs(exact), "rm": near > exact, "rp": near < exact}[rounding]
    expected = np.where(beyond, np.nextafter(near, np.float32(way)), near)
    instruction = f"{name}.{rounding}.f32 {{0}}, {{1}}, {{2}}"
    actual = compute(emulated, instruction, "f32", ("f32", a), ("f32", b))
    if name == "add":  # a double may round sums, too: then both are right
        exact_sum = [Fraction(float(x)) + Fraction(float(y)) for x, y in zip(a, b, strict=True)]
        keep = [Fraction(float(x)) == y for x, y in zip(exact, exact_sum, strict=True)]
        actual, expected = actual[keep], expected[keep]
    np.testing.assert_array_equal(actual, expected)
    assert beyond.any()


@pytest.mark.parametrize("kind", FLOATS)
def test_minimum_and_maximum(emulated, kind):
    """NaN gives way to a number, and -0 is less than 0."""
    a, b = values(kind, 1), values(kind, 2)
    for name, function in (("min", np.fmin), ("max", np.fmax)):
        instruction = f"{name}.{kind} {{0}}, {{1}}, {{2}}"
        actual = compute(emulated, instruction, kind, (kind, a), (kind, b))
        np.testing.assert_array_equal(actual, function(a, b))
        zeros = np.tile(np.array([0.0, -0.0], DTYPES[kind]), N // 2)
        actual = compute(emulated, instruction, kind, (kind, zeros), (kind, zeros[::-1]))
        assert np.signbit(actual).all() == (name == "min")


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_with_nan(emulated, name):
    """Ordered ones are false, those that end in u are true."""
    a, b = values("f32", 1), values("f32", 2)
    a[:8] = b[:8]
    function = getattr(np, {"eq": "equal", "ne": "not_equal"}.get(name, ""), None) or {
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
    }.get(name)
    unordered = np.isnan(a) | np.isnan(b)
    for suffix, expected in (
        ("", function(a, b) & ~unordered),
        ("u", function(a, b) | unordered),
    ):
        both = f"setp.{name}{suffix}.f32 %p1, {{1}}, {{2}}; selp.u32 {{0}}, 7, 3, %p1"
        actual = compute(emulated, both, "u32", ("f32", a), ("f32", b))
        np.testing.assert_array_equal(actual, np.where(expected, 7, 3))


def test_predicates_are_joined(emulated):
    a, b = values("s32", 1), values("s32", 2)
    body = (
        "setp.lt.s32 %p1, {1}, {2}; setp.gt.and.s32 %p2|%p3, {1}, 0, %p1;"
        "selp.u32 %r20, 1, 0, %p2; selp.u32 %r21, 2, 0, %p3; or.b32 {0}, %r20, %r21"
    )
    actual = compute(emulated, body, "u32", ("s32", a), ("s32", b))
    expected = ((a > 0) & (a < b)) * 1 + (~(a > 0) & (a < b)) * 2
    np.testing.assert_array_equal(actual, expected)


ROUNDINGS = {"rni": np.rint, "rzi": np.trunc, "rmi": np.floor, "rpi": np.ceil}


@pytest.mark.parametrize("source", FLOATS)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_floats_become_integers(emulated, source, rounding):
    """Those out of range the nearest there is; NaN 0, or the highest bit of 64."""
    a = values(source, 5)
    a[:8] = np.arange(-4, 4) * 0.5
    whole = ROUNDINGS[rounding](a).astype(np.float64)
    for target in ("s32", "u32", "s64", "u8") if source != "f16" else ("s32",):
        bits = DTYPES[target].itemsize * 8
        low, high = np.iinfo(DTYPES[target]).min, np.iinfo(DTYPES[target]).max
        nan = 1 << (bits - 1) if "64" in source + target else 0
        expected = [
            nan - (1 << bits if low and nan else 0)
            if np.isnan(x)
            else low
            if x <= low
            else high
            if x >= high
            else int(x)
            for x in whole
        ]
        instruction = f"cvt.{rounding}.{target}.{source} {{0}}, {{1}}"
        actual = compute(emulated, instruction, target, (source, a))
        np.testing.assert_array_equal(actual, np.array(expected, DTYPES[target]))


@pytest.mark.parametrize("source", ["s32", "u32", "s64", "u64", "u8", "s16"])
@pytest.mark.parametrize("target", ["f32", "f64"])
def test_integers_become_floats(emulated, source, target):
    a = values(source, 6)
    actual = compute(emulated, f"cvt.rn.{target}.{source} {{0}}, {{1}}", target, (source, a))
    np.testing.assert_array_equal(actual, a.astype(DTYPES[target]))
    actual = compute(emulated, f"cvt.rz.{target}.{source} {{0}}, {{1}}", target, (source, a))
    assert all(abs(int(x)) <= abs(int(y)) for x, y in zip(actual, a, strict=True))


def test_floats_become_others(emulated):
    a, b, c = values("f64", 1), values("f32", 2), values("f16", 3)
    for source, target, x in [
        ("f64", "f32", a),
        ("f32", "f64", b),
        ("f32", "f16", b),
        ("f64", "f16", a),
        ("f16", "f32", c),
    ]:
        rounding = ".rn" if DTYPES[target].itemsize < DTYPES[source].itemsize else ""
        instruction = f"cvt{rounding}.{target}.{source} {{0}}, {{1}}"
        actual = compute(emulated, instruction, target, (source, x))
        np.testing.assert_array_equal(actual, x.astype(DTYPES[target]))


def test_halves_near_ties_and_below_the_normal_ones(emulated):
    bits = np.random.default_rng(7).integers(0, 0x7C00, N).astype(np.uint16)
    half = bits.view(np.float16).astype(np.float64)
    step = np.nextafter(bits.view(np.float16), np.float16(np.inf)).astype(np.float64) - half
    for part in (0.5, 0.5 - 1e-9, 0.5 + 1e-9, 0.25):
        x = half + step * part
        actual = compute(emulated, "cvt.rn.f16.f64 {0}, {1}", "f16", ("f64", x))
        np.testing.assert_array_equal(actual, x.astype(np.float16))


def test_conversions_saturate(emulated):
    a = values("s32", 1)
    for target in ("u8", "s8", "s16", "u16"):
        info = np.iinfo(DTYPES[target])
        instruction = f"cvt.sat.{target}.s32 {{0}}, {{1}}"
        actual = compute(emulated, instruction, target, ("s32", a))
        np.testing.assert_array_equal(actual, a.clip(info.min, info.max))
    x = values("f32", 2)
    actual = compute(emulated, "cvt.sat.f32.f32 {0}, {1}", "f32", ("f32", x))
    np.testing.assert_array_equal(actual, np.nan_to_num(x, nan=0.0).clip(0, 1))
    actual = compute(emulated, "cvt.s32.s8 {0}, {1}", "s32", ("s8", values("s8", 3)))
    np.testing.assert_array_equal(actual, values("s8", 3))


def test_small_numbers_are_flushed(emulated):
    a, b = np.full(N, 1e-40, np.float32), np.full(N, -1e-38, np.float32)
    flushed = compute(emulated, "add.ftz.f32 {0}, {1}, {2}", "f32", ("f32", a), ("f32", b))
    assert (flushed == 0).all()
    kept = compute(emulated, "add.f32 {0}, {1}, {2}", "f32", ("f32", a), ("f32", b))
    np.testing.assert_array_equal(kept, a + b)


@pytest.mark.parametrize(
    ("name", "function"), [("ex2", np.exp2), ("lg2", np.log2), ("sin", np.sin), ("cos", np.cos)]
)
def test_approximations_are_near(emulated, name, function):
    a = np.random.default_rng(8).uniform(0.1, 3, N).astype(np.float32)
    actual = compute(emulated, f"{name}.approx.f32 {{0}}, {{1}}", "f32", ("f32", a))
    np.testing.assert_allclose(actual, function(a.astype(np.float64)), rtol=2e-6, atol=2e-6)
