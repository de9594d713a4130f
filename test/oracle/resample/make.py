"""A small scan and mask on other grids, by SimpleITK and by scipy.ndimage, which agree here.

python make.py > resample.json          (SimpleITK 2.5.7, scipy 1.17.1, numpy 2.4.6)

Kept are SimpleITK's numbers (sitkLinear, sitkBSpline of order 3, sitkNearestNeighbor) in float64,
rounded to 1e-4, and how far scipy's map_coordinates (order 1 with mode "nearest", 3 with "mirror", 0)
is from them at most. Antialiased ones are scipy's: gaussian_filter, then map_coordinates.
"""
import json

import numpy as np
import scipy
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter, map_coordinates

random = np.random.default_rng(11)
outside = -1024
dims = (12, 10, 8)


def rotation(x, y, z):
    (cx, sx), (cy, sy), (cz, sz) = [(np.cos(t), np.sin(t)) for t in np.radians([x, y, z])]
    return (
        np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )


def affine_of(direction, spacing, origin):
    affine = np.eye(4)
    affine[:3, :3] = direction @ np.diag(spacing)
    affine[:3, 3] = origin
    return affine


straight = affine_of(np.diag([-1.0, 1, 1]), [0.7, 0.8, 2.5], [40, -30, 12])
tilted = affine_of(rotation(12, -20, 35), [0.7, 0.8, 2.5], [40, -30, 12])


def at(affine, indices):
    return affine[:3, :3] @ np.asarray(indices, float) + affine[:3, 3]


def target(source, step, start, shape, direction=np.eye(3)):
    """A grid that takes steps (in source voxels) along `direction` from the source position `start`."""
    affine = np.eye(4)
    affine[:3, :3] = source[:3, :3] @ (direction @ np.diag(step))
    affine[:3, 3] = at(source, start)
    return affine, shape


grids = [
    ("finer", straight, *target(straight, [0.43, 0.61, 0.37], [-0.403, 0.107, -0.311], (14, 9, 11))),
    ("coarser", straight, *target(straight, [1.7, 2.3, 1.4], [0.151, 0.353, 0.207], (7, 5, 6))),
    ("mirrored", straight, *target(straight, [-0.9, 1.1, -0.8], [11.203, 0.307, 7.113], (13, 9, 9))),
    ("beyond every face", straight, *target(straight, [1.3, 1.3, 1.3], [-2.107, -1.913, -1.709], (12, 10, 8))),
    ("permuted", straight, *target(straight, [0.8, 0.9, 1.1], [0.313, 0.227, 0.419], (8, 9, 10), np.eye(3)[[1, 2, 0]])),
    ("oblique", straight, affine_of(rotation(10, 15, -25), [0.9, 0.9, 1.8], [34, -32, 13]), (11, 10, 9)),
    ("oblique to straight", tilted, affine_of(np.diag([1.0, 1, 1]), [1, 1, 2], at(tilted, [1, 1, 1]) - 2), (10, 9, 8)),
    ("along an oblique scan", tilted, *target(tilted, [1.2, 0.7, 0.45], [0.413, -0.437, 0.017], (9, 13, 15))),
]

scan = np.round(random.normal(40, 300, dims) + 200 * np.sin(np.arange(12) / 2)[:, None, None])
mask = random.integers(0, 4, dims)


def image(array, affine):
    lps = np.diag([-1, -1, 1.0]) @ affine[:3]
    spacing = np.linalg.norm(lps[:, :3], axis=0)
    made = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0)))
    made.SetSpacing(spacing.tolist())
    made.SetDirection((lps[:, :3] / spacing).ravel().tolist())
    made.SetOrigin(lps[:, 3].tolist())
    return made


def by_itk(array, source, affine, shape, interpolator, outside):
    reference = image(np.zeros(shape, array.dtype), affine)
    made = sitk.Resample(image(array, source), reference, sitk.Transform(), interpolator, outside)
    return sitk.GetArrayFromImage(made).transpose(2, 1, 0)


def positions(source, affine, shape):
    to = np.linalg.inv(source) @ affine
    index = np.stack(np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")).reshape(3, -1)
    return (to[:3, :3] @ index + to[:3, 3:]).reshape(3, *shape)


def by_scipy(array, source, affine, shape, order, outside, sigma=0):
    where = positions(source, affine, shape)
    mode = "mirror" if order == 3 else "nearest"
    if np.any(sigma):
        array = gaussian_filter(array, sigma, mode=mode)
    values = map_coordinates(array, where, order=order, mode=mode)
    inside = np.all([(w >= -0.5) & (w <= n - 0.5) for w, n in zip(where, dims)], axis=0)
    return np.where(inside, values, outside)


def flat(array):
    return [round(float(x), 4) + 0.0 for x in array.transpose(2, 1, 0).ravel()]


cases = []
worst = {"linear": 0, "cubic": 0, "labels": 0}
for name, source, affine, shape in grids:
    case = {"name": name, "source": source.ravel().tolist(), "affine": affine.ravel().tolist(), "dims": shape}
    for key, array, interpolator, order, beyond in [
        ("linear", scan, sitk.sitkLinear, 1, outside),
        ("cubic", scan, sitk.sitkBSpline, 3, outside),
        ("labels", mask, sitk.sitkNearestNeighbor, 0, 0),
    ]:
        itk = by_itk(array, source, affine, shape, interpolator, beyond)
        other = by_scipy(array, source, affine, shape, order, beyond)
        worst[key] = max(worst[key], float(np.abs(itk - other).max()))
        case[key] = flat(itk) if key != "labels" else [int(x) for x in itk.transpose(2, 1, 0).ravel()]
    steps = np.abs((np.linalg.inv(source) @ affine)[:3, :3]).max(axis=1)
    sigma = np.maximum(0, (steps - 1) / 2)
    if name in ("coarser", "oblique"):
        case["linearAntialias"] = flat(by_scipy(scan, source, affine, shape, 1, outside, sigma))
        case["cubicAntialias"] = flat(by_scipy(scan, source, affine, shape, 3, outside, sigma))
    cases.append(case)

print(
    json.dumps(
        {
            "SimpleITK": sitk.Version.VersionString(),
            "scipy": scipy.__version__,
            "numpy": np.__version__,
            "largestDifferenceOfTheTwo": worst,
            "dims": dims,
            "outside": outside,
            "scan": [int(x) for x in scan.transpose(2, 1, 0).ravel()],
            "mask": [int(x) for x in mask.transpose(2, 1, 0).ravel()],
            "cases": cases,
        }
    )
)
