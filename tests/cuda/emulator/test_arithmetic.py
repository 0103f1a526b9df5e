"""Instructions on numbers, against NumPy on random values and on those at the ends of ranges."""

import numpy as np
import pytest

from .kernels import DTYPES, N, compute, values


def wrapped(x, kind):
    """Reduce Python integers to a type's range."""
    bits = DTYPES[kind].itemsize * 8
    low = np.array([int(v) % 2**bits for v in x], f"u{bits // 8}")
    return low.view(DTYPES[kind])


def truncated_division(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


INTEGER_OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul.lo": lambda a, b: a * b,
    "min": min,
    "max": max,
    "div": truncated_division,
    "rem": lambda a, b: a - b * truncated_division(a, b),
}


@pytest.mark.parametrize("kind", ["s16", "u16", "s32", "u32", "s64", "u64"])
@pytest.mark.parametrize("name", INTEGER_OPERATIONS)
def test_integers_wrap_around(emulated, name, kind):
    a, b = values(kind, 1), values(kind, 2)
    if name in ("div", "rem"):
        b[b == 0] = 3
    expected = [INTEGER_OPERATIONS[name](int(x), int(y)) for x, y in zip(a, b, strict=True)]
    actual = compute(emulated, f"{name}.{kind} {{0}}, {{1}}, {{2}}", kind, (kind, a), (kind, b))
    np.testing.assert_array_equal(actual, wrapped(expected, kind))


@pytest.mark.parametrize("kind", ["s16", "u16", "s32", "u32", "s64", "u64"])
def test_high_halves_of_products(emulated, kind):
    a, b = values(kind, 1), values(kind, 2)
    shift = DTYPES[kind].itemsize * 8
    expected = wrapped([int(x) * int(y) >> shift for x, y in zip(a, b, strict=True)], kind)
    actual = compute(emulated, f"mul.hi.{kind} {{0}}, {{1}}, {{2}}", kind, (kind, a), (kind, b))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize(("kind", "wide"), [("s16", "s32"), ("s32", "s64"), ("u32", "u64")])
def test_wide_products(emulated, kind, wide):
    a, b, c = values(kind, 1), values(kind, 2), values(wide, 3)
    products = [int(x) * int(y) for x, y in zip(a, b, strict=True)]
    instruction = f"mul.wide.{kind} {{0}}, {{1}}, {{2}}"
    actual = compute(emulated, instruction, wide, (kind, a), (kind, b))
    np.testing.assert_array_equal(actual, wrapped(products, wide))
    sums = wrapped([p + int(z) for p, z in zip(products, c, strict=True)], wide)
    instruction = f"mad.wide.{kind} {{0}}, {{1}}, {{2}}, {{3}}"
    inputs = ((kind, a), (kind, b), (wide, c))
    np.testing.assert_array_equal(compute(emulated, instruction, wide, *inputs), sums)


@pytest.mark.parametrize("kind", ["s32", "s64"])
@pytest.mark.parametrize("name", ["abs", "neg"])
def test_signs(emulated, name, kind):
    a = values(kind, 1)
    expected = wrapped([abs(int(x)) if name == "abs" else -int(x) for x in a], kind)
    actual = compute(emulated, f"{name}.{kind} {{0}}, {{1}}", kind, (kind, a))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("kind", ["b16", "b32", "b64"])
def test_bitwise(emulated, kind):
    a, b = values(kind, 1), values(kind, 2)
    for name, expected in (("and", a & b), ("or", a | b), ("xor", a ^ b)):
        instruction = f"{name}.{kind} {{0}}, {{1}}, {{2}}"
        actual = compute(emulated, instruction, kind, (kind, a), (kind, b))
        np.testing.assert_array_equal(actual, expected)
    np.testing.assert_array_equal(
        compute(emulated, f"not.{kind} {{0}}, {{1}}", kind, (kind, a)), ~a
    )


@pytest.mark.parametrize("kind", ["b16", "u16", "s16", "b32", "u32", "s32", "b64", "u64", "s64"])
def test_shifts_by_the_width_or_more(emulated, kind):
    """Nothing is left, or the sign."""
    a, n = values(kind, 1), values("u32", 2, limit=80)
    bits = DTYPES[kind].itemsize * 8
    pairs = [(int(x), int(s)) for x, s in zip(a, n, strict=True)]
    left = wrapped([x << s if s < bits else 0 for x, s in pairs], kind)
    right = wrapped([x >> s for x, s in pairs], kind)
    names = {"shl": (f"b{bits}", left), "shr": (kind, right)}
    for name, (shifted, expected) in names.items():
        instruction = f"{name}.{shifted} {{0}}, {{1}}, {{2}}"
        actual = compute(emulated, instruction, kind, (kind, a), ("u32", n))
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("limit", ["wrap", "clamp"])
def test_funnel_shifts(emulated, limit):
    low, high, n = values("b32", 1), values("b32", 2), values("u32", 3, limit=70)
    by = n % 32 if limit == "wrap" else np.minimum(n, 32)
    both = [int(h) << 32 | int(x) for x, h in zip(low, high, strict=True)]
    inputs = (("b32", low), ("b32", high), ("u32", n))
    left = [(x << int(s)) >> 32 & 0xFFFFFFFF for x, s in zip(both, by, strict=True)]
    actual = compute(emulated, f"shf.l.{limit}.b32 {{0}}, {{1}}, {{2}}, {{3}}", "b32", *inputs)
    np.testing.assert_array_equal(actual, left)
    right = [x >> int(s) & 0xFFFFFFFF for x, s in zip(both, by, strict=True)]
    actual = compute(emulated, f"shf.r.{limit}.b32 {{0}}, {{1}}, {{2}}, {{3}}", "b32", *inputs)
    np.testing.assert_array_equal(actual, right)


@pytest.mark.parametrize("kind", ["b32", "b64"])
def test_counts_of_bits(emulated, kind):
    a = values(kind, 1)
    bits = DTYPES[kind].itemsize * 8
    texts = [f"{int(x):0{bits}b}" for x in a]
    for name, expected in (
        ("popc", [text.count("1") for text in texts]),
        ("clz", [bits - len(text.lstrip("0")) for text in texts]),
    ):
        actual = compute(emulated, f"{name}.{kind} {{0}}, {{1}}", "u32", (kind, a))
        np.testing.assert_array_equal(actual, expected)
    actual = compute(emulated, f"brev.{kind} {{0}}, {{1}}", kind, (kind, a))
    np.testing.assert_array_equal(actual, [int(text[::-1], 2) for text in texts])


def field_of(x, begin, n, bits, is_signed):
    """Return what the definition of bfe says, bit by bit."""
    if n == 0:
        return 0
    last = min(begin + n - 1, bits - 1)
    sign = x >> last & 1 if is_signed else 0
    at = [x >> begin + i & 1 if i < n and begin + i < bits else sign for i in range(bits)]
    return sum(bit << i for i, bit in enumerate(at))


@pytest.mark.parametrize("kind", ["u32", "s32", "u64", "s64"])
def test_bit_fields(emulated, kind):
    a, begin, n = values(kind, 1), values("u32", 2, limit=70), values("u32", 3, limit=70)
    bits = DTYPES[kind].itemsize * 8
    triples = [tuple(int(v) for v in triple) for triple in zip(a, begin, n, strict=True)]
    expected = wrapped([field_of(x, b, m, bits, kind[0] == "s") for x, b, m in triples], kind)
    inputs = ((kind, a), ("u32", begin), ("u32", n))
    actual = compute(emulated, f"bfe.{kind} {{0}}, {{1}}, {{2}}, {{3}}", kind, *inputs)
    np.testing.assert_array_equal(actual, expected)


def test_bytes_are_permuted(emulated):
    a, b, selectors = (values("b32", seed) for seed in (1, 2, 3))
    pool = np.stack([a, b], 1).astype("<u4").view(np.uint8).reshape(N, 8)
    expected = np.zeros((N, 4), np.uint8)
    for i in range(4):
        selector = selectors >> 4 * i & 15
        byte = pool[np.arange(N), selector & 7]
        expected[:, i] = np.where(selector & 8, np.where(byte & 128, 255, 0), byte)
    inputs = (("b32", a), ("b32", b), ("b32", selectors))
    actual = compute(emulated, "prmt.b32 {0}, {1}, {2}, {3}", "b32", *inputs)
    np.testing.assert_array_equal(actual, expected.view("<u4")[:, 0])


@pytest.mark.parametrize("table", [0x96, 0xE8, 0x1B])
def test_any_function_of_three_bits(emulated, table):
    a, b, c = (values("b32", seed) for seed in (1, 2, 3))
    expected = np.zeros(N, np.uint32)
    for i in range(32):
        row = (a >> i & 1) * 4 + (b >> i & 1) * 2 + (c >> i & 1)
        expected |= (table >> row & 1) << i
    instruction = f"lop3.b32 {{0}}, {{1}}, {{2}}, {{3}}, {table}"
    actual = compute(emulated, instruction, "b32", ("b32", a), ("b32", b), ("b32", c))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("kind", ["u16", "s16"])
@pytest.mark.parametrize("name", ["min", "max"])
def test_halves(emulated, name, kind):
    a, b = values("b32", 1), values("b32", 2)
    extreme = np.minimum if name == "min" else np.maximum
    expected = extreme(a.view(DTYPES[kind]), b.view(DTYPES[kind])).view(a.dtype)
    instruction = f"{name}.{kind}x2 {{0}}, {{1}}, {{2}}"
    actual = compute(emulated, instruction, "b32", ("b32", a), ("b32", b))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("types", ["u32.u32", "s32.s32", "u32.s32"])
def test_dot_products(emulated, types):
    a, b, c = (values("b32", seed) for seed in (1, 2, 3))
    first, second = types.split(".")
    bytes_of = {"u32": np.uint8, "s32": np.int8}
    halves_of = {"u32": np.uint16, "s32": np.int16}
    x = a.view(bytes_of[first]).reshape(N, 4).astype(np.int64)
    y = b.view(bytes_of[second]).reshape(N, 4).astype(np.int64)
    inputs = (("b32", a), ("b32", b), ("b32", c))
    actual = compute(emulated, f"dp4a.{types} {{0}}, {{1}}, {{2}}, {{3}}", "b32", *inputs)
    np.testing.assert_array_equal(actual, wrapped((x * y).sum(1) + c, "u32"))
    pairs = a.view(halves_of[first]).reshape(N, 2).astype(np.int64)
    for part, half in (("lo", y[:, :2]), ("hi", y[:, 2:])):
        instruction = f"dp2a.{part}.{types} {{0}}, {{1}}, {{2}}, {{3}}"
        actual = compute(emulated, instruction, "b32", *inputs)
        np.testing.assert_array_equal(actual, wrapped((pairs * half).sum(1) + c, "u32"))


def test_constants_and_packed_registers(emulated):
    a = values("b64", 1)
    body = "mov.b64 {{%r20, %r21}}, {1}; mov.b64 {0}, {{%r21, %r20}}"
    actual = compute(emulated, body, "b64", ("b64", a))
    np.testing.assert_array_equal(actual, a >> np.uint64(32) | a << np.uint64(32))
    x = values("f32", 2)
    actual = compute(emulated, "add.f32 {0}, {1}, 0f3FC00000", "f32", ("f32", x))
    np.testing.assert_array_equal(actual, x + np.float32(1.5))
