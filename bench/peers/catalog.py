"""nibabel: sizes, spacing and affine of every file of a folder, or also HU range, labels and hashes."""
import hashlib
import json
import os
import re
import resource
import sys
import time
from multiprocessing import Pool

import nibabel as nib
import numpy as np


def headers(path):
    image = nib.load(path)
    return path, image.shape, image.header.get_zooms(), image.affine, None


def whole(path):
    image = nib.load(path)
    with open(path, "rb") as file:
        bytes_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    voxels = np.asanyarray(image.dataobj)
    content = hashlib.sha256(np.ascontiguousarray(voxels.T)).hexdigest()
    if "segmentation" in os.path.basename(path):
        labels, counts = np.unique(voxels, return_counts=True)
        said = dict(zip(labels.tolist(), counts.tolist()))
    else:
        said = (voxels.min().item(), voxels.max().item())
    return path, image.shape, image.header.get_zooms(), image.affine, (said, bytes_sha256, content)


def main():
    job = json.loads(sys.argv[1])
    started = time.perf_counter()
    paths = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(job["data"])
        for name in names
        if re.search(r"\.nii(\.gz)?$", name)
    ]
    chunk = 64 if job["headersOnly"] else 1
    with Pool(job["processes"]) as pool:
        rows = pool.map(headers if job["headersOnly"] else whole, paths, chunksize=chunk)
    scans = [row for row in rows if os.path.basename(row[0]).startswith("volume-")]
    masks = [row for row in rows if row not in scans] if job["headersOnly"] is False else []
    tumour = sum(1 for row in masks if 2 in row[4][0])
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "peakMb": (
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                    + job["processes"] * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
                )
                / 1024,
                "cases": len(scans),
                "slices": sum(row[1][2] for row in scans),
                "tumour": tumour,
            }
        )
    )


if __name__ == "__main__":
    main()
