"""A small network of a user's own: drawn pictures of three classes, a few epochs, every format with a topology."""

import os

import keras
import numpy as np
from fixtures import CUTS
from formats import save
from keras import layers
from networks import load, pooled
from PIL import Image, ImageDraw, ImageFilter

HEIGHT, WIDTH = 32, 40
CLASSES = ["disc", "stripes", "noise"]
PICTURES = 8


def make_own(out: str) -> dict:
    keras.utils.set_random_seed(7)
    random = np.random.default_rng(7)
    paths = []
    for i in range(PICTURES * len(CLASSES)):
        path = os.path.abspath(os.path.join(out, f"{CLASSES[i % 3]}-{i // 3}.png"))
        draw(CLASSES[i % 3], random).save(path)
        paths.append(path)
    pixels = load(paths, HEIGHT, WIDTH)
    inputs = pixels.astype("float32")
    labels = np.arange(len(paths)) % len(CLASSES)
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(inputs, labels, batch_size=8, epochs=12, verbose=0)

    def write(name: str, array: np.ndarray) -> str:
        array.tofile(os.path.join(out, name))
        return name

    files = []
    for format in ("keras", "h5", "tfjs"):
        path = save(model, format, os.path.join(out, "own"))
        files.append({"path": os.path.relpath(path, out), "format": format, "top": True, "topology": True})
    cut = next(layer.input for layer in model.layers if isinstance(layer, CUTS))
    # Without `training=False` Keras' augmentation also runs where a model is called, not only where it is trained.
    features = keras.Model(model.inputs, cut)(inputs, training=False)
    expected = {**pooled(features), "top": model(inputs, training=False)}
    accuracy = float((np.asarray(expected["top"]).argmax(1) == labels).mean())
    network = {
        "name": "own",
        "case": "own",
        "width": WIDTH,
        "height": HEIGHT,
        "count": len(pixels),
        "pixels": write("pixels.u8", pixels),
        "files": files,
        "expected": {key: write(f"{key}.f32", np.asarray(value, "float32")) for key, value in expected.items()},
    }
    return {"keras": keras.__version__, "accuracy": accuracy, "pictures": paths, "networks": [network]}


def build() -> keras.Model:
    """As the tutorials do it: augmentation and rescaling are layers of the model."""
    return keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3)),
            layers.RandomFlip("horizontal"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(12, 3, padding="same"),
            layers.BatchNormalization(momentum=0.7),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Conv2D(16, 3, activation="silu"),
            layers.Flatten(),
            layers.Dense(24, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ],
        name="own",
    )


def draw(kind: str, random: np.random.Generator) -> Image.Image:
    """Larger than the network's input: reading it includes resizing."""
    width, height = 2 * WIDTH + 7, 2 * HEIGHT + 3
    ground, ink = (tuple(int(c) for c in random.integers(0, 256, 3)) for _ in range(2))
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    if kind == "disc":
        x, y, r = random.integers(20, width - 20), random.integers(20, height - 20), random.integers(10, 20)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)
    elif kind == "stripes":
        step = int(random.integers(6, 14))
        for x in range(0, width, step):
            pen.line((x, 0, x + int(random.integers(0, 9)), height), fill=ink, width=step // 2)
    else:
        image = Image.fromarray(random.integers(0, 256, (height, width, 3), "uint8")).filter(ImageFilter.BoxBlur(1))
    return image
