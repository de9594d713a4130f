"""A peer's side of components and distance: voxels.py <job as JSON> <library> <threads>; prints JSON.

The mask is a boolean array before the clock starts, and of components only the labels are asked for.
"""
import json
import resource
import sys
import time

import numpy as np

job = json.loads(sys.argv[1])
library, threads = sys.argv[2], int(sys.argv[3])
voxels = np.fromfile(job["file"], np.uint8).reshape(job["dims"][::-1])
spacing = job["spacing"][::-1]
mask = voxels > 0 if job["label"] == "any" else voxels == job["label"]
if job["subject"] == "distance":
    mask = ~mask
del voxels

if library == "scipy":
    from scipy import ndimage

    structure = ndimage.generate_binary_structure(3, {6: 1, 18: 2, 26: 3}[job["connectivity"]])
    label = lambda: ndimage.label(mask, structure)[1]
    distance = lambda: ndimage.distance_transform_edt(mask, sampling=spacing)
elif library == "cc3d":
    import cc3d

    label = lambda: cc3d.connected_components(mask, connectivity=job["connectivity"], return_N=True)[1]
else:
    import edt

    distance = lambda: edt.edt(mask, anisotropy=spacing, black_border=False, parallel=threads)

started = time.perf_counter()
made = label() if job["subject"] == "components" else distance()
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
answer = float(np.max(made))
print(json.dumps({"seconds": seconds, "peakMb": peak, "answer": answer}))
