"""Distance to the nearest voxel outside or inside a mask, in mm, by scipy; edt agrees.

python make.py ../../../../shared/data > scipy.json
(scipy 1.17.1, edt 3.1.2, nibabel 5.4.2, numpy 2.4.6)
`bits` is the mask, first axis fastest, eight voxels a byte, highest bit first, in hex. `mm` is scipy's
answer in float32, first axis fastest; of larger masks there are its sum and largest value.
`border` is edt's `black_border`: what lies beyond the mask counts as background.
"""
import json
import sys
from importlib.metadata import version
from pathlib import Path

import edt
import nibabel
import numpy as np
import scipy
from scipy import ndimage

random = np.random.default_rng(12)


def blobs(dims, share):
    field = ndimage.gaussian_filter(random.standard_normal(dims), 1.5)
    return field > np.quantile(field, 1 - share)


def distances(mask, spacing, border):
    if border:
        padded = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=spacing)
        mm = padded[1:-1, 1:-1, 1:-1]
    else:
        mm = ndimage.distance_transform_edt(mask, sampling=spacing)
    other = edt.edt(np.asfortranarray(mask), anisotropy=spacing, black_border=border)
    assert np.allclose(mm, other, rtol=2e-6), np.abs(mm - other).max()
    return mm


def summary(mm):
    return {"sum": float(mm.sum()), "max": float(mm.max())}


cases = []
for dims, share, spacing in [
    ((6, 5, 4), 0.6, (1, 1, 1)),
    ((6, 5, 4), 0.9, (0.7, 0.7, 2.5)),
    ((9, 8, 7), 0.8, (0.703125, 0.703125, 5)),
    ((24, 20, 16), 0.5, (0.8, 0.9, 3)),
    ((33, 40, 17), 0.97, (0.6, 0.6, 1.25)),
    ((1, 30, 40), 0.7, (1, 2, 3)),
]:
    mask = blobs(dims, share) if min(dims) > 1 else random.random(dims) < share
    for border in [False, True]:
        mm = distances(mask, spacing, border)
        case = {
            "dims": dims,
            "spacing": spacing,
            "border": border,
            "bits": np.packbits(mask.ravel(order="F")).tobytes().hex(),
            **summary(mm),
        }
        if mask.size <= 600:
            case["mm"] = [float(f"{x:.8g}") for x in mm.ravel(order="F")]
        cases.append(case)

lits = []
for name in ["reference-segmentation-0", "submission-segmentation-1"]:
    file = f"nifti/lits-official/{name}.nii.gz"
    image = nibabel.load(Path(sys.argv[1]) / file)
    mask = np.asarray(image.dataobj)
    spacing = tuple(np.linalg.norm(image.affine[:3, :3], axis=0))
    liver = distances(mask > 0, spacing, False)
    lits.append(
        {
            "file": file,
            "depth": summary(liver),
            "tumourToSurface": summary(liver[mask == 2]),
            "leastTumourToSurface": float(liver[mask == 2].min()),
        }
    )

print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "edt": version("edt"),
            "numpy": np.__version__,
            "cases": cases,
            "lits": lits,
        }
    )
)
