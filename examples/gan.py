"""Two networks that learn from each other: one makes pictures, one tells them from real ones.

    python gan.py [SOURCE] [--steps N] [--sheet FILE.png] [--network FILE.safetensors]

SOURCE is a folder of pictures, or a file of them as MNIST has it (train-images-idx3-ubyte.gz).
Without one, the program draws disks, rings and bars. The sheet has new pictures, the file the
network that made them. The 100 steps of a run without options only show that it works; shapes are
there after 1000, digits after 10000.

The networks are those of Radford, Metz and Chintala, "Unsupervised representation learning with
deep convolutional generative adversarial networks" (2016), made smaller.
"""

import argparse
import gzip
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine import nn

CODE = 64  # numbers that a picture is made of
BATCH = 64
SMOOTH = 0.9  # how sure the critic should be of real pictures: less than quite


def read(source, side):
    """Return pictures of one size, of shape (n, side, side, channels), as uint8."""
    if source is None:
        return drawings(np.random.default_rng(0), 2000, side)
    if Path(source).is_file():
        with gzip.open(source) as file:
            images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    else:
        images = [im.io.imread(path, mode="RGB") for path in im.io.find_images(source)]
    small = np.stack([im.geometry.resize(image, (side, side), "area") for image in images])
    return small if small.ndim == 4 else small[..., np.newaxis]


def drawings(rng, n, side):
    """Return pictures of a disk, a ring or a bar each."""
    y, x = np.mgrid[:side, :side]
    images = []
    for kind in rng.integers(0, 3, n):
        top, left = rng.uniform(0.4 * side, 0.6 * side, 2)
        angle, size = rng.uniform(0, np.pi), rng.uniform(0.2 * side, 0.35 * side)
        far = np.hypot(y - top, x - left)
        aside = np.abs((y - top) * np.cos(angle) - (x - left) * np.sin(angle))
        depth = [size - far, 2 - np.abs(far - size), np.minimum(2 - aside, size - far)][kind]
        images.append(255 * np.clip(depth + 0.5, 0, 1))
    return np.stack(images).astype(np.uint8)[..., np.newaxis]


def make_generator(side, channels):
    """Return a network of codes to pictures from -1 to 1."""
    start = side // 4
    layers = [
        nn.Dense(start * start * 64, use_bias=False),
        nn.BatchNorm(momentum=0.9),
        nn.ReLU(),
        nn.Reshape((start, start, 64)),
        nn.ConvTranspose2D(32, 4, strides=2, padding="same", use_bias=False),
        nn.BatchNorm(momentum=0.9),
        nn.ReLU(),
        nn.ConvTranspose2D(channels, 4, strides=2, padding="same", activation="tanh"),
    ]
    return nn.Sequential(layers, input_shape=(CODE,), random_state=1)


def make_critic(side, channels):
    """Return a network of pictures to a number: above 0 if it takes them for real ones."""
    layers = [
        nn.Conv2D(32, 4, strides=2, padding="same"),
        nn.LeakyReLU(0.2),
        nn.Conv2D(64, 4, strides=2, padding="same"),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Dense(1),
    ]
    return nn.Sequential(layers, input_shape=(side, side, channels), random_state=2)


def slope(said, wanted):
    """Return the slope of the cross-entropy, of probabilities that are wanted, at what was said."""
    return ((1 / (1 + np.exp(-said)) - wanted) / len(said)).astype(np.float32)


def train(generator, critic, images, steps):
    """Have both learn in turn; print how often the critic is right."""
    rng = np.random.default_rng(3)
    adam = nn.Adam(2e-4, beta1=0.5)
    of_generator, of_critic = adam.start(generator), adam.start(critic)
    wanted = np.repeat([SMOOTH, 0.0], BATCH)[:, np.newaxis]
    right = []
    for step in range(steps):
        real = images[rng.integers(0, len(images), BATCH)] / np.float32(127.5) - 1
        made = generator.forward(rng.standard_normal((BATCH, CODE), np.float32))

        said = critic.forward(np.concatenate([real, made]), seed=2 * step)
        critic.backward(slope(said, wanted), of_inputs=False)
        of_critic.update()

        # The generator wants the critic, as it is now, to take its pictures for real ones.
        of_made = critic.backward(slope(critic.forward(made, seed=2 * step + 1), 1))
        generator.backward(of_made, of_inputs=False)
        of_generator.update()

        right.append(((said > 0) == (wanted > 0)).mean())
        if (step + 1) % 200 == 0 or step + 1 == steps:
            print(f"step {step + 1}: the critic is right {np.mean(right[-200:]):.0%}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Learn to make pictures like those of a folder.")
    parser.add_argument("source", nargs="?", help="a folder of pictures, or a file as MNIST's")
    parser.add_argument("--side", type=int, default=28, help="of pictures, a multiple of 4")
    parser.add_argument("--steps", type=int, default=100, help=f"of {BATCH} pictures each")
    parser.add_argument("--sheet", default="sheet.png", help="the picture of samples to write")
    parser.add_argument("--network", default="generator.safetensors", help="the file to write")
    options = parser.parse_args()
    if options.side < 4 or options.side % 4:
        parser.error(f"--side must be a multiple of 4, got {options.side}")

    images = read(options.source, options.side)
    generator = make_generator(options.side, images.shape[-1])
    train(generator, make_critic(options.side, images.shape[-1]), images, options.steps)
    generator.save(options.network)

    codes = np.random.default_rng(4).standard_normal((64, CODE), np.float32)
    samples = np.clip(127.5 * generator.predict(codes) + 128, 0, 255).astype(np.uint8)
    sheet = im.generate.image_grid(samples)
    im.io.imwrite(options.sheet, sheet[..., 0] if sheet.shape[2] == 1 else sheet)


if __name__ == "__main__":
    main()
