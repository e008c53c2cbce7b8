"""Networks of a few layers, with every class of layers that pixkin understands in them, small enough to commit."""

import base64
import os

import keras
import numpy as np
from formats import WEIGHTS_ONLY, save
from networks import pooled
from randomise import randomise
from tiny import activations, classifier, convolutions, nested
from tiny_keras2 import save_keras2

PICTURES = 3
SEED = 4
# A model, and the formats that it is saved in. A format without the topology takes it from the first one.
MODELS = [
    (convolutions, ("keras",)),
    (activations, ("h5",)),
    (classifier, ("keras", "tfjs", "weights", "legacy", "legacy-split")),
    (nested, ("keras", "h5", "tfjs", "weights")),
]


def make_fixtures(out: str) -> dict:
    report = {"keras": keras.__version__, "networks": []}
    for index, (build, formats) in enumerate(MODELS):
        keras.backend.clear_session()
        model = build()
        _, height, width, channels = model.input_shape
        random = np.random.default_rng(SEED + index)
        pixels = random.integers(0, 256, (PICTURES, height, width, channels), "uint8")
        inputs = pixels.astype("float32")
        randomise(model, inputs, SEED + index)
        files = []
        for format in formats:
            path = save(model, format, os.path.join(out, model.name))
            files.append(entry(path, format, out))
        network = {"name": model.name, "height": height, "width": width, "pixels": encoded(pixels), "files": files}
        report["networks"].append({**network, "expected": expected(model, inputs)})
    report["networks"].append(save_keras2(report["networks"][2]["pixels"], out))
    return report


def expected(model: keras.Model, inputs: np.ndarray) -> dict:
    """What the whole model answers, and what it does cut before its last Flatten or global pooling, and pooled."""
    cut = next(
        (layer.input for layer in reversed(model.layers) if isinstance(layer, CUTS)),
        model.output,
    )
    features = keras.Model(model.inputs, cut)(inputs, training=False)
    values = {"top": model(inputs, training=False), **pooled(features)}
    return {key: encoded(np.asarray(value, "float32")) for key, value in values.items()}


CUTS = (keras.layers.Flatten, keras.layers.GlobalAveragePooling2D, keras.layers.GlobalMaxPooling2D)


def entry(path: str, format: str, out: str) -> dict:
    return {"path": os.path.relpath(path, out), "format": format, "topology": format not in WEIGHTS_ONLY}


def encoded(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
