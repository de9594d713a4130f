"""6-, 18- and 26-connected components of random masks and of LiTS labels, by cc3d; scipy agrees.

python make.py ../../../../shared/data > cc3d.json
(connected-components-3d 4.1.1, scipy 1.17.1, nibabel 5.4.2, numpy 2.4.6)
`bits` is the mask, first axis fastest, eight voxels a byte, highest bit first, in hex. Components are
numbered by their first voxel; `labels` of a small mask is the whole answer. Of the LiTS labels (at
full size, read where they are) there are the sizes, largest first.
"""
import json
import sys
from importlib.metadata import version
from pathlib import Path

import cc3d
import nibabel
import numpy as np
import scipy
from scipy import ndimage

ranks = {6: 1, 18: 2, 26: 3}


def components(mask, connectivity):
    """Labels in storage order, numbered by first voxel, and the sizes in that order."""
    found = cc3d.connected_components(np.asfortranarray(mask), connectivity=connectivity)
    labels = found.ravel(order="F")
    numbers, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.argsort(first[numbers > 0])
    renumbered = np.zeros(int(labels.max()) + 1, int)
    renumbered[numbers[numbers > 0][order]] = np.arange(1, len(order) + 1)
    sizes = [int(x) for x in sizes[numbers > 0][order]]
    structure = ndimage.generate_binary_structure(3, ranks[connectivity])
    other, _ = ndimage.label(mask, structure)
    assert sorted(np.bincount(other.ravel())[1:].tolist()) == sorted(sizes)
    return renumbered[labels], sizes


random = np.random.default_rng(11)
cases = []
for dims, share in [
    ((6, 5, 4), 0.2),
    ((9, 8, 7), 0.1),
    ((16, 12, 10), 0.05),
    ((16, 12, 10), 0.1),
    ((16, 12, 10), 0.3),
    ((31, 17, 13), 0.08),
    ((31, 17, 13), 0.32),
    ((1, 40, 30), 0.3),
    ((40, 1, 30), 0.3),
    ((40, 30, 1), 0.3),
    ((1, 1, 64), 0.5),
]:
    mask = random.random(dims) < share
    case = {
        "dims": dims,
        "bits": np.packbits(mask.ravel(order="F")).tobytes().hex(),
        "sizes": {},
        "labels": {},
    }
    for connectivity in ranks:
        labels, case["sizes"][connectivity] = components(mask, connectivity)
        if mask.size <= 600:
            case["labels"][connectivity] = labels.tolist()
    cases.append(case)

lits = []
for name in ["reference-segmentation-0", "submission-segmentation-0", "submission-segmentation-1"]:
    file = f"nifti/lits-official/{name}.nii.gz"
    mask = np.asarray(nibabel.load(Path(sys.argv[1]) / file).dataobj)
    for label in [1, 2]:
        sizes = {c: sorted(components(mask == label, c)[1], reverse=True) for c in ranks}
        lits.append({"file": file, "label": label, "sizes": sizes})

print(
    json.dumps(
        {
            "cc3d": version("connected-components-3d"),
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "cases": cases,
            "lits": lits,
        }
    )
)
