"""Real networks of keras.applications: files, pixels and expected outputs."""

import os
import sys
import time
import zlib
from dataclasses import replace

import keras
import numpy as np
from architectures import ARCHITECTURES, Architecture
from formats import WEIGHTS_ONLY, save
from randomise import randomise

COUNT = 6


def make_networks(out: str, pictures: str, only: list[str] | None) -> dict:
    unknown = set(only or ()) - set(ARCHITECTURES)
    if unknown:
        sys.exit(f"--only must name some of {', '.join(ARCHITECTURES)}; got {', '.join(sorted(unknown))}")
    files = sample(pictures)
    report = {"keras": keras.__version__, "pictures": files, "networks": []}
    for name in only or ARCHITECTURES:
        started = time.time()
        folder = os.path.join(out, name)
        os.makedirs(folder, exist_ok=True)
        report["networks"].append(make_network(ARCHITECTURES[name], folder, files))
        print(f"{name}: {time.time() - started:.1f} s", file=sys.stderr, flush=True)
    return report


def make_weights(out: str, pictures: str, name: str) -> dict:
    """The file without the top, of the default input size, in the layout of the published ones."""
    size = 299 if name == "inceptionv3" else 224
    architecture = replace(ARCHITECTURES[name], height=size, width=size)
    model = architecture.build(top=False)
    inputs = architecture.preprocess(load(sample(pictures), size, size))
    randomise(model, inputs, zlib.crc32(name.encode()))
    return {"keras": keras.__version__, "weights": save(model, architecture.notop[0], os.path.join(out, name))}


def make_network(architecture: Architecture, folder: str, pictures: list[str]) -> dict:
    keras.backend.clear_session()
    pixels = load(pictures, architecture.height, architecture.width)
    inputs = architecture.preprocess(pixels)
    full = architecture.build(top=True)
    randomise(full, inputs, zlib.crc32(architecture.name.encode()))
    # Built as people build it; InceptionV3's layers are numbered on from the whole network's.
    notop = architecture.build(top=False)
    for ours, theirs in zip(notop.weights, full.weights):
        assert ours.shape == theirs.shape and ours.name == theirs.name
        ours.assign(theirs)

    def write(name: str, array: np.ndarray) -> str:
        path = os.path.join(folder, name)
        array.tofile(path)
        return os.path.relpath(path, os.path.dirname(folder))

    files = []
    for model, formats, top in [(notop, architecture.notop, False), (full, architecture.top, True)]:
        for format in formats:
            path = save(model, format, os.path.join(folder, "top" if top else "notop"))
            topology = format not in WEIGHTS_ONLY
            path = os.path.relpath(path, os.path.dirname(folder))
            files.append({"path": path, "format": format, "top": top, "topology": topology})
    expected = {**pooled(notop(inputs, training=False)), "top": full(inputs, training=False)}
    return {
        "name": architecture.name.split("-")[0],
        "case": architecture.name,
        "alpha": architecture.options.get("alpha", 1),
        "width": architecture.width,
        "height": architecture.height,
        "count": len(pixels),
        "pixels": write("pixels.u8", pixels),
        "files": files,
        "expected": {key: write(f"{key}.f32", np.asarray(value, "float32")) for key, value in expected.items()},
    }


def pooled(features) -> dict:
    """Of an output [pictures, height, width, channels]: all that `include_top=False` can give, by Keras' own layers."""
    values = np.maximum(np.asarray(features, "float64"), 1e-6)
    return {
        "none": keras.layers.Flatten()(features),
        "avg": keras.layers.GlobalAveragePooling2D()(features),
        "max": keras.layers.GlobalMaxPooling2D()(features),
        # Keras has no such layer: Radenovic et al., "Fine-tuning CNN image retrieval with no human annotation", p = 3.
        "gem": np.cbrt((values**3).mean((1, 2))),
    }


def sample(pictures: str) -> list[str]:
    """Some of a folder's pictures: spread over it, since similar ones often lie side by side."""
    names = sorted(name for name in os.listdir(pictures) if name.lower().endswith((".jpg", ".jpeg", ".png")))
    return [os.path.abspath(os.path.join(pictures, names[i * len(names) // COUNT])) for i in range(COUNT)]


def load(pictures: list[str], height: int, width: int) -> np.ndarray:
    """uint8 [pictures, height, width, 3], resized as `load_img` does unless it is told otherwise: nearest."""
    images = [keras.utils.load_img(path, target_size=(height, width)) for path in pictures]
    return np.stack([np.asarray(image, "uint8") for image in images])
