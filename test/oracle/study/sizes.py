"""Sizes of the official LiTS labels' lesions: python sizes.py <lits-official> > sizes.json

Diameters between voxel boundaries by scipy's convex hulls, surfaces by scikit-image's marching cubes,
distances by scipy's k-d tree: the functions of bench/peers/study.py.
Made with Python 3.11, nibabel 5.4.2, numpy 2.4.6, scipy 1.17.1, scikit-image 0.26.0.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "bench/peers"))
sys.argv, folder = ["study.py"], sys.argv[1]
from study import measure_mask  # noqa: E402

FILES = ["reference-segmentation-0", "reference-segmentation-1"]
KEPT = [
    "voxels",
    "longestAxialDiameterMm",
    "perpendicularAxialDiameterMm",
    "longest3dDiameterMm",
    "surfaceAreaMm2",
    "sphericity",
    "distanceToLiverSurfaceMm",
]
json.dump(
    [
        {
            "file": name,
            "lesions": [
                {key: lesion[key] for key in KEPT}
                for lesion in measure_mask(f"{folder}/{name}.nii.gz")
            ],
        }
        for name in FILES
    ],
    sys.stdout,
    indent=1,
)
