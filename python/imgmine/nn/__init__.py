"""Networks that learn from pictures: layers, training, and weights as safetensors files."""

from ._activations import Clip, LeakyReLU, ReLU, ReLU6, Sigmoid, Softmax, Tanh
from ._augment import Augment
from ._callbacks import Checkpoint, EarlyStopping
from ._conv2d import Conv2D, ConvTranspose2D
from ._dense import Dense
from ._fit_triplets import fit_triplets
from ._history import History
from ._layer import Input, Layer, Tensor
from ._merging import Add, Concatenate
from ._network import Network
from ._optimizers import SGD, Adam, AdamW, BoundOptimizer, Optimizer
from ._pool2d import AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from ._quantized_network import QuantizedNetwork
from ._regularization import BatchNorm, Dropout
from ._reshaping import Flatten, Rescaling, Reshape, Upsample2D
from ._schedules import Cosine, ExponentialDecay, OneCycle, StepDecay, WarmUp
from ._sequential import Sequential
from ._small_cnn import small_cnn
from ._summary import Summary

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Add",
    "Augment",
    "AvgPool2D",
    "BatchNorm",
    "BoundOptimizer",
    "Checkpoint",
    "Clip",
    "Concatenate",
    "Conv2D",
    "ConvTranspose2D",
    "Cosine",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "ExponentialDecay",
    "Flatten",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "History",
    "Input",
    "Layer",
    "LeakyReLU",
    "MaxPool2D",
    "Network",
    "OneCycle",
    "Optimizer",
    "QuantizedNetwork",
    "ReLU",
    "ReLU6",
    "Rescaling",
    "Reshape",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "StepDecay",
    "Summary",
    "Tanh",
    "Tensor",
    "Upsample2D",
    "WarmUp",
    "fit_triplets",
    "small_cnn",
]
