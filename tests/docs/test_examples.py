"""The scripts in `examples` do what they say, and the C one agrees with Python to the last bit."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import imgmine as im
import numpy as np
import pytest

from ..features import onnx_pair

ROOT = Path(__file__).parents[2]


def call(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(script, *arguments, cwd):
    command = [sys.executable, ROOT / "examples" / script, *arguments]
    # The package under test, also where it is found by a relative path.
    environment = os.environ | {"PYTHONPATH": str(Path(im.__file__).parents[1])}
    return call(command, cwd=cwd, env=environment)


def write_noise(folder, low, high, n):
    rng = np.random.default_rng(low)
    folder.mkdir(parents=True)
    for i in range(n):
        im.io.imwrite(folder / f"{i}.png", rng.integers(low, high, (32, 40, 3), np.uint8))


@pytest.fixture
def lights(tmp_path):
    """Make a folder of dark and of light pictures."""
    write_noise(tmp_path / "lights/dark", 0, 150, 16)
    write_noise(tmp_path / "lights/light", 100, 256, 16)
    return tmp_path / "lights"


def test_search_by_text(tmp_path):
    onnx_pair.image_model(tmp_path / "vision_model.onnx")
    onnx_pair.text_model(tmp_path / "text_model.onnx")
    onnx_pair.tokenizer_file(tmp_path / "tokenizer.json")
    (tmp_path / "photos").mkdir()
    for color in onnx_pair.COLORS:
        im.io.imwrite(tmp_path / f"photos/{color}.png", onnx_pair.picture(color))
    options = "--models", ".", "--page", "page.html"
    printed = run("search_by_text.py", "photos", "a green car", *options, cwd=tmp_path)
    lines = printed.splitlines()
    assert lines[0] == "3 added"
    assert lines[2].endswith("green.png")
    assert "a green car" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_search_folder(lights, tmp_path):
    query = lights / "dark/3.png"
    printed = run("search_folder.py", lights, query, "--page", "page.html", cwd=tmp_path)
    assert printed.startswith("32 added\n")
    assert f"0.0000  dark   {query}" in printed
    assert "<html" in (tmp_path / "page.html").read_text(encoding="utf-8")
    (lights / "light/5.png").unlink()
    printed = run("search_folder.py", lights, query, cwd=tmp_path)
    assert printed.startswith("0 added, 31 unchanged, 1 removed\n")


def test_train_classifier(lights, tmp_path):
    printed = run("train_classifier.py", lights, "lights.model", cwd=tmp_path)
    assert "8 of 8 right" in printed
    classifier = im.ImageClassifier.load(tmp_path / "lights.model")
    assert classifier.predict([lights / "dark/0.png", lights / "light/0.png"]).tolist() == [
        "dark",
        "light",
    ]


def test_search_by_network(lights, tmp_path):
    query = lights / "dark/3.png"
    options = "--epochs", "2"
    printed = run("search_by_network.py", lights, lights, query, *options, cwd=tmp_path)
    first, added, *found = printed.splitlines()
    assert first in ("class: dark", "class: light")
    assert added == "32 added"
    assert found[1].endswith(str(query))
    assert im.nn.Network.load(tmp_path / "embedding.safetensors").output_shapes == [(32,)]
    printed = run("search_by_network.py", lights, lights, query, *options, cwd=tmp_path)
    assert printed.startswith("0 added, 32 unchanged\n")  # the same network: nothing is new


def test_gan(lights, tmp_path):
    printed = run("gan.py", "--steps", "30", cwd=tmp_path)
    assert printed.startswith("step 30: the critic is right ")
    assert im.io.imread(tmp_path / "sheet.png").shape == (242, 242, 3)
    small = "--side", "16", "--steps", "3"
    run("gan.py", lights, *small, "--sheet", "colors.png", cwd=tmp_path)
    assert im.io.imread(tmp_path / "colors.png").shape == (146, 146, 3)
    generator = im.nn.Network.load(tmp_path / "generator.safetensors")
    made = generator.predict(np.zeros((2, 64), np.float32))
    assert made.shape == (2, 16, 16, 3)
    assert np.abs(made).max() <= 1


def test_arrays(tmp_path):
    printed = run("arrays.py", cwd=tmp_path)
    assert "most like picture 0: [0, " in printed
    assert "accuracy: 1.00" in printed


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Build the core without Python, and install it."""
    for tool in ("cmake", "c++"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool} to build the core")
    build, installed = ROOT / "build/embed", tmp_path_factory.mktemp("installed")
    configure = ["cmake", "-S", ROOT, "-B", build, "-DIMGMINE_PYTHON=OFF", "-DIMGMINE_TESTS=OFF"]
    configure += shlex.split(os.environ.get("SKBUILD_CMAKE_ARGS", ""))
    for command in (
        configure,
        ["cmake", "--build", build, "--parallel", "2"],
        ["cmake", "--install", build, "--prefix", installed],
    ):
        call(command)
    return installed


def build_with_cmake(prefix, folder):
    source = ROOT / "examples/embed"
    call(["cmake", "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}"])
    call(["cmake", "--build", folder])
    return folder / "describe"


def build_with_pkg_config(prefix, folder):
    if shutil.which("pkg-config") is None:
        pytest.skip("needs pkg-config")
    (found,) = prefix.rglob("imgmine.pc")
    flags = call(
        ["pkg-config", "--cflags", "--libs", "--static", "imgmine"],
        env={"PKG_CONFIG_PATH": str(found.parent)},
    )
    program = folder / "describe"
    call(["cc", "-std=c99", ROOT / "examples/embed/main.c", *flags.split(), "-o", program])
    return program


@pytest.mark.parametrize("build", [build_with_cmake, build_with_pkg_config])
def test_embed(build, prefix, tmp_path):
    program = build(prefix, tmp_path)
    image = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)
    image[10:] //= 2
    picture = tmp_path / "picture.ppm"
    picture.write_bytes(b"P6 53 37 255\n" + image.tobytes())
    printed = call([program, picture])
    vector = np.array(printed.split(), np.float32)
    np.testing.assert_array_equal(vector, im.features.Recipe.named("histogram")(image))

    picture.write_bytes(b"P6 53 37 255\n" + image.tobytes()[:-1])
    failed = subprocess.run([program, picture], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "not a binary PPM" in failed.stderr
