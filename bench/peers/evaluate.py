"""The peers' side of the evaluation's benchmark: one pair of masks, read before. Prints JSON.

python evaluate.py '{"reference": …, "prediction": …, "mode": "lits" | "usual"}'
lits: the official LiTS scorer's way, with scipy, MedPy and k-d trees of edge voxels.
usual: DeepMind's surface-distance, of liver and tumour.
"""
import json
import resource
import sys
import time

import nibabel
import numpy as np
from scipy import ndimage, spatial

job = json.loads(sys.argv[1])
files = [nibabel.load(job[name]) for name in ("reference", "prediction")]
spacing = [float(size) for size in files[0].header.get_zooms()[:3]]
truth, found = [np.asanyarray(file.dataobj).astype(np.int8) for file in files]


def box_of(mask):
    return ndimage.find_objects(mask.astype(np.uint8))[0]


def edge_points(mask):
    eroded = ndimage.binary_erosion(mask, ndimage.generate_binary_structure(3, 2))
    return np.argwhere(mask ^ eroded) * spacing


def object_scores(p, r):
    from medpy.metric import binary

    box = box_of(p | r)
    p, r = p[box], r[box]
    dice = binary.dc(p, r)
    a, b = edge_points(p), edge_points(r)
    d = np.hstack([spatial.cKDTree(b).query(a)[0], spatial.cKDTree(a).query(b)[0]])
    jaccard = dice / (2 - dice)
    return {"dice": dice, "voe": 1 - jaccard, "assd": d.mean(), "rmsd": np.sqrt((d**2).mean()), "msd": d.max(), "rvd": binary.ravd(r, p)}


def detected(p, r, above):
    """Pairs of lesions as the scorer merges them; the few of a case, so plain loops as there."""
    p_ids = [i for i in np.unique(p[r > 0]) if i]
    r_ids = [i for i in np.unique(r) if i]
    box = box_of((r > 0) | np.isin(p, p_ids))
    p, r = p[box], r[box]
    common = np.array([[np.count_nonzero((p == i) & (r == j)) for j in r_ids] for i in p_ids])
    groups = [[j] for j in r_ids]
    for i in range(len(p_ids)):
        own = [j for j in range(common.shape[1]) if common[i, j] and common[:, j].argmax() == i]
        if len(own) > 1:
            common[:, own[0]] = common[:, own].sum(axis=1)
            groups[own[0]] = sum((groups[j] for j in own), [])
            common = np.delete(common, own[1:], axis=1)
            groups = [g for j, g in enumerate(groups) if j not in own[1:]]
    best = common.argmax(axis=1)
    pairs, count = [], len(set(best))
    for j in sorted(set(best)):
        rows = [i for i in range(len(p_ids)) if best[i] == j]
        d, m = np.isin(p, [p_ids[i] for i in rows]), np.isin(r, groups[j])
        if common[rows, j].sum() / np.count_nonzero(d | m) > above:
            pairs.append((d, m))
        else:
            count -= len(groups[j])
    return pairs, count


def lits():
    from medpy.metric import binary

    p, _ = ndimage.label(found == 2, output=np.int16)
    r, _ = ndimage.label(truth == 2, output=np.int16)
    detected(p, r, 0)
    pairs, count = detected(p, r, 0.5)
    for d, m in pairs:
        object_scores(d, m)
    liver = object_scores(found >= 1, truth >= 1)
    binary.dc(found >= 1, truth >= 1)
    burden = [np.count_nonzero(m == 2) / np.count_nonzero(m >= 1) for m in (truth, found)]
    assert all(burden)
    del liver["rvd"]
    return {"liver": liver, "lesions": len(pairs), "found": count, "tumourDice": binary.dc(p, r)}


def usual():
    import surface_distance as sd

    def scores(r, p):
        d = sd.compute_surface_distances(r, p, spacing)
        dist = np.hstack([d["distances_gt_to_pred"], d["distances_pred_to_gt"]])
        area = np.hstack([d["surfel_areas_gt"], d["surfel_areas_pred"]])
        return {
            "dice": sd.compute_dice_coefficient(r, p),
            "assd": (dist * area).sum() / area.sum(),
            "msd": sd.compute_robust_hausdorff(d, 100),
            "hd95": sd.compute_robust_hausdorff(d, 95),
            "nsd": sd.compute_surface_dice_at_tolerance(d, 3),
        }

    return {"liver": scores(truth >= 1, found >= 1), "tumour": scores(truth == 2, found == 2)}


work = lits if job["mode"] == "lits" else usual
# Their modules are loaded before the clock starts.
if job["mode"] == "lits":
    import medpy.metric.binary
else:
    import surface_distance
started = time.perf_counter()
numbers = work()
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peakMb": peak, "numbers": numbers}, default=float))
