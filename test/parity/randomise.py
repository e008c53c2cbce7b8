"""Random weights with which a deep network still tells pictures apart."""

import keras
import numpy as np
from keras import layers, ops


def randomise(model: keras.Model, inputs: np.ndarray, seed: int) -> None:
    """Kernels He-sized; gamma, beta and biases random; each batch norm's mean and variance those of the pictures.

    With plain random statistics a network maps any two pictures to one direction, and parity proves nothing.
    """
    random = np.random.default_rng(seed)
    done = set()

    def before_call(operation):
        def call(*args, **kwargs):
            if operation not in done and isinstance(operation, layers.Layer):
                done.add(operation)
                draw(operation, args[0], random)
            return operation(*args, **kwargs)

        return call

    model._run_through_graph(ops.convert_to_tensor(inputs), operation_fn=before_call)


def draw(layer: layers.Layer, x, random: np.random.Generator) -> None:
    """New values for all variables of one layer, whose input is `x`."""
    for variable in layer.weights:
        variable.assign(values(variable.name, tuple(variable.shape), random))
    if isinstance(layer, (layers.BatchNormalization, layers.Normalization)):
        pictures = ops.convert_to_numpy(x)
        prefix = "adapt" if isinstance(layer, layers.Normalization) else "moving"
        getattr(layer, f"{prefix}_mean").assign(pictures.mean((0, 1, 2), dtype="float64"))
        getattr(layer, f"{prefix}_variance").assign(pictures.var((0, 1, 2), dtype="float64"))
    if ends_branch(layer):
        # As in trained networks. Otherwise every block multiplies rounding errors: ResNet152 of float32 was 2e-3 off
        # that of float64.
        strength = layer.gamma if isinstance(layer, layers.BatchNormalization) else layer.kernel
        strength.assign(strength * 0.4)
    for inner in getattr(layer, "_flatten_layers", list)():
        if isinstance(inner, layers.Normalization):
            # It computes with copies of its variables.
            inner.finalize_state()
    if getattr(layer, "activation", None) is keras.activations.softmax and layer.weights:
        # Where a network without batch norm ends in large numbers, its classes would be a single one.
        scores = ops.convert_to_numpy(ops.matmul(x, layer.kernel))
        layer.kernel.assign(layer.kernel * (2 / scores.std()))


def ends_branch(layer: layers.Layer) -> bool:
    """Is this a layer whose output is added to a shortcut? Keras' networks name the shortcut first."""
    if not isinstance(layer, (layers.BatchNormalization, layers.Conv2D)):
        return False
    sums = [node for node in layer._outbound_nodes if isinstance(node.operation, layers.Add)]
    return any(node.input_tensors[-1]._keras_history.operation is layer for node in sums)


def values(name: str, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    if name == "depthwise_kernel":
        return random.normal(0, np.sqrt(2 / (shape[0] * shape[1])), shape)
    if name.endswith("kernel"):
        return random.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
    if name in ("gamma", "variance", "moving_variance"):
        return random.uniform(0.5, 1.5, shape)
    if name == "alpha":
        return random.uniform(0.1, 0.4, shape)
    return random.normal(0, 0.2, shape)
