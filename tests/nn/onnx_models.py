"""ONNX models made by hand, as exporters write them, and what onnxruntime makes of them."""

import numpy as np
import pytest

OPSET = 17


def onnx():
    pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install 'imgmine[onnx]'")
    return pytest.importorskip("onnx", reason="needs onnx: pip install 'imgmine[onnx]'")


def node(op, inputs, outputs, **attributes):
    """Make a node; names of inputs and outputs as words in a text."""
    inputs = [name.strip("-") for name in inputs.split()]
    return onnx().helper.make_node(op, inputs, outputs.split(), name=f"to {outputs}", **attributes)


def model(nodes, weights, shape, out=("n", None), *, opset=OPSET, batch="n", names=("x", "y")):
    """Make a model with the input x and the output y, which nobody checks."""
    package = onnx()
    helper, real = package.helper, package.TensorProto.FLOAT
    constants = [package.numpy_helper.from_array(np.asarray(a), k) for k, a in weights.items()]
    ports = [helper.make_tensor_value_info(names[0], real, [batch, *shape])]
    ends = [helper.make_tensor_value_info(names[1], real, out)]
    graph = helper.make_graph(nodes, "made by hand", ports, ends, constants)
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def save(path, made, *, check=True):
    if check:
        onnx().checker.check_model(made, full_check=True)
    path.write_bytes(made.SerializeToString())
    return path


def run(path, *arrays):
    """Return what onnxruntime makes of arrays; of one output, the array."""
    onnx()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feeds = {port.name: a for port, a in zip(session.get_inputs(), arrays, strict=True)}
    found = session.run(None, feeds)
    return found[0] if len(found) == 1 else found


def weights_of(rng, *shape):
    return rng.normal(0, 1 / np.sqrt(max(1, np.prod(shape[1:]))), shape).astype(np.float32)
