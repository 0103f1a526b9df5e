"""A pair of small networks: colors of pictures, and words for colors, in one space."""

import json

import numpy as np
import pytest

WORDS = ["[UNK]", "[PAD]", "red", "green", "blue", "yellow", "a", "car", "picture"]
COLORS = {"red": (220, 20, 20), "green": (20, 200, 30), "blue": (20, 30, 220)}
_MEANINGS = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0)}
OPSET = 17


def helper():
    pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install 'imgmine[onnx]'")
    return pytest.importorskip("onnx", reason="needs onnx, to make models")


def save(path, nodes, inputs, outputs, weights):
    onnx = helper()
    constants = [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = onnx.helper.make_graph(nodes, path.stem, inputs, outputs, constants)
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=8
    )
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def image_model(
    path,
    size=3,
    sides=(8, 8),
    layout="NCHW",
    batch="n",
    kind="FLOAT",
    turn=None,
    extra=(),
    channels=3,
):
    """Write a network that gives the mean color, times a matrix; `extra` adds outputs."""
    onnx = helper()
    h = onnx.helper
    number = getattr(onnx.TensorProto, kind)
    dtype = {"FLOAT16": np.float16, "DOUBLE": np.float64}.get(kind, np.float32)
    matrix = np.eye(3, size, dtype=dtype) if turn is None else np.asarray(turn, dtype)
    axes = [2, 3] if layout == "NCHW" else [1, 2]
    shape = [batch, channels, *sides] if layout == "NCHW" else [batch, *sides, channels]
    nodes = [
        h.make_node("ReduceMean", ["pixels"], ["mean"], axes=axes, keepdims=0),
        h.make_node("MatMul", ["mean", "matrix"], ["image_embeds"]),
        *(h.make_node("Identity", ["mean"], [name]) for name in extra),
    ]
    outputs = ["image_embeds", *extra]
    return save(
        path,
        nodes,
        [h.make_tensor_value_info("pixels", number, shape)],
        [h.make_tensor_value_info(name, number, [batch, None]) for name in outputs],
        {"matrix": matrix},
    )


def text_model(path, size=3, length="length", batch="n", kind="INT64", mask=True):
    """Write a network that gives the mean of what the words that count mean."""
    onnx = helper()
    h = onnx.helper
    number = getattr(onnx.TensorProto, kind)
    table = np.zeros((len(WORDS), size), np.float32)
    for word, meaning in _MEANINGS.items():
        table[WORDS.index(word), :3] = meaning
    nodes = [h.make_node("Gather", ["table", "input_ids"], ["meanings"])]
    last = "meanings"
    inputs = [h.make_tensor_value_info("input_ids", number, [batch, length])]
    weights = {"table": table, "one": np.array([1], np.int64), "last": np.array([-1], np.int64)}
    if mask:
        inputs.append(h.make_tensor_value_info("attention_mask", number, [batch, length]))
        nodes += [
            h.make_node("Cast", ["attention_mask"], ["counts"], to=onnx.TensorProto.FLOAT),
            h.make_node("Unsqueeze", ["counts", "last"], ["column"]),
            h.make_node("Mul", ["meanings", "column"], ["meant"]),
        ]
        last = "meant"
    nodes.append(h.make_node("ReduceSum", [last, "one"], ["text_embeds"], keepdims=0))
    outputs = [h.make_tensor_value_info("text_embeds", onnx.TensorProto.FLOAT, [batch, size])]
    return save(path, nodes, inputs, outputs, weights)


def tokens_of(text):
    """Tokenize by words."""
    return [WORDS.index(word) if word in WORDS else 0 for word in text.lower().split()]


def tokenizer_file(path):
    tokenizers = pytest.importorskip("tokenizers", reason="needs tokenizers")
    words = {word: i for i, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    path.write_text(json.dumps(json.loads(tokenizer.to_str())))
    return path


def picture(color, seed=0, shape=(40, 60)):
    """Draw a noisy picture of a color."""
    noise = np.random.default_rng(seed).integers(-20, 20, (*shape, 3))
    return np.clip(noise + np.array(COLORS[color]), 0, 255).astype(np.uint8)
