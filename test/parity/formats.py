"""Every way in which Keras and TensorFlow.js write a network's weights, with or without its topology."""

import importlib.util
import os
import sys
import types

import h5py
import keras
from keras.src.legacy.saving import legacy_h5_format

# Without the topology, layer by layer: the layout of the published files.
WEIGHTS_ONLY = ("legacy", "legacy-oldest", "legacy-names", "legacy-split", "weights")
FORMATS = {
    # Keras 2: `conv1_conv/kernel:0`
    "legacy": ".h5",
    # The published VGG files: `block1_conv1_W_1:0`
    "legacy-oldest": ".h5",
    # Keras 3 itself, in the old layout: `conv1_conv/kernel`
    "legacy-names": ".h5",
    # Keras 3, the list of layers in `layer_names0`, `layer_names1`, ... as where it does not fit one attribute
    "legacy-split": ".h5",
    "weights": ".weights.h5",
    # The whole model, with its topology
    "h5": ".h5",
    "keras": ".keras",
    "tfjs": "",
}


def save(model: keras.Model, format: str, stem: str) -> str:
    """Writes `stem` plus what the format needs; returns the path (of `model.json` in a folder for TensorFlow.js)."""
    path = f"{stem}-{format}{FORMATS[format]}"
    if format in ("legacy", "legacy-oldest"):
        save_legacy(model, path, oldest=format == "legacy-oldest")
    elif format in ("legacy-names", "legacy-split"):
        limit = legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT
        if format == "legacy-split":
            legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 300
        with h5py.File(path, "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
        legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = limit
    elif format == "weights":
        model.save_weights(path)
    elif format == "tfjs":
        return save_tfjs(model, path)
    else:
        model.save(path)
    return path


def save_legacy(model: keras.Model, path: str, oldest: bool) -> None:
    """A weights-only file as Keras 2, or the Keras 1 that wrote the published VGG weights, lays it out."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        file.attrs["backend"] = b"tensorflow"
        if not oldest:
            file.attrs["keras_version"] = b"2.0.0"
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = []
            for variable in layer.weights:
                if oldest:
                    name = f"{layer.name}_{'W' if variable.name == 'kernel' else 'b'}_1:0"
                else:
                    name = f"{layer.name}/{variable.name}:0"
                names.append(name.encode())
                group.create_dataset(name, data=keras.ops.convert_to_numpy(variable))
            group.attrs["weight_names"] = names


def save_tfjs(model: keras.Model, folder: str) -> str:
    """What `tensorflowjs_converter --input_format keras` writes of the model's `.h5` file, by its own code."""
    conversion = converter()
    os.makedirs(folder, exist_ok=True)
    whole = os.path.join(folder, "model.h5")
    model.save(whole)
    topology, groups = conversion.h5_merged_saved_model_to_tfjs_format(whole)
    conversion.write_artifacts(topology, groups, folder, quantization_dtype_map=None)
    os.remove(whole)
    return os.path.join(folder, "model.json")


def converter():
    """The Keras part of the package `tensorflowjs`, which needs none of JAX, Flax, TF Hub and decision forests."""
    name = "tensorflowjs.converters.keras_h5_conversion"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec("tensorflowjs")
    if spec is None:
        sys.exit("tensorflowjs is missing: pip install --no-deps tensorflowjs==4.22.0")
    root = os.path.dirname(spec.origin)
    for package, folder in [("tensorflowjs", root), ("tensorflowjs.converters", os.path.join(root, "converters"))]:
        module = types.ModuleType(package)
        module.__path__ = [folder]
        sys.modules[package] = module
    return importlib.import_module(name)
