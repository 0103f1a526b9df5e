"""Steps of a variational autoencoder's training beside PyTorch: equal networks, weights, noise."""

import numpy as np
import pytest
from imgmine.generate import VAE
from imgmine.generate._architecture import Plan, decoder_of, encoder_of
from imgmine.generate._training import gradients
from imgmine.nn import Adam

BATCH, STEPS, CODE, BETA, RATE = 128, 4, 32, 0.05, 2e-3
PLAN = Plan((28, 28, 1), (32, 64), 256, CODE, 0, "float32")


def digits(n):
    """Smooth pictures, and the numbers by which codes are drawn."""
    rng = np.random.default_rng(0)
    coarse = rng.random((n, 7, 7, 1), np.float32)
    noise = rng.normal(size=(n, CODE)).astype(np.float32)
    return coarse.repeat(4, 1).repeat(4, 2), noise


class Ours:
    def __init__(self):
        self.networks = encoder_of(PLAN, 2 * CODE, 0), decoder_of(PLAN, 1)
        self.optimizer, self.n_steps = Adam(RATE), 0
        self.states = [self.optimizer._state(x._core.values.size) for x in self.networks]

    def step(self, images, noise):
        error, divergence = gradients(self.networks, images, images, [], noise, BETA)
        self.n_steps += 1
        for network, state in zip(self.networks, self.states, strict=True):
            core = network._core
            self.optimizer._update(core.values, core.gradients, state, self.n_steps, 1.0)
            core.touch()
        return (error + BETA * divergence) / len(images)


class Torch:
    """The same in channels last, with its fused Adam."""

    def __init__(self, networks):
        torch = pytest.importorskip("torch")
        nn, last = torch.nn, {"memory_format": torch.channels_last}
        self.torch = torch
        self.encoder = nn.Sequential(
            nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(1, 32, 3, 2), nn.ReLU(),
            nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(32, 64, 3, 2), nn.ReLU(),
        )  # fmt: skip
        self.middle = nn.Sequential(
            nn.Linear(3136, 256), nn.ReLU(), nn.Linear(256, 2 * CODE), nn.Linear(CODE, 256),
            nn.ReLU(), nn.Linear(256, 3136), nn.ReLU(),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1)
        )
        layers = [x for x in (*self.encoder, *self.middle, *self.decoder) if hasattr(x, "weight")]
        given = [x for network in networks for x in network.weights.values()]
        for layer, kernel, bias in zip(layers, given[::2], given[1::2], strict=True):
            moved = kernel.T if kernel.ndim == 2 else kernel.transpose(3, 2, 0, 1)
            layer.weight.data = torch.from_numpy(np.ascontiguousarray(moved))
            layer.bias.data = torch.from_numpy(bias)
        self.encoder.to(**last)
        self.decoder.to(**last)
        parameters = [p for layer in layers for p in layer.parameters()]
        self.adam = torch.optim.Adam(parameters, lr=RATE, eps=1e-8, fused=True)

    def step(self, images, noise):
        torch = self.torch
        x, noise = torch.from_numpy(images.transpose(0, 3, 1, 2)), torch.from_numpy(noise)
        said = self.middle[:3](self.encoder(x).permute(0, 2, 3, 1).flatten(1))
        mean, logarithm = said[:, :CODE], said[:, CODE:]
        codes = mean + torch.exp(logarithm / 2) * noise
        spread = self.middle[3:](codes).unflatten(1, (7, 7, 64)).permute(0, 3, 1, 2)
        made = torch.sigmoid(self.decoder(spread))
        divergence = 0.5 * (mean**2 + torch.exp(logarithm) - 1 - logarithm).sum()
        loss = (((made - x) ** 2).sum() + BETA * divergence) / len(images)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return loss.item()


@pytest.mark.targets
def bench_vae(race, threads):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(threads)
    images, noise = digits(BATCH * STEPS)
    ours = Ours()
    theirs = Torch(ours.networks)
    for _ in range(3):  # the same course, too
        batch = images[:BATCH], noise[:BATCH]
        assert ours.step(*batch) == pytest.approx(theirs.step(*batch), rel=2e-3)

    def steps(model):
        for i in range(0, len(images), BATCH):
            loss = model.step(images[i : i + BATCH], noise[i : i + BATCH])
        return loss

    race(lambda: steps(ours), {"torch": lambda: steps(theirs)}, finite)


def finite(mine, theirs):
    assert np.isfinite([mine, theirs]).all()


def bench_sample(benchmark, threads):
    """Pictures a second, without a peer."""
    images = (digits(64)[0][..., 0] * 255).astype(np.uint8)
    model = VAE(CODE, epochs=1).fit(images)
    assert benchmark(model.sample, 1000, 0).shape == (1000, 28, 28)
