"""The study's numbers by nibabel, numpy, scipy and scikit-image, at their best: python study.py <files>.

Counts instead of sorting, slices that stay in the cache, boxes around liver and lesions, convex hulls
before distances, a k-d tree between surfaces. Prints JSON.
"""

import json
import resource
import sys
import time

import nibabel
import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, cKDTree
from scipy.spatial.distance import pdist
from skimage.measure import marching_cubes, mesh_surface_area

PERCENTS = [10, 25, 50, 75, 90]


def statistics(counts):
    """Mean, SD and percentiles of int16 values counted as uint16."""
    values = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    n = counts.sum()
    if n == 0:
        return None
    mean = (values * counts).sum() / n
    sd = np.sqrt((counts * (values - mean) ** 2).sum() / n)
    ranks = np.array(PERCENTS) / 100 * (n - 1)
    below = np.cumsum(counts)
    low = values[np.searchsorted(below, np.floor(ranks), side="right")]
    high = values[np.searchsorted(below, np.ceil(ranks), side="right")]
    percentiles = low + (high - low) * (ranks - np.floor(ranks))
    return [float(mean), float(sd), *map(float, percentiles)]


def count(values):
    return np.bincount(values.view(np.uint16), minlength=65536)


def count_all(scan):
    counts = np.zeros(65536, np.int64)
    for k in range(scan.shape[2]):
        counts += count(scan[:, :, k].ravel(order="K"))
    return counts


def outline(section):
    """Half way between voxels of a section and their neighbours outside, along rows and columns."""
    points = []
    for axis, step in ((0, (0.5, 0)), (1, (0, 0.5))):
        edges = np.diff(section, axis=axis, prepend=0, append=0)
        at = np.argwhere(edges != 0).astype(float)
        points.append(at - step)
    return np.concatenate(points)


def longest(points, scale):
    hull = points[ConvexHull(points).vertices] * scale
    distances = pdist(hull)
    best = distances.argmax()
    a = int(np.floor(len(hull) - 0.5 - np.sqrt((len(hull) - 0.5) ** 2 - 2 * best)))
    b = int(best - a * (len(hull) - 1) + a * (a + 1) / 2 + 1)
    return hull, hull[a], hull[b], float(distances[best])


def across(hull, a, b):
    along = (b - a) / np.linalg.norm(b - a)
    t = (hull - a) @ along
    s = (hull - a) @ np.array([-along[1], along[0]])
    widths = []
    n = len(hull)
    for place in t:
        found = []
        for m in range(n):
            t0, t1, s0, s1 = t[m], t[(m + 1) % n], s[m], s[(m + 1) % n]
            if min(t0, t1) <= place <= max(t0, t1):
                found += [s0, s1] if t0 == t1 else [s0 + (s1 - s0) * (place - t0) / (t1 - t0)]
        widths.append(max(found) - min(found))
    return float(max(widths))


def axial(body, scale):
    best = (0.0,)
    for k in range(1, body.shape[2] - 1):
        section = body[:, :, k]
        if not section.any():
            continue
        hull, a, b, length = longest(outline(section.view(np.int8)), scale[:2])
        if length > best[0] * (1 + 1e-9):
            best = (length, hull, a, b, k)
    length, hull, a, b, k = best
    return length, across(hull, a, b), k


def longest_3d(body, scale):
    signed = body.view(np.int8)
    points = []
    for axis in range(3):
        step = np.zeros(3)
        step[axis] = 0.5
        edges = np.diff(signed, axis=axis, prepend=0)
        points.append(np.argwhere(edges != 0) - step)
    points = np.concatenate(points)
    hull = points[ConvexHull(points).vertices] * scale
    return float(pdist(hull).max())


def border(body):
    return body & ~ndimage.binary_erosion(body)


def measure_lesions(labels_in, scale, voxel_ml, scan_in=None):
    """Each lesion of a box around the liver."""
    liver = labels_in > 0
    surface = np.argwhere(border(np.pad(liver, 1))) - 1
    tree = cKDTree(surface * scale)

    components, found = ndimage.label(labels_in == 2, np.ones((3, 3, 3)))
    lesions = []
    for number, box in enumerate(ndimage.find_objects(components), 1):
        part = components[box] == number
        body = np.pad(part, 1)
        at = np.argwhere(part)
        origin = np.array([s.start for s in box])
        length, breadth, k = axial(body, scale)
        vertices, triangles, _, _ = marching_cubes(body.astype(np.uint8), 0.5, spacing=tuple(scale))
        a, b, c = (vertices[triangles[:, n]] for n in range(3))
        volume = abs(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6
        area = mesh_surface_area(vertices, triangles)
        distance, _ = tree.query((np.argwhere(border(body)) + origin - 1) * scale)
        lesions.append(
            {
                "voxels": len(at),
                "volumeMl": len(at) * voxel_ml,
                "centroid": (at.mean(0) + origin).tolist(),
                "longestAxialDiameterMm": length,
                "perpendicularAxialDiameterMm": breadth,
                "longest3dDiameterMm": longest_3d(body, scale),
                "surfaceAreaMm2": float(area),
                "sphericity": float(np.cbrt(36 * np.pi * volume**2) / area),
                "distanceToLiverSurfaceMm": float(distance.min()),
                "hu": None if scan_in is None else statistics(count(scan_in[box][part])),
            }
        )
    return lesions


def measure_mask(path):
    image = nibabel.load(path)
    mask = np.asanyarray(image.dataobj).astype(np.uint8)
    scale = np.linalg.norm(image.affine[:3, :3], axis=0)
    voxel_ml = abs(np.linalg.det(image.affine[:3, :3])) / 1000
    lesions = measure_lesions(mask, scale, voxel_ml)
    return sorted(lesions, key=lambda lesion: -lesion["voxels"])


def measure(files):
    scan_image, mask_image = nibabel.load(files["scan"]), nibabel.load(files["mask"])
    scan, mask = np.asanyarray(scan_image.dataobj), np.asanyarray(mask_image.dataobj)
    affine = scan_image.affine
    scale = np.linalg.norm(affine[:3, :3], axis=0)
    voxel_ml = abs(np.linalg.det(affine[:3, :3])) / 1000
    labels = np.zeros(256, np.int64)
    for k in range(mask.shape[2]):
        labels += np.bincount(mask[:, :, k].ravel(order="K"), minlength=256)
    hu = [statistics(count_all(scan))]

    boxes = [box for box in ndimage.find_objects(mask, max_label=2) if box is not None]
    liver_box = tuple(
        slice(min(b[axis].start for b in boxes), max(b[axis].stop for b in boxes))
        for axis in range(3)
    )
    labels_in, scan_in = mask[liver_box], scan[liver_box]
    hu.append(statistics(count(scan_in[labels_in == 1])))
    hu.append(statistics(count(scan_in[labels_in == 2])))

    lesions = measure_lesions(labels_in, scale=scale, voxel_ml=voxel_ml, scan_in=scan_in)
    per_column = (labels_in > 0).sum(axis=(1, 2))  # x runs along the first axis here
    lesions.sort(key=lambda lesion: -lesion["voxels"])
    return {
        "labels": labels[:3].tolist(),
        "liverMl": float(labels[1:3].sum() * voxel_ml),
        "tumourMl": float(labels[2] * voxel_ml),
        "hu": hu,
        "divide": int(np.searchsorted(np.cumsum(per_column), 0.65 * per_column.sum())),
        "lesions": lesions,
    }


def peak_mb():
    """Linux counts into ru_maxrss what the parent held when it started us; not so into VmHWM."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    started = time.perf_counter()
    numbers = measure(json.loads(sys.argv[1]))
    seconds = time.perf_counter() - started
    peak = peak_mb()
    print(json.dumps({"seconds": seconds, "peakMb": peak, "numbers": numbers}))
