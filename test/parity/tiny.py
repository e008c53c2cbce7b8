"""The models of the fixtures: each takes pictures of its own size, 0 to 255, and does its preprocessing itself."""

import keras
from keras import Sequential, layers


def convolutions() -> keras.Model:
    """Every window, at sizes and strides whose SAME padding is uneven."""
    picture = keras.Input((13, 10, 3), name="picture")
    x = layers.Rescaling(1 / 127.5, offset=-1)(picture)
    strided = layers.Conv2D(5, (3, 5), strides=2, padding="same", use_bias=False)(x)
    strided = layers.BatchNormalization(scale=False)(strided)
    separable = layers.SeparableConv2D(4, 3, strides=2, padding="same", depth_multiplier=2, activation="silu")(x)
    depthwise = layers.DepthwiseConv2D((4, 2), strides=2, padding="same", depth_multiplier=2)(x)
    grouped = layers.Conv2D(6, 3, padding="same", groups=3, name="grouped")(x)
    grouped = layers.MaxPooling2D(3, strides=2, padding="same")(grouped)
    padded = layers.ZeroPadding2D(((0, 3), (2, 1)))(x)
    padded = layers.Conv2D(3, 3, strides=2, padding="valid", activation="relu")(padded)
    padded = layers.Cropping2D(((0, 0), (1, 0)))(padded)
    dilated = layers.Conv2D(4, 3, padding="same", dilation_rate=(2, 3), activation="tanh")(x)
    dilated = layers.AveragePooling2D((3, 2), strides=2, padding="same")(dilated)
    shrunk = layers.DepthwiseConv2D(3, padding="valid", dilation_rate=2, use_bias=False)(x)
    shrunk = layers.ZeroPadding2D((2, 2))(shrunk)
    shrunk = layers.AveragePooling2D(2, padding="same")(shrunk)
    x = layers.Concatenate()([strided, separable, depthwise, grouped, padded, dilated, shrunk])
    nearest = layers.UpSampling2D((2, 3))(x)
    bilinear = layers.UpSampling2D((2, 3), interpolation="bilinear")(x)
    x = layers.Average()([nearest, bilinear])
    x = layers.MaxPooling2D((3, 2))(x)
    x = layers.SeparableConv2D(7, (2, 3), use_bias=False)(x)
    return keras.Model(picture, x, name="convolutions")


def activations() -> keras.Model:
    """Every activation, as a layer of its own and by name."""
    picture = keras.Input((5, 6, 3), name="picture")
    x = layers.Normalization()(picture)
    x = layers.Conv2D(4, 1)(x)
    made = [
        layers.ReLU()(x),
        layers.ReLU(max_value=1.5)(x),
        layers.LeakyReLU()(x),
        layers.LeakyReLU(negative_slope=0.1)(x),
        layers.PReLU()(x),
        layers.PReLU(shared_axes=[1, 2])(x),
        layers.ELU()(x),
        layers.Softmax()(x),
    ]
    made += [layers.Activation(name)(x) for name in ("linear", "relu", "relu6", "sigmoid", "tanh", "softmax")]
    made += [layers.Activation(name)(x) for name in ("silu", "swish", "elu", "selu", "softplus", "gelu")]
    low, high = layers.Concatenate()(made[:10]), layers.Concatenate()(made[10:])
    merged = [layers.Add()([low, high]), layers.Subtract()([low, high]), layers.Multiply()([low, high])]
    merged += [layers.Average()([low, high]), layers.Maximum()([low, high])]
    x = layers.Concatenate()(merged)
    return keras.Model(picture, layers.Conv2D(8, 1)(x), name="activations")


def classifier() -> keras.Model:
    """Shapes turned and turned back, a gate over the channels, and a top."""
    picture = keras.Input((7, 5, 3), name="picture")
    x = layers.Rescaling([1 / 64, 1 / 32, 1 / 128], offset=[-2, -4, -1])(picture)
    x = layers.Conv2D(6, 3, padding="same", name="features")(x)
    x = layers.BatchNormalization(name="features_bn")(x)
    x = layers.Activation("relu")(x)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Conv2D(2, 1, activation="silu", name="squeeze")(gate)
    gate = layers.Conv2D(6, 1, activation="sigmoid", name="excite")(gate)
    x = layers.Multiply()([x, gate])
    x = layers.Permute((2, 3, 1))(x)
    x = layers.Dense(4, name="mix")(x)
    x = layers.Reshape((6, -1))(x)
    x = layers.UnitNormalization()(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Reshape((5, 4, 6))(x)
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dense(9, activation="relu", name="hidden")(x)
    x = layers.Dense(4, activation="softmax", name="predictions")(x)
    return keras.Model(picture, x, name="classifier")


def nested() -> keras.Model:
    """A Sequential of a Sequential, and a model that is called twice."""
    block_input = keras.Input((None, None, 4))
    x = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(block_input)
    x = layers.BatchNormalization(name="bn")(x)
    block = keras.Model(block_input, layers.Add()([block_input, x]), name="block")
    prepare = Sequential([layers.Rescaling(1 / 255), layers.Normalization()], name="prepare")
    stem = Sequential([prepare, layers.Conv2D(4, 3, activation="relu", name="conv")], name="stem")
    picture = keras.Input((8, 9, 3), name="picture")
    x = block(block(stem(picture)))
    x = layers.Flatten()(x)
    top = Sequential([layers.Dense(5, activation="relu"), layers.Dense(3), layers.Softmax()], name="top")
    return keras.Model(picture, top(x), name="nested")
