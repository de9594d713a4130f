"""A peer's side of read: read.py <file> <how>; prints JSON. The voxels end as an array in memory."""
import json
import re
import sys
import time

import nibabel as nib
import numpy as np

path, how = sys.argv[1:]
# nibabel takes indexed_gzip where it is installed; by itself it uses Python's own gzip.
nib.openers.HAVE_INDEXED_GZIP = how == "nibabel, indexed_gzip"
if "isal" in how:
    from isal import igzip, igzip_threaded
elif how == "nibabel, indexed_gzip":
    import indexed_gzip  # noqa: F401

started = time.perf_counter()
if how == "nibabel, isal":
    with open(path, "rb") as file:
        image = nib.Nifti1Image.from_bytes(igzip.decompress(file.read()))
elif how == "nibabel, isal threaded":
    image = nib.Nifti1Image.from_stream(igzip_threaded.open(path, "rb", threads=1))
else:
    image = nib.load(path, mmap=how == "nibabel, mapped")
voxels = np.asarray(image.dataobj)
# One voxel a page, so that a file which was only mapped is really read.
total = int(voxels.ravel(order="K")[::2048].sum(dtype=np.int64))
seconds = time.perf_counter() - started
assert voxels.dtype == np.int16 and voxels.shape == (512, 512, 450)
# Not getrusage: Linux counts into it what the parent held when it started us.
with open("/proc/self/status") as status:
    peak = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024
print(json.dumps({"seconds": seconds, "peakMb": peak, "sum": total}))
