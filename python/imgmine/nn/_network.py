from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._errors import FormatError
from .._samples import as_seed
from .._validate import Array, as_bool, as_float, as_int
from . import _network_file, _safetensors
from ._augment import as_augment
from ._callbacks import as_callbacks, as_checkpoint
from ._inputs import as_input, as_inputs
from ._losses import as_loss, as_targets, class_weights_of, codes_of
from ._network_file import Stored
from ._optimizers import as_optimizer
from ._passes import Passes
from ._quantized_network import QuantizedNetwork, quantize
from ._schedules import as_schedule
from ._training import Settings, Training

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from .._progress import Progress
    from ._augment import Augment
    from ._callbacks import Callback, Checkpoint
    from ._history import History
    from ._optimizers import Optimizer
    from ._schedules import Schedule

_VALIDATION = "validation_data[0]", "validation_data[1]"


class Network(Passes):
    """Layers joined to a graph, with weights that can learn.

    Parameters
    ----------
    inputs : Tensor or list of Tensor
        Handles that `Input` made.
    outputs : Tensor or list of Tensor
        Handles of results.
    precision : {"float32", "bfloat16"}
        How products are computed. Weights and sums are float32 in both; bfloat16 keeps 8 bits of
        each factor, and is faster where the CPU knows it.
    random_state : int, default 0
        Which weights it begins with.

    Attributes
    ----------
    classes_ : ndarray or None
        The labels that the outputs stand for, once it has learned some.
    history_ : History or None
        Of the last `fit`.
    precision : str

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = im.nn.Input((8, 8, 1))
    >>> x = im.nn.Flatten()(im.nn.Conv2D(4, 3, activation="relu")(image))
    >>> network = im.nn.Network(image, im.nn.Dense(2, activation="softmax")(x))
    >>> network.predict(np.zeros((3, 8, 8, 1), np.uint8))
    array([[0.5, 0.5],
           [0.5, 0.5],
           [0.5, 0.5]], dtype=float32)
    """

    def fit(
        self,
        x: Any,
        y: Any,
        *,
        epochs: int = 1,
        batch_size: int = 32,
        optimizer: str | Optimizer = "adam",
        loss: str = "cross_entropy",
        label_smoothing: float = 0.0,
        class_weight: str | Mapping[Any, float] | None = None,
        validation_data: tuple[Any, Any] | None = None,
        augment: Augment | None = None,
        callbacks: Callback | Sequence[Callback] = (),
        schedule: Schedule | None = None,
        shuffle: bool = True,
        random_state: int | None = 0,
        progress: Progress = False,
        checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
        resume: bool = False,
    ) -> History:
        """Learn from samples.

        Parameters
        ----------
        x : array_like of shape (n, H, W, C) or as `Input` has it, uint8 or float32
            (n, H, W) will do for one channel. A list of arrays if there are several inputs.
        y : array_like
            Labels of shape (n,), of any kind that can be compared, as many as there are outputs, or
            whole numbers below that; a label for each pixel, of shape (n, H, W), where the
            outputs are images of as many channels as there are classes; or numbers of the output's
            shape.
        epochs : int, default 1
            How many times all samples are looked at.
        batch_size : int, default 32
            Samples from one change of the weights to the next.
        optimizer : {"adam", "adamw", "sgd"} or Optimizer
        loss : {"cross_entropy", "mse", "binary_cross_entropy"}
            Of labels, where softmax at the network's end may be there or left out; the mean square
            of differences; of numbers from 0 to 1, or of two classes for one output, where sigmoid
            may be there or left out.
        label_smoothing : float, default 0.0
            The share of "cross_entropy" that is given to all classes alike.
        class_weight : "balanced" or dict of label to float, optional
            What the loss of a sample, or of a pixel, is multiplied by, by its label; 1 for labels
            that the dict does not have. "balanced": ``n / (n_classes * count)``, so that each class
            counts as much as any other. Needs labels. The mean is over the samples still, as in
            Keras, and `validation_data` is judged without.
        validation_data : (x, y), optional
            Is judged after each epoch.
        augment : Augment, optional
            How pictures are changed at random.
        callbacks : callable ``(network, history)`` or list of them
            Asked after each epoch; training ends when one returns True, or a text that says why.
        schedule : callable ``(epoch, epochs)``, optional
            Returns what the learning rate is multiplied by at each step: `Cosine` and others.
        shuffle : bool, default True
            Whether the samples' order is another one in each epoch.
        random_state : int, default 0
            Which order, which augmentation, which inputs `Dropout` drops.
        progress : bool or callable ``(done, total)``, default False
        checkpoint : path or Checkpoint, optional
            Where training is written down, after each epoch at least.
        resume : bool, default False
            Whether to go on from `checkpoint` if it is there. The weights are the same, bit for
            bit, as if training had never been interrupted.

        Returns
        -------
        History

        Raises
        ------
        TypeError
            If something is of the wrong kind: images neither uint8 nor float32, for example.
        ValueError
            If shapes do not fit, a number is out of range, or `checkpoint` is of another training.
        FormatError
            If `checkpoint` is damaged.

        Warns
        -----
        ConvergenceWarning
            If the loss is no finite number any more, where training ends.

        Notes
        -----
        The same weights, bit for bit, on every CPU and with any number of threads. The optimizer
        begins anew in each call. Interrupted by Ctrl-C, the network is what its last step made it.
        """
        shape, kind = self._only_output(), as_loss(loss)
        inputs = self._samples(x, as_augment(augment))
        targets = as_targets(y, kind, len(inputs[0]), shape, self.classes_)
        settings = Settings(
            epochs=_at_least(1, epochs, "epochs"),
            batch_size=_at_least(1, batch_size, "batch_size"),
            optimizer=as_optimizer(optimizer),
            loss=kind,
            label_smoothing=as_float(label_smoothing, "label_smoothing"),
            augment=augment,
            callbacks=as_callbacks(callbacks),
            schedule=as_schedule(schedule),
            shuffle=as_bool(shuffle, "shuffle"),
            random_state=as_seed(random_state),
            progress=progress,
            checkpoint=as_checkpoint(checkpoint),
            resume=as_bool(resume, "resume"),
            class_weights=class_weights_of(class_weight, targets, kind, shape[-1]),
        )
        if settings.resume and settings.checkpoint is None:
            raise ValueError("resume needs a checkpoint, got None")
        validation = self._validation(validation_data, augment, kind, targets.classes)
        self.classes_ = targets.classes
        return Training(self, inputs, targets.values, validation, settings).run()

    def _samples(self, x: Any, augment: Augment | None) -> list[Array]:
        shapes = self.input_shapes
        if augment is None:
            inputs = as_inputs(x, shapes)
        elif len(shapes) != 1 or len(shapes[0]) != 3:
            raise ValueError(f"augment needs one input of pictures, got {shapes}")
        else:
            inputs = [as_input(x, shapes[0], "x", any_size=augment.crop is not None)]
            if augment.crop is not None and augment._size_of(inputs[0]) != shapes[0][:2]:
                raise ValueError(f"crop must be the input's {shapes[0][:2]}, got {augment.crop}")
        if not len(inputs[0]):
            raise ValueError("x must have at least one sample, got none")
        return inputs

    def _validation(
        self, data: Any, augment: Augment | None, loss: str, classes: Array | None
    ) -> tuple[list[Array], Array] | None:
        if data is None:
            return None
        if not isinstance(data, (tuple, list)) or len(data) != 2:
            raise ValueError(f"validation_data must be (x, y), got {type(data).__name__}")
        x, y = data
        if augment is not None and augment.crop is not None:
            x = augment.center(as_input(x, self.input_shapes[0], _VALIDATION[0], any_size=True))
        inputs = as_inputs(x, self.input_shapes, _VALIDATION[0])
        shape, name = self._only_output(), _VALIDATION[1]
        targets = as_targets(y, loss, len(inputs[0]), shape, classes, name)
        if classes is not None:
            codes_of(y, classes, name)  # none but those that are learned
        return inputs, targets.values

    def quantize(self, x: Any, *, method: str = "mse") -> QuantizedNetwork:
        """Return a network of bytes that says nearly the same.

        Parameters
        ----------
        x : array_like
            Some hundred samples, as for `predict`, of what it will see: they tell how large the
            results of each layer become. What is uint8 here should be so later, too.
        method : {"mse", "minmax"}
            Whether ranges are those with the least squared error, or wide enough for all of `x`.

        Returns
        -------
        QuantizedNetwork

        Raises
        ------
        ValueError
            If there are no samples, or a result is not finite.

        Notes
        -----
        `ConvTranspose2D`, bilinear `Upsample2D` and `Conv2D` with groups are computed in float32,
        of bytes, by weights of bytes.
        """
        return quantize(self, x, method)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write weights, layers and labels as a safetensors file.

        Programs that know nothing of imgmine can read the weights. The file is replaced as a whole.

        Parameters
        ----------
        path : path

        Raises
        ------
        TypeError
            If a label is neither str nor a number.
        """
        stored = Stored(self._graph, self.precision, self.classes_, self.weights)
        _network_file.write(path, stored)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """Read a network that `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        Network

        Raises
        ------
        FormatError
            If the file is damaged, or something else.
        """
        return _network_file.read(path, _from_stored)

    def load_weights(self, path: str | os.PathLike[str], *, strict: bool = True) -> Network:
        """Take parameters by name from any safetensors file.

        Parameters
        ----------
        path : path
            Arrays of F64, F32, F16 or BF16, with names such as ``conv2d.kernel``.
        strict : bool, default True
            As in `set_weights`.

        Returns
        -------
        Network
            This one.

        Raises
        ------
        FormatError
            If the file is damaged, or no safetensors file.
        ValueError
            As by `set_weights`.
        """
        return self.set_weights(_safetensors.read(path)[0], strict=strict)


def _from_stored(stored: Stored) -> Network:
    nodes, last = stored.graph.nodes()
    wanted = _core.nn.n_parameters(nodes, [last[i] for i in stored.graph.outputs])
    given = sum(array.size for array in stored.arrays.values())
    if wanted != given:  # before memory is taken for them
        raise FormatError(f"its layers have {wanted} weights, it has {given}")
    network = Network.__new__(Network)
    network._build(stored.graph, stored.precision)
    network.set_weights(stored.arrays)
    n_classes = max(network.output_shapes[0][-1], 2) if network.output_shapes[0] else 0
    if stored.classes is not None and len(stored.classes) != n_classes:
        raise FormatError(f"its layers tell {n_classes} classes apart, it has other ones")
    network.classes_ = stored.classes
    return network


def _at_least(least: int, value: Any, name: str) -> int:
    if as_int(value, name) < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)
