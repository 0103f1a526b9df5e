"""What autoencoders make of MNIST's digits, beside principal components of the same size.

Run ``python -m benchmarks.quality_generate FOLDER [error] [classifier] [sheets] [gan]`` with
IMGMINE_DATA set. Models are written to FOLDER and found there the next time, sheets of pictures
beside them. IMGMINE_EPOCHS says how long autoencoders learn (default: 10). The last part judges
FOLDER/gan.safetensors, which ``examples/gan.py --network`` wrote. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine.generate import VAE, Autoencoder, image_grid

from .quality_mnist import load

EPOCHS = int(os.environ.get("IMGMINE_EPOCHS", "10"))
NOISE = 0.4  # of the denoising autoencoder, and of the pictures it cleans
LABELED = 60_000  # conditional samples that a classifier learns from


def model_of(name, folder, digits, labels=None):
    """Read a model, or let it learn; say how long that took."""
    code_size = int(name.split()[1])
    kind, options = Autoencoder, {}
    if "vae" in name:
        kind = VAE
    elif "denoising" in name:
        options = {"noise": NOISE}
    path = folder / f"{name.replace(' ', '-')}.safetensors"
    if path.exists():
        return kind.load(path), "read from a file"
    started, processor = time.perf_counter(), time.process_time()
    model = kind(code_size, epochs=EPOCHS, random_state=0, **options).fit(digits, labels)
    model.save(path)
    return model, (
        f"{EPOCHS} epochs in {time.perf_counter() - started:.0f} s, "
        f"{time.process_time() - processor:.0f} s of processor time"
    )


def components_error(components, mean, digits):
    """Return the mean squared error of what principal components keep, per pixel."""
    x = digits.reshape(len(digits), -1) / 255.0
    centered = x - mean
    kept = (centered @ components.T) @ components
    return float(((centered - kept) ** 2).mean())


def error(folder, x, y, x_test, y_test):
    rows = x.reshape(len(x), -1) / np.float32(255)
    pca = im.cluster.PCA(32).fit(rows)
    for size in (16, 32):
        known = components_error(pca.components_[:size], pca.mean_, x_test)
        print(f"PCA         {size:2} numbers  error {known:.5f}", flush=True)
        for name in (f"autoencoder {size}", f"vae {size}"):
            model, course = model_of(name, folder, x)
            found = model.score(x_test)
            print(
                f"{name.split()[0]:11} {size:2} numbers  error {found:.5f}  "
                f"{found / known:.2f} of PCA's  {course}",
                flush=True,
            )


def yardstick(seed):
    """A small network that reads digits."""
    nn = im.nn
    layers = [nn.Rescaling(1 / 255), nn.Conv2D(32, 3, activation="relu"), nn.MaxPool2D()]
    layers += [nn.Conv2D(64, 3, activation="relu"), nn.MaxPool2D(), nn.Flatten(), nn.Dropout(0.3)]
    layers += [nn.Dense(64, activation="relu"), nn.Dense(10, activation="softmax")]
    return nn.Sequential(layers, (28, 28, 1), random_state=seed)


def classifier(folder, x, y, x_test, y_test):
    """Learn from samples only, and read the real test digits."""
    model, course = model_of("conditional-vae 16", folder, x, y)
    print(f"conditional VAE, 16 numbers  error {model.score(x_test, y_test):.5f}  {course}")
    labels = np.arange(LABELED) % 10
    samples = model.sample(LABELED, rng=0, label=labels)
    network = yardstick(0)
    network.fit(samples, labels, epochs=2, batch_size=64, random_state=0)
    told = network.evaluate(x_test, y_test)["accuracy"]
    print(f"classifier of {LABELED:,} samples: {told:.4f} of the real test digits", flush=True)


def sheets(folder, x, y, x_test, y_test):
    """Write sheets that are to be looked at."""
    vae, _ = model_of("vae 32", folder, x)
    plain, _ = model_of("autoencoder 32", folder, x)
    conditional, _ = model_of("conditional-vae 16", folder, x, y)
    cleaner, _ = model_of("denoising-autoencoder 32", folder, x)
    digits = x_test[:16]
    write(folder, "samples-vae", vae.sample(100, 0))
    write(folder, "samples-autoencoder", plain.sample(100, 0))
    write(folder, "samples-conditional", conditional.sample(100, 0, label=np.arange(100) // 10))
    rows = [digits, plain.reconstruct(digits), vae.reconstruct(digits)]
    write(folder, "reconstructions", np.concatenate(rows), 16)
    ways = [vae.interpolate(x_test[i], x_test[i + 1], 10) for i in range(8)]
    write(folder, "interpolations", np.concatenate(ways))
    noise = np.random.default_rng(0).normal(0, 255 * NOISE, digits.shape)
    noisy = np.clip(digits + noise, 0, 255).astype(np.uint8)
    write(folder, "denoising", np.concatenate([digits, noisy, cleaner.denoise(noisy)]), 16)
    for name, error_ in (("noisy", noisy), ("cleaned", cleaner.denoise(noisy))):
        print(f"{name:8} error {((error_ / 255.0 - digits / 255.0) ** 2).mean():.5f}")
    mask = np.zeros((28, 28), bool)
    mask[10:20, 8:20] = True
    holes = np.where(mask, 128, digits).astype(np.uint8)
    filled = vae.inpaint(holes, mask)
    write(folder, "in-painting", np.concatenate([digits, holes, filled]), 16)
    for name, error_ in (("reconstructed", vae.reconstruct(holes)), ("in-painted", filled)):
        wrong = (error_ / 255.0 - digits / 255.0)[:, mask]
        print(f"{name:13} error in the gap {(wrong**2).mean():.5f}")


def gan(folder, x, y, x_test, y_test):
    """Say how many of a GAN's pictures a classifier of real digits is sure of."""
    path = folder / "gan.safetensors"
    if not path.exists():
        print(f"gan: left out, no {path.name} in the folder")
        return
    network = yardstick(0)
    network.fit(x, y, epochs=4, batch_size=64, schedule=im.nn.Cosine(), random_state=0)
    generator = im.nn.Network.load(path)
    codes = np.random.default_rng(5).standard_normal((4000, *generator.input_shapes[0]), np.float32)
    made = np.clip(127.5 * generator.predict(codes) + 128, 0, 255).astype(np.uint8)
    told = network.evaluate(x_test, y_test)["accuracy"]
    print(f"a classifier that is right of {told:.4f} of the test digits")
    for name, images in (("test", x_test), ("new", made)):
        shares = network.predict(images)
        classes = np.unique(shares.argmax(1)[shares.max(1) > 0.9])
        sure = (shares.max(1) > 0.9).mean()
        print(f"{name:4} digits: more than 90 % sure of {sure:.1%}, of {len(classes)} classes")


def write(folder, name, images, columns=10):
    grid = image_grid(images, columns=columns, gap=1, background=0.4)
    im.io.imwrite(folder / f"{name}.png", np.repeat(np.repeat(grid, 2, axis=0), 2, axis=1))


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs MNIST: IMGMINE_DATA is not set")
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    digits = list(load())
    for part in (error, classifier, sheets, gan):
        if len(sys.argv) == 2 or part.__name__ in sys.argv[2:]:
            part(folder, *digits)


if __name__ == "__main__":
    main()
