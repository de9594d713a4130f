"""A peer's side of resample: resample.py <job as JSON> <SimpleITK | scipy> <threads>; prints JSON."""
import json
import resource
import sys
import time

import numpy as np

job = json.loads(sys.argv[1])
library, threads = sys.argv[2], int(sys.argv[3])
dims, spacing, to = job["dims"], job["spacing"], job["to"]
dtype = np.int16 if job["kind"] == "ct" else np.uint8
voxels = np.fromfile(job["file"], dtype).reshape(dims[::-1])
shape = [round(s / t * n) for s, t, n in zip(spacing, to, dims)]

if library == "SimpleITK":
    import SimpleITK as sitk

    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    image = sitk.GetImageFromArray(voxels)
    del voxels
    image.SetSpacing(spacing)
    origin = [((n - 1) * s - (m - 1) * t) / 2 for n, s, m, t in zip(dims, spacing, shape, to)]
    how = {"linear": sitk.sitkLinear, "cubic": sitk.sitkBSpline, "nearest": sitk.sitkNearestNeighbor}
    interpolator = how[job["interpolation"]]
    outside = -1024 if job["kind"] == "ct" else 0
    direction = image.GetDirection()
    started = time.perf_counter()
    made = sitk.Resample(image, shape, sitk.Transform(), interpolator, origin, to, direction, outside)
    seconds = time.perf_counter() - started
    values = sitk.GetArrayViewFromImage(made)
else:
    from scipy.ndimage import zoom

    order = {"linear": 1, "cubic": 3, "nearest": 0}[job["interpolation"]]
    factors = [m / n for m, n in zip(shape[::-1], dims[::-1])]
    started = time.perf_counter()
    values = zoom(voxels, factors, order=order, mode="mirror" if order == 3 else "nearest", grid_mode=True)
    seconds = time.perf_counter() - started

assert list(values.shape) == shape[::-1]
samples = values.ravel()[:: job["sampleStep"]].tolist()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peakMb": peak, "samples": samples}))
