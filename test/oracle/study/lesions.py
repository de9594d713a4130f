"""Lesions of the official LiTS labels, by scipy: python lesions.py <lits-official> > lesions.json

Made with Python 3, nibabel 5.4.2, numpy 2.4.6, scipy 1.17.1.
"""

import json
import sys

import nibabel
import numpy
from scipy import ndimage

FILES = [
    "reference-segmentation-0",
    "reference-segmentation-1",
    "submission-segmentation-1",
    "msd-liver_0-label",
]


def measure(folder: str, name: str) -> dict:
    image = nibabel.load(f"{folder}/{name}.nii.gz")
    mask = numpy.asarray(image.dataobj).astype(int)
    voxel_ml = abs(numpy.linalg.det(image.affine[:3, :3])) / 1000
    components, count = ndimage.label(mask == 2, numpy.ones((3, 3, 3)))
    codes = nibabel.aff2axcodes(image.affine)
    axis = next(n for n, code in enumerate(codes) if code in "SI")
    lesions = []
    for component in range(1, count + 1):
        indices = numpy.argwhere(components == component)
        slices = indices[:, axis]
        if codes[axis] == "I":
            slices = mask.shape[axis] - 1 - slices
        centroid = nibabel.affines.apply_affine(image.affine, indices.mean(0))
        lesions.append(
            {
                "voxels": len(indices),
                "volumeMl": len(indices) * voxel_ml,
                "centroidMm": [float(x) for x in centroid],
                "slice": int(numpy.bincount(slices).argmax()),
            }
        )
    # Of equal size: by position, so that the order is the same anywhere.
    lesions.sort(key=lambda lesion: (-lesion["voxels"], lesion["centroidMm"][2]))
    return {
        "file": name,
        "liverMl": float(numpy.isin(mask, [1, 2]).sum() * voxel_ml),
        "tumourMl": float((mask == 2).sum() * voxel_ml),
        "lesions": lesions,
    }


json.dump([measure(sys.argv[1], name) for name in FILES], sys.stdout, indent=1)
