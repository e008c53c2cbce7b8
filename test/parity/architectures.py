"""The networks of keras.applications, at sizes that keep the run short, and the formats that each is saved in."""

import importlib
from dataclasses import dataclass, field

import keras
from formats import FORMATS


@dataclass(frozen=True)
class Architecture:
    name: str
    function: str
    module: str
    # Height and width differ, and their halves are odd or even: a transposed axis or a wrong SAME padding shows.
    height: int
    width: int
    # One of `formats.FORMATS` for each: of the network without its top, and of the whole one.
    notop: tuple[str, ...]
    top: tuple[str, ...]
    options: dict = field(default_factory=dict)

    def build(self, top: bool) -> keras.Model:
        function = getattr(keras.applications, self.function)
        shape = (self.height, self.width, 3)
        return function(weights=None, include_top=top, input_shape=shape, **self.options)

    def preprocess(self, pixels):
        """Of a float array of [pictures, height, width, red green blue], 0 to 255."""
        module = importlib.import_module(f"keras.applications.{self.module}")
        return module.preprocess_input(pixels.astype("float32"))


ARCHITECTURES = {
    a.name: a
    for a in [
        Architecture("vgg16", "VGG16", "vgg16", 64, 96, ("legacy-oldest", "tfjs", "keras"), ("legacy-oldest",)),
        Architecture("vgg19", "VGG19", "vgg19", 70, 64, ("legacy",), ("keras",)),
        Architecture(
            "resnet50", "ResNet50", "resnet", 64, 96, ("legacy", "weights", "tfjs", "h5"), ("keras", "legacy")
        ),
        Architecture("resnet101", "ResNet101", "resnet", 97, 65, ("legacy", "weights"), ("keras",)),
        Architecture("resnet152", "ResNet152", "resnet", 64, 96, ("legacy-split",), ("keras",)),
        Architecture("resnet50v2", "ResNet50V2", "resnet_v2", 97, 65, ("legacy", "weights"), ("keras", "h5")),
        Architecture("resnet101v2", "ResNet101V2", "resnet_v2", 64, 96, ("legacy",), ("keras",)),
        Architecture("resnet152v2", "ResNet152V2", "resnet_v2", 65, 97, ("legacy-split",), ("keras",)),
        Architecture(
            "inceptionv3", "InceptionV3", "inception_v3", 107, 139, ("legacy", "weights", "tfjs"), ("keras", "legacy")
        ),
        Architecture("mobilenet", "MobileNet", "mobilenet", 64, 96, ("legacy", "weights", "h5"), ("keras", "tfjs")),
        Architecture("mobilenet-0.5", "MobileNet", "mobilenet", 97, 65, ("legacy-names",), ("keras",), {"alpha": 0.5}),
        Architecture(
            "mobilenetv2", "MobileNetV2", "mobilenet_v2", 97, 65, ("legacy", "weights", "h5"), ("keras", "tfjs")
        ),
        Architecture(
            "mobilenetv2-1.4", "MobileNetV2", "mobilenet_v2", 96, 64, ("legacy-names",), ("keras",), {"alpha": 1.4}
        ),
        Architecture("mobilenetv2-224", "MobileNetV2", "mobilenet_v2", 224, 224, ("legacy",), ("legacy",)),
    ]
}
assert {format for a in ARCHITECTURES.values() for format in a.notop + a.top} == set(FORMATS)
