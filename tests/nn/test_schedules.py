import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.nn import Cosine, ExponentialDecay, OneCycle, StepDecay, WarmUp

EPOCH = st.floats(0, 10)


@given(epoch=EPOCH, final=st.floats(0, 1))
def test_cosine(epoch, final):
    expected = final + (1 - final) * (1 + math.cos(math.pi * epoch / 10)) / 2
    assert Cosine(final)(epoch, 10) == pytest.approx(expected, abs=1e-15)


@given(epoch=EPOCH, final=st.floats(1e-6, 2))
def test_exponential(epoch, final):
    assert ExponentialDecay(final)(epoch, 10) == pytest.approx(final ** (epoch / 10), rel=1e-13)


@given(epoch=EPOCH, every=st.floats(0.5, 20), factor=st.floats(0.1, 1))
def test_step(epoch, every, factor):
    expected = factor ** (epoch // every)
    assert StepDecay(every, factor=factor)(epoch, 10) == pytest.approx(expected, rel=1e-12)


@given(epoch=EPOCH, rise=st.floats(0.05, 0.95), start=st.floats(0, 1), final=st.floats(0, 1))
def test_one_cycle(epoch, rise, start, final):
    share = epoch / 10
    if share < rise:
        expected = start + (1 - start) * (1 - math.cos(math.pi * share / rise)) / 2
    else:
        wave = (1 + math.cos(math.pi * (share - rise) / (1 - rise))) / 2
        expected = final + (1 - final) * wave
    found = OneCycle(rise, start=start, final=final)(epoch, 10)
    assert found == pytest.approx(expected, abs=1e-14)


def test_warm_up():
    schedule = WarmUp(2, then=Cosine(0.5))
    found = [schedule(epoch, 10) for epoch in (0, 1, 2, 6, 10, 11)]
    np.testing.assert_allclose(found, [0, 0.5, 1, 0.75, 0.5, 0.5], atol=1e-15)
    assert [WarmUp(4)(epoch, 10) for epoch in (1, 4, 9)] == [0.25, 1.0, 1.0]
    assert WarmUp(2, then=Cosine())(2, 2) == 0.0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: StepDecay(0), ValueError, "every must be above 0, got 0"),
        (lambda: StepDecay(1, factor=-1), ValueError, "factor must be above 0"),
        (lambda: StepDecay("1"), TypeError, "every must be a number"),
        (lambda: ExponentialDecay(0), ValueError, "final must be above 0"),
        (lambda: Cosine(None), TypeError, "final must be a number"),
        (lambda: OneCycle(1.0), ValueError, "rise must be between 0 and 1"),
        (lambda: OneCycle(start="x"), TypeError, "start must be a number"),
        (lambda: WarmUp(0), ValueError, "epochs must be above 0"),
        (lambda: WarmUp(1, then=0.5), TypeError, "then must be callable"),
    ],
)
def test_wrong_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()
