"""Erosion, dilation, opening, closing and filled holes of random masks, by scipy.

python make.py > scipy.json          (scipy 1.17.1, numpy 2.4.6)
Masks as bits, first axis fastest, eight voxels a byte, highest bit first, in hex. Closing is done on
a padded mask, so that erosion takes nothing away at the ends of the grid. By radius: the voxels within
it of the mask (dilate) and those not within it of the rest (erode), by scipy's distance transform.
"""
import json

import numpy as np
import scipy
from scipy import ndimage

random = np.random.default_rng(13)


def bits(mask):
    return np.packbits(mask.ravel(order="F")).tobytes().hex()


def unpad(mask, width):
    return mask[tuple(slice(width, -width) for _ in range(3))]


cases = []
for dims, share, times in [((7, 6, 5), 0.5, 1), ((14, 12, 10), 0.4, 1), ((15, 13, 11), 0.5, 2)]:
    field = ndimage.gaussian_filter(random.standard_normal(dims), 0.9)
    mask = field > np.quantile(field, 1 - share)
    for rank, connectivity in [(1, 6), (2, 18), (3, 26)]:
        structure = ndimage.generate_binary_structure(3, rank)
        how = {"structure": structure, "iterations": times}
        padded = np.pad(mask, times + 1)
        cases.append(
            {
                "dims": dims,
                "connectivity": connectivity,
                "times": times,
                "bits": bits(mask),
                "dilate": bits(ndimage.binary_dilation(mask, **how)),
                "erode": bits(ndimage.binary_erosion(mask, **how)),
                "open": bits(ndimage.binary_opening(mask, **how)),
                "close": bits(unpad(ndimage.binary_closing(padded, **how), times + 1)),
            }
        )

balls = []
for dims, spacing, radius in [((14, 12, 10), (0.7, 0.7, 2.5), 2.1), ((12, 12, 12), (1, 1, 1), 3)]:
    field = ndimage.gaussian_filter(random.standard_normal(dims), 1.5)
    mask = field > np.quantile(field, 0.6)
    width = 6
    padded = np.pad(mask, width)
    within = radius * (1 + 1e-6)
    dilated = ndimage.distance_transform_edt(~padded, sampling=spacing) <= within
    eroded = ndimage.distance_transform_edt(padded, sampling=spacing) > within
    opened = ndimage.distance_transform_edt(~eroded, sampling=spacing) <= within
    closed = ndimage.distance_transform_edt(dilated, sampling=spacing) > within
    balls.append(
        {
            "dims": dims,
            "spacing": spacing,
            "radiusMm": radius,
            "bits": bits(mask),
            "dilate": bits(unpad(dilated, width)),
            "erode": bits(unpad(eroded, width)),
            "open": bits(unpad(opened, width)),
            "close": bits(unpad(closed, width)),
        }
    )

holes = []
for dims, share in [((9, 8, 7), 0.7), ((16, 14, 12), 0.6), ((16, 14, 12), 0.8)]:
    mask = random.random(dims) < share
    slices = [ndimage.binary_fill_holes(mask[:, :, k]) for k in range(dims[2])]
    holes.append(
        {
            "dims": dims,
            "bits": bits(mask),
            "volume": bits(ndimage.binary_fill_holes(mask)),
            "axial slice": bits(np.stack(slices, axis=2)),
        }
    )

print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "cases": cases,
            "balls": balls,
            "holes": holes,
        }
    )
)
