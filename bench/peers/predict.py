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

from unet import Unet, load_weights

job, form = json.loads(sys.argv[1]), sys.argv[2]
folder = Path(job["folder"])
torch.set_num_threads(job["threads"])
rank = job["rank"]
net = Unet(rank, 1, 3, job["widths"]).eval()
load_weights(net, folder / "weights.raw")
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
