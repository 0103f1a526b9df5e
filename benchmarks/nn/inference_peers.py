"""The network of `nn_epoch` in other libraries, with our weights, for inference.

Each way takes (kernel, bias) of the five layers, images (N, 28, 28, 1), a number of threads and a
folder for its files; it returns a call that gives the logits. Ways of int8 take the images that
ranges are judged by from `samples`. Images are in the library's own order before time counts.
"""

from __future__ import annotations

import functools
import importlib
import os
import warnings

import numpy as np

from ..nn_epoch import Torch

POOLED = (0, 1)  # layers with a pool after them
LAST = 4


def channels_first(images):
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def rows_channels_first(kernel):
    """Return the kernel of a dense layer as (units, in), where images were channels first."""
    if len(kernel) == 576:
        kernel = kernel.reshape(3, 3, 64, 64).transpose(2, 0, 1, 3).reshape(576, 64)
    return np.ascontiguousarray(kernel.T)


def torch(weights, images, threads, folder, *, tuned=True, traced=False):
    """PyTorch: eager, channels last, or traced and frozen."""
    import torch

    torch.set_num_threads(threads)
    net = Torch(weights, tuned).net.eval()
    order = torch.channels_last if tuned else torch.contiguous_format
    x = torch.from_numpy(channels_first(images)).contiguous(memory_format=order)
    if traced:
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")  # it is deprecated
            net = torch.jit.optimize_for_inference(torch.jit.trace(net, x))
            for _ in range(3):  # it compiles in its first calls
                net(x)

    def call():
        with torch.inference_mode():
            return net(x).numpy()

    return call


def onnx_model(weights):
    """Return the network in ONNX, whose images have their channels first."""
    import onnx

    values, nodes, last = [], [], "x"

    def append(op, *arrays, **attributes):
        nonlocal last
        inputs = [last]
        for array in arrays:
            inputs.append(f"v{len(values)}")
            values.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), inputs[-1]))
        last = "y" if len(values) == 2 * len(weights) else f"n{len(nodes)}"
        nodes.append(onnx.helper.make_node(op, inputs, [last], **attributes))

    for i, (kernel, bias) in enumerate(weights):
        if kernel.ndim == 4:
            append("Conv", kernel.transpose(3, 2, 0, 1), bias)
        else:
            append("Flatten")
            append("Gemm", rows_channels_first(kernel), bias, transB=1)
        if i < LAST:
            append("Relu")
        if i in POOLED:
            append("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    declare, floats = onnx.helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    ends = declare("x", floats, ["n", 1, 28, 28]), declare("y", floats, ["n", 10])
    graph = onnx.helper.make_graph(nodes, "digits", ends[:1], ends[1:], values)
    opsets = [onnx.helper.make_opsetid("", 17)]
    return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)


def quantized_onnx_model(model, samples, folder):
    """Return onnxruntime's own int8 of a model: static, QDQ, per channel."""
    import onnx
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        batches = iter([{"x": channels_first(samples)}])

        def get_next(self):
            return next(self.batches, None)

    onnx.save(model, folder / "float.onnx")
    quantization.quantize_static(
        folder / "float.onnx",
        folder / "int8.onnx",
        Reader(),
        per_channel=True,
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    )
    return onnx.load(folder / "int8.onnx")


def onnxruntime(weights, images, threads, folder, *, samples=None):
    import onnxruntime

    model = onnx_model(weights)
    if samples is not None:
        model = quantized_onnx_model(model, samples, folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    x = channels_first(images)
    return lambda: session.run(None, {"x": x})[0]


def tflite_model(weights, samples):
    """Return what TensorFlow converts the network to; int8 between floats if there are samples."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf = importlib.import_module("tensorflow")

    @tf.function(input_signature=[tf.TensorSpec([None, 28, 28, 1], tf.float32)])
    def network(x):
        for i, (kernel, bias) in enumerate(weights):
            if kernel.ndim == 4:
                x = tf.nn.conv2d(x, kernel, 1, "VALID") + bias
            else:
                x = tf.matmul(tf.reshape(x, [-1, len(kernel)]), kernel) + bias
            x = tf.nn.relu(x) if i < LAST else x
            x = tf.nn.max_pool2d(x, 2, 2, "VALID") if i in POOLED else x
        return x

    function = network.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], network)
    if samples is not None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([x[None]] for x in samples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


def litert(weights, images, threads, folder, *, samples=None):
    """LiteRT with XNNPACK, its delegate by default."""
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tflite_model(weights, samples)
    interpreter = Interpreter(model_content=model, num_threads=threads)
    start = interpreter.get_input_details()[0]["index"]
    end = interpreter.get_output_details()[0]["index"]
    interpreter.resize_tensor_input(start, images.shape, strict=True)
    interpreter.allocate_tensors()

    def call():
        interpreter.set_tensor(start, images)
        interpreter.invoke()
        return interpreter.get_tensor(end)

    return call


def ncnn_files(weights, path):
    """Write the network for ncnn: what it is to `path`.param, its weights to `path`.bin."""
    layers = ["Input x 0 1 x 0=28 1=28 2=1"]
    with path.with_suffix(".bin").open("wb") as file:
        for i, (kernel, bias) in enumerate(weights):
            relu = f"9={int(i < LAST)}"
            if kernel.ndim == 4:
                rows = kernel.transpose(3, 2, 0, 1)
                what, size = "Convolution", f"0={len(bias)} 1=3 5=1 6={kernel.size}"
            else:
                rows = rows_channels_first(kernel)
                what, size = "InnerProduct", f"0={len(bias)} 1=1 2={kernel.size}"
            last = layers[-1].split()[1]
            layers.append(f"{what} n{i} 1 1 {last} n{i} {size} {relu}")
            if i in POOLED:
                layers.append(f"Pooling p{i} 1 1 n{i} p{i} 0=0 1=2 2=2 5=1")
            file.write(bytes(4) + rows.tobytes() + bias.tobytes())  # 0: as float32
    head = f"7767517\n{len(layers)} {len(layers)}\n"
    path.with_suffix(".param").write_text(head + "\n".join(layers) + "\n")


def ncnn(weights, images, threads, folder):
    """In float32 by ncnn, image by image, which is how it works."""
    import ncnn

    ncnn_files(weights, folder / "digits")
    net = ncnn.Net()
    net.opt.num_threads = threads
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage", "bf16_packed"):
        setattr(net.opt, f"use_{name}", False)
    assert net.load_param(str(folder / "digits.param")) == 0
    assert net.load_model(str(folder / "digits.bin")) == 0
    mats = [ncnn.Mat(image).clone() for image in channels_first(images)]

    def logits(mat):
        extractor = net.create_extractor()
        extractor.input("x", mat)
        return np.array(extractor.extract(f"n{LAST}")[1])

    return lambda: np.stack([logits(mat) for mat in mats])


FLOAT32 = {
    "onnxruntime": onnxruntime,
    "torch": functools.partial(torch, tuned=False),
    "torch channels last": torch,
    "torch traced": functools.partial(torch, traced=True),
    "LiteRT": litert,
    "ncnn": ncnn,
}


def int8_ways(samples):
    return {
        "onnxruntime int8": functools.partial(onnxruntime, samples=samples),
        "LiteRT int8": functools.partial(litert, samples=samples),
    }


def calls_of(ways, race, *arguments):
    """Make all ways that are installed; the race will say which are not."""
    calls = {}
    for name, way in ways.items():
        try:
            calls[name] = way(*arguments)
        except ImportError as error:
            race.leave_out(name, str(error))
    return calls
