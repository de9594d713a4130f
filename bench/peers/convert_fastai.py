"""The conversion as the LiTS notebooks have it, by fastai itself: python convert_fastai.py <job>. Prints JSON.

One process, as they are: `save_jpg` of every slice and PIL for the masks. What is not the library's is at
its best: the volume is read once, in its own type, and quality and subsampling are ours.
"""

import json
import os
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import nibabel
import numpy as np
import torch
from fastai.medical.imaging import *  # noqa: F403  (patches torch.Tensor)
from PIL import Image

LIVER, CUSTOM = (150, 30), (200, 60)


def convert(job):
    scan = np.asanyarray(nibabel.load(job["scan"]).dataobj)
    mask = np.asanyarray(nibabel.load(job["mask"]).dataobj)
    os.makedirs(job["out"] + "/images", exist_ok=True)
    os.makedirs(job["out"] + "/masks", exist_ok=True)
    depth = job.get("slices", scan.shape[2])
    for k in range(depth):
        slice_ = torch.tensor(scan[:, :, k].T.astype(np.float32))
        slice_.save_jpg(f"{job['out']}/images/{k}.jpg", [LIVER, CUSTOM], quality=90)
        Image.fromarray(np.ascontiguousarray(mask[:, :, k].T).astype(np.uint8)).save(
            f"{job['out']}/masks/{k}.png"
        )
    return depth


if __name__ == "__main__":
    started = time.perf_counter()
    slices = convert(json.loads(sys.argv[1]))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peakMb": peak, "slices": slices}))
