"""Small files as torch.save writes them, and what they hold: what readTorchCheckpoint must give.

Run: python checkpoints.py > checkpoints.json
(torch 2.14.1, torchvision 0.29.1, CPU, Python 3.11)
The files are kept compressed (zlib) as base64.
"""
import base64
import collections
import copy
import io
import json
import os
import zipfile
import zlib

import torch
import torchvision


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must never be run",)


class Norm(torch.nn.BatchNorm2d):
    """Something of one's own in a checkpoint."""


norm = torch.nn.BatchNorm2d(2)
with torch.no_grad():
    norm.weight.copy_(torch.tensor([0.5, -1.25]))
grid = torch.arange(24, dtype=torch.float32).reshape(1, 2, 3, 4) / 8
shared = torch.arange(12, dtype=torch.float32) - 6
plain = collections.OrderedDict(
    float32=torch.tensor([[1.5, -2.25, 1e-30], [3e38, 0.0, -0.0]]),
    float16=torch.tensor([1.5, -0.0999755859375, 65504.0, 6e-8, float("inf")], dtype=torch.float16),
    bfloat16=torch.tensor([1.5, -3e38, 0.0078125], dtype=torch.bfloat16),
    float64=torch.tensor([0.1, -1e300], dtype=torch.float64),
    int64=torch.tensor(-7),
    uint8=torch.tensor([0, 255], dtype=torch.uint8),
    boolean=torch.tensor([True, False]),
    channels_last=grid.contiguous(memory_format=torch.channels_last),
    transposed=shared.reshape(3, 4).t(),
    piece=shared[2:9:3],
    parameter=torch.nn.Parameter(torch.tensor([4.0])),
    empty=torch.zeros(0, 3),
)
optimiser = torch.optim.SGD(norm.parameters(), lr=0.1, momentum=0.9)
state = norm.state_dict()
loadable = {
    "plain": (plain, {}),
    "protocol 4": (plain, {"pickle_protocol": 4}),
    "in state_dict": ({"epoch": 3, "state_dict": state, "optimiser": optimiser.state_dict(), "best": None}, {}),
    "in model": ({"model": state, "args": ["--lr", 0.1, True]}, {}),
}
refused = {
    "legacy": (state, {"_use_new_zipfile_serialization": False}),
    "whole model": (norm, {}),
    "own class": ({"model": state, "norm": Norm(2)}, {}),
    "evil": ({"state_dict": state, "x": Evil()}, {}),
}


def file_of(value, options):
    stream = io.BytesIO()
    torch.save(value, stream, **options)
    return packed(stream)


def packed(stream):
    return base64.b64encode(zlib.compress(stream.getvalue(), 9)).decode()


def archive(entries, compression=zipfile.ZIP_STORED, copies=0):
    """A zip that torch.save would not write; copies are entries that lie on each other."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as file:
        for name, content in entries:
            file.writestr(name, content)
        for n in range(copies):
            file.filelist.append(copy.copy(file.filelist[-1]))
            file.filelist[-1].filename = f"x/data/{n}"
    return packed(stream)


pickled = b"\x80\x02}."  # an empty dict
archives = {
    "compressed": archive([("x/data.pkl", pickled)], zipfile.ZIP_DEFLATED),
    "big-endian": archive([("x/data.pkl", pickled), ("x/byteorder", "big")]),
    "no pickle": archive([("x/data/0", "1234")]),
    "two pickles": archive([("x/data.pkl", pickled), ("y/data.pkl", pickled)]),
    "overlapping": archive([("x/data.pkl", pickled), ("x/data/a", 500 * b"1")], copies=30),
}


def tensors_of(value):
    state = value.get("state_dict", value.get("model", value))
    return {
        # Through float32, as they are read; "inf" is no JSON.
        name: {"shape": list(t.shape), "data": [str(x) for x in t.detach().float().flatten().tolist()]}
        for name, t in state.items()
    }


def narrow_resnet34():
    """torchvision's state dict with a 64th of the channels; numbers by formula."""
    narrow = collections.OrderedDict()
    for seed, (name, value) in enumerate(torchvision.models.resnet34(num_classes=128).state_dict().items()):
        shape = [size // 64 if size >= 64 else size for size in value.shape]
        n = torch.arange(torch.Size(shape).numel())
        narrow[name] = ((7 * n + 3 * seed) % 13 / 8).reshape(shape).to(value.dtype)
    return narrow


print(json.dumps({
    "madeWith": f"torch {torch.__version__}",
    "loadable": {
        name: {"file": file_of(value, options), "tensors": tensors_of(value)}
        for name, (value, options) in loadable.items()
    },
    "resnet34": file_of(narrow_resnet34(), {}),
    "refused": {name: file_of(value, options) for name, (value, options) in refused.items()} | archives,
}, indent=1))
