"""A wrong network is refused with the node's and the attribute's name, and nothing else happens."""

import numpy as np
import pytest
from imgmine._core.nn import Network

IMAGE = {"op": "input", "shape": [8, 6, 3]}
FLAT = {"op": "input", "shape": [10]}


def conv(**attributes):
    return {"op": "conv2d", "inputs": [0], "filters": 4, "kernel": [3, 3], **attributes}


def pool(**attributes):
    return {"op": "max_pool2d", "inputs": [0], "size": [2, 2], **attributes}


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([{"op": "convolve"}], r"nodes\[0\] \(convolve\): op is not known"),
        ([{}], r"nodes\[0\] \(\): op is not known"),
        ([{"op": "input"}], r"nodes\[0\] \(input\): shape is missing"),
        ([{"op": "input", "shape": []}], "shape must have 1 to 8 extents"),
        ([{"op": "input", "shape": [3, 0]}], "shape must be between 1 and .*, got 0"),
        ([{"op": "input", "shape": [-1]}], "shape must be between 1 and .*, got -1"),
        ([{"op": "input", "shape": 5}], "shape must be a list of whole numbers"),
        ([{"op": "input", "shape": [1 << 16, 1 << 16]}], r"fewer than 2\^31 values"),
        ([{"op": "input", "shape": [3], "inputs": [0]}], "inputs must be indexes of earlier"),
        ([IMAGE, conv(inputs=[1])], r"nodes\[1\] \(conv2d\): inputs must be .* earlier .*got 1"),
        ([IMAGE, conv(inputs=[2])], "inputs must be indexes of earlier nodes, got 2"),
        ([IMAGE, conv(inputs=[-1])], "inputs must be indexes of earlier nodes, got -1"),
        ([IMAGE, conv(inputs=[])], "inputs must be one, got 0"),
        ([IMAGE, conv(inputs=[0, 0])], "inputs must be one, got 2"),
        ([IMAGE, conv(filters=0)], "filters must be between 1 and .*, got 0"),
        ([IMAGE, conv(filters=2.5)], "filters must be a whole number"),
        ([IMAGE, conv(filters=True)], "filters must be a whole number"),
        ([IMAGE, {"op": "conv2d", "inputs": [0], "kernel": [3, 3]}], "filters is missing"),
        ([IMAGE, {"op": "conv2d", "inputs": [0], "filters": 3}], "kernel is missing"),
        ([IMAGE, conv(kernel=[3])], r"kernel must be \[height, width\], got \[3\]"),
        ([IMAGE, conv(kernel=[3, 0])], r"kernel must be between 1 and .*, got \[3, 0\]"),
        ([IMAGE, conv(kernel=[9, 3])], "kernel must fit into the image, got 9 for 8 pixels"),
        ([IMAGE, conv(strides=[0, 1])], "strides must be between 1 and"),
        ([IMAGE, conv(padding="full")], "padding must be 'valid', 'same' or .*, got 'full'"),
        ([IMAGE, conv(padding=[1, 1])], "padding must be 'valid', 'same' or"),
        ([IMAGE, conv(padding=3)], "padding must be 'valid', 'same' or"),
        ([IMAGE, conv(padding=[-1, 0, 0, 0])], "padding must not be negative"),
        ([IMAGE, conv(padding=[3, 0, 0, 0])], "padding must be smaller than kernel"),
        ([IMAGE, conv(use_bias=1)], "use_bias must be True or False"),
        ([IMAGE, conv(dilation=2)], "there is no attribute 'dilation'"),
        ([IMAGE, conv(filters=1 << 30)], r"the result must have fewer|kernel must have fewer"),
        ([FLAT, conv()], r"shape \[height, width, channels\], got \[10\]"),
        ([IMAGE, pool(size=[9, 2])], "size must fit into the image"),
        ([IMAGE, pool(padding=[2, 0, 0, 0])], "padding must be smaller than size"),
        ([FLAT, {"op": "dense", "inputs": [0]}], "units is missing"),
        ([FLAT, {"op": "dense", "inputs": [0], "units": 1 << 30}], r"fewer than 2\^31"),
        ([FLAT, {"op": "reshape", "inputs": [0], "shape": [3, 3]}], r"as many values .*\(10\)"),
        ([FLAT, {"op": "dropout", "inputs": [0], "rate": 1}], "rate must be at least 0 and below"),
        ([FLAT, {"op": "dropout", "inputs": [0], "rate": "x"}], "rate must be a number"),
        ([FLAT, {"op": "dropout", "inputs": [0], "rate": np.nan}], "rate must be finite"),
        ([FLAT, {"op": "leaky_relu", "inputs": [0], "slope": -1}], "slope must be at least 0"),
        ([FLAT, {"op": "batch_norm", "inputs": [0], "momentum": 1}], "momentum must be at least"),
        ([FLAT, {"op": "batch_norm", "inputs": [0], "epsilon": 0}], "epsilon must be between"),
        ([FLAT, {"op": "rescale", "inputs": [0], "scale": 1e39}], "scale must be finite"),
        ([IMAGE, {"op": "upsample2d", "inputs": [0]}], "size is missing"),
        (
            [IMAGE, {"op": "upsample2d", "inputs": [0], "size": [2, 2], "method": "cubic"}],
            "method must be 'nearest' or 'bilinear', got 'cubic'",
        ),
        (
            [IMAGE, {"op": "upsample2d", "inputs": [0], "size": [1 << 30, 1 << 30]}],
            r"the result must have fewer than 2\^31 values",
        ),
        (
            [IMAGE, conv(op="conv_transpose2d", strides=[1 << 29, 1 << 29])],
            r"fewer than 2\^31 values",
        ),
        ([IMAGE, conv(op="conv_transpose2d", output_padding=[2, 2])], "output_padding must be"),
        ([IMAGE, conv(op="conv_transpose2d", padding=[3, 3, 0, 0])], "padding must be smaller"),
        ([IMAGE, FLAT, {"op": "add", "inputs": [0, 1]}], "inputs must have the same shape, got"),
        ([IMAGE, FLAT, {"op": "concat", "inputs": [0, 1]}], "same shape but for the last axis"),
        ([IMAGE, {"op": "add", "inputs": []}], "inputs must be at least one, got 0"),
    ],
)
def test_wrong_nodes(nodes, message):
    with pytest.raises(ValueError, match=message):
        Network(nodes, [len(nodes) - 1])


def test_wrong_networks():
    with pytest.raises(ValueError, match="nodes must be 1 to 65536 in number, got 0"):
        Network([], [0])
    for outputs in ([1], [-1]):
        with pytest.raises(ValueError, match="outputs must be indexes of nodes below 1, got"):
            Network([FLAT], outputs)
    with pytest.raises(ValueError, match="outputs must name at least one node"):
        Network([FLAT], [])
    with pytest.raises(ValueError, match="precision must be 'float32' or 'bfloat16', got 'half'"):
        Network([FLAT], [0], "half")
    with pytest.raises(TypeError, match="attribute 'shape' must be a number, a text or a list"):
        Network([{"op": "input", "shape": {1: 2}}], [0])


def test_too_many_parameters():
    nodes = [{"op": "input", "shape": [1 << 15]}]
    nodes += [{"op": "dense", "inputs": [i], "units": 1 << 15} for i in range(1)]
    with pytest.raises(ValueError, match=r"at most 2\^29 parameters together"):
        Network(nodes, [1])


NETWORK = [FLAT, {"op": "dense", "inputs": [0], "units": 4}]


def test_wrong_inputs():
    network = Network(NETWORK, [1])
    x = np.zeros((3, 10), np.float32)
    for call in (
        lambda *x: network.predict(list(x), [1]),
        lambda *x: network.forward(list(x), True, 0),
        lambda *x: network.step(list(x), None, np.zeros(3, np.int32), "cross_entropy", 0, 0.0),
    ):
        with pytest.raises(ValueError, match="inputs must be 1 arrays, got 2"):
            call(x, x)
        with pytest.raises(ValueError, match="inputs must be 1 arrays, got 0"):
            call()
        with pytest.raises(ValueError, match=r"shape \(N, \*\(10,\)\), got \(3, 9\)"):
            call(x[:, :9].copy())
        for wrong in (x[:, ::-1], np.asfortranarray(x), x[0], x[..., None], np.float32(1)):
            with pytest.raises(ValueError, match="inputs must be contiguous and have shape"):
                call(np.asarray(wrong))
        with pytest.raises(TypeError, match="inputs must be float32 or uint8, got float64"):
            call(x.astype(float))
    with pytest.raises(ValueError, match="outputs must be indexes of nodes below 2, got 2"):
        network.predict([x], [2])
    with pytest.raises(ValueError, match="at least one image for training, got 0"):
        network.forward([x[:0]], True, 0)
    with pytest.raises(ValueError, match="same number of images, got 3 and 2"):
        Network([FLAT, FLAT], [0, 1]).predict([x, x[:2]], [0])


def test_wrong_targets():
    network = Network(NETWORK, [1])
    x, y = np.zeros((3, 10), np.float32), np.zeros(3, np.int32)
    means = np.zeros((3, 4), np.float32)

    def step(targets=y, loss="cross_entropy", rows=None, smoothing=0.0, weights=()):
        network.step([x], rows, targets, loss, 0, smoothing, weights)

    for wrong in (y - 1, y + 4, np.int32([0, 0, 9])):
        with pytest.raises(ValueError, match="targets must be labels below 4, got"):
            step(wrong)
    with pytest.raises(ValueError, match=r"of all images of the inputs \(3\), got 2"):
        step(y[:2])
    with pytest.raises(ValueError, match="targets must have 1 values an image, got 2"):
        step(np.zeros((3, 2), np.int32))
    with pytest.raises(ValueError, match="targets must have 4 values an image, got 3"):
        step(means[:, :3].copy(), "mse")
    with pytest.raises(ValueError, match="targets must be int32 labels for loss 'cross_entropy'"):
        step(y.astype(np.int64))
    with pytest.raises(ValueError, match="targets must be float32 for this loss"):
        step(y, "mse")
    with pytest.raises(ValueError, match="targets must be contiguous"):
        step(means[:, ::-1], "mse")
    with pytest.raises(ValueError, match=r"loss must be 'cross_entropy', 'mse' or .*, got 'hinge'"):
        step(loss="hinge")
    with pytest.raises(ValueError, match="rows must be indexes of images below 3, got 3"):
        step(rows=np.int64([0, 3]))
    with pytest.raises(ValueError, match="rows must be indexes of images below 3, got -1"):
        step(rows=np.int64([-1]))
    with pytest.raises(ValueError, match="at least one image for training, got 0"):
        step(rows=np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="label_smoothing must be at least 0 and below 1, got 1"):
        step(smoothing=1.0)
    with pytest.raises(ValueError, match="class_weights must be 4 numbers, got 3"):
        step(weights=[1, 2, 3])
    for wrong in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="class_weights must be finite and not negative, got"):
            step(weights=[1, 2, 3, wrong])
    for loss in ("mse", "binary_cross_entropy"):
        with pytest.raises(ValueError, match="class_weights must be left out but for labels"):
            step(means, loss, weights=[1, 2, 3, 4])
    with pytest.raises(ValueError, match="step needs a network with one output, got 2"):
        Network(NETWORK, [0, 1]).step([x], None, y, "cross_entropy", 0, 0.0)
