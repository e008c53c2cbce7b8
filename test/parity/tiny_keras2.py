"""A model made and saved by Keras 2 itself (the package tf_keras): what people have on their disks."""

import base64
import os

import h5py
import numpy as np
import tf_keras
from formats import converter
from tf_keras import Sequential, layers


def build() -> tf_keras.Model:
    picture = tf_keras.Input((7, 5, 3))
    x = Sequential([layers.Rescaling(1 / 127.5, -1), layers.Conv2D(4, 3, padding="same")], name="stem")(picture)
    x = layers.BatchNormalization(renorm=False)(x)
    x = layers.LeakyReLU(alpha=0.2)(x)
    x = layers.SeparableConv2D(6, 3, padding="same", activation="swish")(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.DepthwiseConv2D(3, strides=2, padding="same")(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Flatten()(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Dense(3, activation="softmax")(x)
    return tf_keras.Model(picture, x, name="keras2")


def save_keras2(pixels: str, out: str) -> dict:
    """Writes its files for these pixels; returns its entry in the report."""
    tf_keras.backend.clear_session()
    model = build()
    random = np.random.default_rng(2)
    drawn = [(variable.name, random.normal(0, 0.4, variable.shape)) for variable in model.weights]
    model.set_weights([abs(value) + 0.1 if "variance" in name else value for name, value in drawn])
    inputs = np.frombuffer(base64.b64decode(pixels), "uint8").reshape(-1, 7, 5, 3).astype("float32")
    files = []

    def add(name: str, format: str, topology: bool) -> str:
        files.append({"path": name, "format": format, "topology": topology})
        return os.path.join(out, name)

    model.save(add("keras2-h5.h5", "h5", True))
    model.save(add("keras2-keras.keras", "keras", True))
    model.save_weights(add("keras2-legacy.h5", "legacy", False))
    folder = os.path.join(out, "keras2-tfjs")
    os.makedirs(folder, exist_ok=True)
    with h5py.File(os.path.join(out, "keras2-h5.h5")) as file:
        topology, groups = converter().h5_merged_saved_model_to_tfjs_format(file)
    converter().write_artifacts(topology, groups, folder, quantization_dtype_map=None)
    add("keras2-tfjs/model.json", "tfjs", True)
    flatten = next(layer for layer in model.layers if isinstance(layer, layers.Flatten))
    features = tf_keras.Model(model.input, flatten.input)(inputs, training=False)
    values = {
        "top": model(inputs, training=False),
        "none": layers.Flatten()(features),
        "avg": layers.GlobalAveragePooling2D()(features),
        "max": layers.GlobalMaxPooling2D()(features),
    }
    encoded = {key: base64.b64encode(np.asarray(value, "float32").tobytes()).decode() for key, value in values.items()}
    return {"name": "keras2", "height": 7, "width": 5, "pixels": pixels, "files": files, "expected": encoded}
