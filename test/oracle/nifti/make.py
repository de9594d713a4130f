"""What nibabel reads from each NIfTI file of the shared data.

python make.py <shared/data> > nibabel.json          (nibabel 5.4.2, numpy 2.4.6)

Every file whose name says NIfTI is a row, pairs under the name of their header; `refused` says why
nibabel, or the shape or type that it finds, gives no single volume of finite numbers.
`sha256` is that of the scaled voxels as little-endian float32, first axis fastest, -0 as 0.
"""
import glob
import hashlib
import json
import os
import sys

import nibabel as nib
import numpy as np

root = sys.argv[1]
folders = ["nifti", "lits-slices-256", "radiomics", "dicom"]
endings = (".nii", ".nii.gz", ".hdr", ".hdr.gz")


def volume(image):
    """The one volume of finite numbers in an image, or why there is none."""
    dtype = image.get_data_dtype()
    if dtype.kind not in "iuf":
        return None, f"type {dtype}"
    if any(size > 1 for size in image.shape[3:]):
        return None, f"shape {image.shape}"
    dims = (list(image.shape[:3]) + [1, 1])[:3]
    data = image.get_fdata(dtype=np.float64).reshape(dims, order="F")
    bad = int(data.size - np.isfinite(data).sum())
    return (data, None) if bad == 0 else (None, f"{bad} of {data.size} voxels not finite")


def row(path):
    try:
        image = nib.load(path)
        data, why = volume(image)
    except Exception as error:
        return {"refused": type(error).__name__}
    if data is None:
        return {"refused": why}
    values = (data.astype(np.float32) + np.float32(0)).astype("<f4")
    slope, intercept = image.dataobj.slope, image.dataobj.inter
    return {
        "dims": list(data.shape),
        "affine": [float(x) for x in image.affine.ravel()],
        "axes": "".join(nib.aff2axcodes(image.affine)),
        "type": image.get_data_dtype().newbyteorder("=").name,
        "littleEndian": image.header.endianness == "<",
        "slope": 1 if slope is None else slope,
        "intercept": 0 if intercept is None else intercept,
        "min": float(values.min()),
        "max": float(values.max()),
        "sha256": hashlib.sha256(values.tobytes(order="F")).hexdigest(),
    }


names = sorted(
    os.path.relpath(path, root)
    for folder in folders
    for path in glob.glob(os.path.join(root, folder, "**/*"), recursive=True)
    if path.endswith(endings)
)
versions = {"nibabel": nib.__version__, "numpy": np.__version__}
rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(row(os.path.join(root, name)))}" for name in names)
print(json.dumps({"versions": versions})[:-1] + ', "files": {\n' + rows + "\n}}")
