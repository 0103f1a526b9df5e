"""What `import imgmine` gives, and what it leaves alone."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import imgmine
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ["classify", "collection", "color", "features", "filters", "geometry", "io", "metrics"]
PACKAGES = [*PACKAGES, "cluster", "compress", "enhance", "generate", "nn", "search", "segment"]
PACKAGES = [*PACKAGES, "similarity", "cuda"]
OPTIONAL = [
    "matplotlib",
    "numba",
    "simplejpeg",
    "skimage",
    "sklearn",
    "scipy",
    "threadpoolctl",
    "cv2",
    "hnswlib",
    "onnx",
    "onnxruntime",
    "tokenizers",
]


@pytest.mark.parametrize("name", ["imgmine", *(f"imgmine.{package}" for package in PACKAGES)])
def test_offers_what_it_lists(name):
    package = importlib.import_module(name)
    # Constants and abbreviations first, as the linter wants it.
    order = sorted(package.__all__, key=lambda name: (not name.isupper(), name))
    assert list(package.__all__) == order
    assert len(set(package.__all__)) == len(package.__all__)
    for public in package.__all__:
        assert getattr(package, public) is not None
        assert public == "__version__" or not public.startswith("_")
    assert set(package.__all__) <= set(dir(package))


def test_imports_nothing_optional():
    """Not even where every package and every function's module is imported."""
    code = "import sys, imgmine\n"
    code += "".join(f"import imgmine.{package}\n" for package in PACKAGES)
    code += f"print([name for name in {OPTIONAL} if name in sys.modules])"
    path = str(Path(imgmine.__file__).parents[1])
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{code}"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_version_is_the_projects():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'version = "{imgmine.__version__}"' in text
    assert re.fullmatch(r"\d+\.\d+\.\d+", imgmine.__version__)


def test_info_says_how_it_runs():
    info = imgmine.info()
    assert info["version"] == imgmine.__version__
    assert info["cpu_level"] == imgmine.cpu_level()
    assert info["cpu_level"] in info["cpu_levels"] == imgmine.cpu_levels()
    assert info["num_threads"] == imgmine.num_threads()
    assert info["packages"].keys() >= {"numpy", "pillow", "simplejpeg", "matplotlib"}
    assert info["build"]


# The contract: names and order of parameters, those after * by name only.
SIGNATURES = {
    "color.rgb2gray": "image, *, out",
    "filters.gaussian_blur": "image, sigma, *, ksize, border, method, out",
    "geometry.resize": "image, size, method, *, out",
    "features.histogram": "image, bins, *, range, normalize, grid, levels, mask, labels",
    "features.color_histogram": "image, bins, space, joint, *, normalize, grid, levels, mask,"
    " labels",
    "features.Recipe": "descriptors, preprocess, *, weights, min_side",
    "features.Recipe.transform": "self, images, n_jobs, progress",
    "similarity.pairwise": "a, b, metric",
    "similarity.top_k": "queries, base, k, metric",
    "similarity.ncc": "a, b, *, zero_mean",
    "classify.LinearSVC": "C, *, loss, tol, max_iter, class_weight, fit_intercept,"
    " intercept_scaling, random_state, dual, multi_class, scale, probability, warm_start",
    "classify.LinearSVC.fit": "self, X, y, sample_weight",
    "classify.GaussianNB": "*, priors, var_smoothing",
    "classify.GaussianNB.partial_fit": "self, X, y, classes, sample_weight",
    "nn.Network": "inputs, outputs, *, precision, random_state",
    "nn.Sequential": "layers, input_shape, *, precision, random_state",
    "nn.Network.fit": "self, x, y, *, epochs, batch_size, optimizer, loss, label_smoothing,"
    " class_weight, validation_data, augment, callbacks, schedule, shuffle, random_state,"
    " progress, checkpoint, resume",
    "nn.Network.embed": "self, x, layer",
    "nn.Network.forward": "self, x, *, training, seed",
    "nn.Network.backward": "self, gradient, *, of_inputs",
    "nn.Optimizer.start": "self, network",
    "nn.BoundOptimizer.update": "self, factor",
    "nn.Network.quantize": "self, x, *, method",
    "classify.KNeighborsClassifier": "n_neighbors, *, weights, metric",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_parameters_keep_their_names(name):
    thing = imgmine
    for part in name.split("."):
        thing = getattr(thing, part)
    parts = []
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        parts.append(parameter.name)
    assert ", ".join(parts) == SIGNATURES[name]


@pytest.mark.parametrize("base", ["DecodeError", "FormatError", "NotFittedError"])
def test_wrong_values_are_value_errors(base):
    assert issubclass(getattr(imgmine, base), ValueError)


def test_errors_are_what_their_kind_is_elsewhere():
    assert issubclass(imgmine.NotFittedError, AttributeError)
    assert issubclass(imgmine.ConvergenceWarning, UserWarning)
    assert issubclass(imgmine.DataConversionWarning, UserWarning)
    error = imgmine.MissingDependencyError("simplejpeg", "jpeg")
    assert isinstance(error, ImportError)
    assert "pip install 'imgmine[jpeg]'" in str(error)
    assert (error.package, error.extra) == ("simplejpeg", "jpeg")
