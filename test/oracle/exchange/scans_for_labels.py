"""Scans of air for masks without one, so that masks of real shapes can go into a data set.

    python scans_for_labels.py <folder> <mask>...

Writes volume-n.nii.gz and segmentation-n.nii.gz; the headers of the scans differ by rounding, as
those of LiTS do.
"""

import shutil
import sys
from os.path import join

import nibabel as nib
import numpy as np

folder, masks = sys.argv[1], sys.argv[2:]
for n, path in enumerate(masks):
    mask = nib.load(path)
    affine = mask.affine.copy()
    affine[:3, :3] *= 1 + 3e-5
    scan = nib.Nifti1Image(np.full(mask.shape, -1000, np.int16), affine)
    nib.save(scan, join(folder, f"volume-{n}.nii.gz"))
    shutil.copy(path, join(folder, f"segmentation-{n}.nii.gz"))
