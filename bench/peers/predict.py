"""MONAI's side of predict: predict.py <job as JSON> <eager | compile>; prints JSON, writes peer.raw.

The scan is held once as float32; labels are taken slab by slab, so that argmax's int64 is small.
Compiling is not timed.
"""
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from monai.inferers import sliding_window_inference
from torch import nn

job, form = json.loads(sys.argv[1]), sys.argv[2]
folder = Path(job["folder"])
torch.set_num_threads(job["threads"])
rank = job["rank"]
Conv, Norm, Up = [
    (nn.Conv2d, nn.InstanceNorm2d, nn.ConvTranspose2d),
    (nn.Conv3d, nn.InstanceNorm3d, nn.ConvTranspose3d),
][rank - 2]


def stage(inputs, outputs, stride):
    def block(a, b, s):
        return nn.Sequential(
            Conv(a, b, 3, s, 1, bias=False), Norm(b, affine=True, eps=1e-5), nn.LeakyReLU(0.01, inplace=True)
        )

    return nn.Sequential(block(inputs, outputs, stride), block(outputs, outputs, 1))


class Decoder(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = Up(inputs, outputs, 2, 2)
        self.stage = stage(2 * outputs, outputs, 1)

    def forward(self, x, skip):
        return self.stage(torch.cat([self.up(x), skip], 1))


class Unet(nn.Module):
    def __init__(self, widths):
        super().__init__()
        pairs = zip([1, *widths[:-1]], widths)
        self.encoder = nn.ModuleList(stage(a, b, 1 if n == 0 else 2) for n, (a, b) in enumerate(pairs))
        self.decoder = nn.ModuleList(Decoder(a, b) for a, b in list(zip(widths[1:], widths[:-1]))[::-1])
        self.head = Conv(widths[0], 3, 1)

    def forward(self, x):
        skips = []
        for part in self.encoder:
            x = part(x)
            skips.append(x)
        for part, skip in zip(self.decoder, skips[-2::-1]):
            x = part(x, skip)
        return self.head(x)


net = Unet(job["widths"]).eval()
flat = torch.from_numpy(np.fromfile(folder / "weights.raw", np.float32))
at = 0
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(flat[at : at + parameter.numel()].reshape(parameter.shape))
        at += parameter.numel()
assert at == flat.numel()
batch = job["batches"][form]
run = net
if form == "compile":
    layout = torch.channels_last if rank == 2 else torch.channels_last_3d
    compiled = torch.compile(net.to(memory_format=layout))
    run = lambda x: compiled(x.contiguous(memory_format=layout))  # noqa: E731
with torch.inference_mode():
    if form == "compile":
        run(torch.zeros(batch, 1, *job["patch"]))
    start = time.perf_counter()
    scan = torch.from_numpy(np.fromfile(folder / "scan.raw", np.int16).reshape(job["dims"][::-1]))
    seen = scan.float().clamp_(-200, 300).add_(200).div_(500)
    labels = np.empty(seen.shape, np.uint8)
    how = {"roi_size": job["patch"], "sw_batch_size": batch, "overlap": job["overlap"], "mode": "gaussian"}
    if rank == 2:
        # A slice at a time, so that no volume of logits is held.
        for k in range(seen.shape[0]):
            labels[k] = sliding_window_inference(seen[k][None, None], predictor=run, **how)[0].argmax(0).numpy()
    else:
        said = sliding_window_inference(seen[None, None], predictor=run, **how)[0]
        for k in range(0, seen.shape[0], 8):
            labels[k : k + 8] = said[:, k : k + 8].argmax(0).numpy()
    labels.tofile(folder / "peer.raw")
    seconds = time.perf_counter() - start
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "seconds": seconds,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakMb": usage.ru_maxrss / 1024,
}))
