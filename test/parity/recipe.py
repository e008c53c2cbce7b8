"""The classic recipe: Keras embeds a folder's pictures one at a time, scikit-learn finds the nearest neighbours.

    python test/parity/recipe.py FOLDER --network vgg16 --weights vgg16_notop.h5 [--pooling avg]

Prints one JSON object: `rankings` (for each picture the others, nearest first, with their cosine similarity) and
`seconds`.
"""

import argparse
import json
import os
import sys
import time

sys.dont_write_bytecode = True
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.applications import inception_v3, mobilenet, mobilenet_v2, resnet, resnet_v2, vgg16, vgg19
from sklearn.neighbors import NearestNeighbors

NETWORKS = {
    "vgg16": (vgg16.VGG16, vgg16),
    "vgg19": (vgg19.VGG19, vgg19),
    "resnet50": (resnet.ResNet50, resnet),
    "resnet101": (resnet.ResNet101, resnet),
    "resnet152": (resnet.ResNet152, resnet),
    "resnet50v2": (resnet_v2.ResNet50V2, resnet_v2),
    "resnet101v2": (resnet_v2.ResNet101V2, resnet_v2),
    "resnet152v2": (resnet_v2.ResNet152V2, resnet_v2),
    "inceptionv3": (inception_v3.InceptionV3, inception_v3),
    "mobilenet": (mobilenet.MobileNet, mobilenet),
    "mobilenetv2": (mobilenet_v2.MobileNetV2, mobilenet_v2),
}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("--network", choices=NETWORKS, required=True)
parser.add_argument("--weights", required=True, help="the file without the top")
parser.add_argument("--pooling", choices=["avg", "max"], help="flattened where it is left out")
arguments = parser.parse_args()

started = time.perf_counter()
build, module = NETWORKS[arguments.network]
size = 299 if arguments.network == "inceptionv3" else 224
model = build(weights=arguments.weights, include_top=False, input_shape=(size, size, 3), pooling=arguments.pooling)
loaded = time.perf_counter()

names = sorted(name for name in os.listdir(arguments.folder) if name.lower().endswith((".jpg", ".jpeg", ".png")))
features = []
# The first `predict` also compiles the network: timed apart.
first = 0.0
for name in names:
    begin = time.perf_counter()
    image = keras.utils.load_img(os.path.join(arguments.folder, name), target_size=(size, size))
    batch = np.expand_dims(keras.utils.img_to_array(image), axis=0)
    features.append(model.predict(module.preprocess_input(batch), verbose=0).flatten())
    first = first or time.perf_counter() - begin
embedded = time.perf_counter()

neighbours = NearestNeighbors(n_neighbors=len(names), metric="cosine", algorithm="brute").fit(features)
distances, order = neighbours.kneighbors(features)
found = time.perf_counter()

rankings = {
    name: [[names[j], round(1 - float(d), 6)] for j, d in zip(order[i], distances[i]) if j != i]
    for i, name in enumerate(names)
}
seconds = {
    "load": loaded - started,
    "first": first,
    "embed": embedded - loaded,
    "each": (embedded - loaded - first) / max(1, len(names) - 1),
    "neighbours": found - embedded,
}
json.dump({"network": arguments.network, "dim": len(features[0]), "seconds": seconds, "rankings": rankings}, sys.stdout)
