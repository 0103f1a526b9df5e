"""Steps of optimizers beside PyTorch's fused ones."""

import numpy as np
import pytest
from imgmine._core.nn import adam, sgd

N = 2_000_000


def torch_parameter(torch, values, gradients):
    parameter = torch.tensor(values.copy(), requires_grad=True)
    parameter.grad = torch.tensor(gradients)
    return parameter


@pytest.mark.parametrize("name", ["adam", "sgd"])
def bench_optimizer(race, threads, name):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    values, gradients = rng.normal(size=(2, N)).astype(np.float32)
    state = np.zeros((2, N), np.float32)
    theirs = torch_parameter(torch, values, gradients)
    make = {
        "adam": lambda: torch.optim.Adam([theirs], 1e-3, eps=1e-7, fused=True),
        "sgd": lambda: torch.optim.SGD([theirs], 1e-3, momentum=0.9, fused=True),
    }
    optimizer = make[name]()
    steps = []

    def ours():
        steps.append(1)
        if name == "adam":
            adam(values, gradients, *state, len(steps), 1e-3, 0.9, 0.999, 1e-7, 0.0, True)
        else:
            sgd(values, gradients, state[0], 1e-3, 0.9, False, 0.0)
        return values

    def peer():
        optimizer.step()
        return theirs.detach().numpy()

    def agree(mine, other):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)

    moves = N * 4 * (7 if name == "adam" else 5)
    race(ours, {"torch fused": peer}, agree, moves=moves)
