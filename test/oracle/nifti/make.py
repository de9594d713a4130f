"""What nibabel reads from each NIfTI file of the shared data.

python make.py <shared/data> > nibabel.json          (nibabel 5.4.2, numpy 2.4.6)
Files that nibabel does not read as one finite, real-valued volume are left out: the test lists
them.
`sum` and `weighted` (each value times its place modulo 1009, first axis fastest) are over float32
values, added as float64.
"""
import glob
import json
import os
import sys

import nibabel as nib
import numpy as np

root = sys.argv[1]
patterns = ["nifti/**/*.nii", "nifti/**/*.nii.gz", "radiomics/ibsi/**/*.nii.gz"]
slices = [f"lits-slices-256/{kind}-{n}.nii.gz" for n in (0, 4, 39) for kind in ("volume", "segmentation")]
names = sorted(
    os.path.relpath(path, root)
    for pattern in patterns
    for path in glob.glob(os.path.join(root, pattern), recursive=True)
) + slices

files = {}
for name in names:
    try:
        image = nib.load(os.path.join(root, name))
    except nib.filebasedimages.ImageFileError:
        continue
    dtype = image.get_data_dtype()
    shape = image.shape
    if dtype.kind not in "iuf" or any(size > 1 for size in shape[3:]):
        continue
    dims = (list(shape[:3]) + [1, 1])[:3]
    data = image.get_fdata(dtype=np.float64).reshape(dims, order="F")
    if not np.isfinite(data).all():
        continue
    values = data.astype(np.float32).astype(np.float64).ravel(order="F")
    weights = np.arange(values.size) % 1009
    random = np.random.default_rng(len(files))
    places = [[0, 0, 0], [d - 1 for d in dims]] + [[int(random.integers(d)) for d in dims] for _ in range(6)]
    files[name] = {
        "dims": dims,
        "affine": [float(x) for x in image.affine.ravel()],
        "axes": "".join(nib.aff2axcodes(image.affine)),
        "type": dtype.newbyteorder("=").name,
        "littleEndian": image.header.endianness == "<",
        "slope": image.dataobj.slope if image.dataobj.slope is not None else 1,
        "intercept": image.dataobj.inter if image.dataobj.inter is not None else 0,
        "sum": float(values.sum()),
        "weighted": float((values * weights).sum()),
        "min": float(values.min()),
        "max": float(values.max()),
        "voxels": [[*place, float(np.float32(data[tuple(place)]))] for place in places],
    }

print(json.dumps({"nibabel": nib.__version__, "numpy": np.__version__, "files": files}, indent=1))
