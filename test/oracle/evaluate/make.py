"""Scores of small pairs of masks by MedPy, surface-distance, MONAI and panoptica; statistics by scipy;
agreement by SimpleITK, scikit-learn and statsmodels.

python make.py > peers.json
(MedPy 0.5.2, surface-distance 0.1, monai 1.6.1, panoptica 2.1.7, scipy 1.17.1, SimpleITK 2.5.7,
scikit-learn 1.9.1, statsmodels 0.15.0, numpy 2.2.6)
Masks are bits, first axis fastest, eight voxels a byte, highest bit first, in hex.
"""
import contextlib
import io
import json
import sys
from importlib.metadata import version

import monai.metrics
import numpy as np
import SimpleITK as sitk
import surface_distance as sd
import torch
from medpy.metric import binary
from panoptica import ConnectedComponentsInstanceApproximator, InputType, NaiveThresholdMatching, Panoptica_Evaluator
from scipy import ndimage, stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

random = np.random.default_rng(7)
out = sys.stdout
sys.stdout = io.StringIO()


def blobs(dims, share):
    field = ndimage.gaussian_filter(random.standard_normal(dims), 1.6)
    return field, field > np.quantile(field, 1 - share)


def bits(mask):
    return np.packbits(mask.ravel(order="F")).tobytes().hex()


def medpy(r, p, spacing):
    # Both directions pooled, as the LiTS scorer's Surface has them; 18 neighbours.
    each = getattr(binary, "__surface_distances")
    a, b = each(p, r, spacing, 2), each(r, p, spacing, 2)
    both = np.hstack([a, b])
    return {"assd": both.mean(), "rmsd": np.sqrt((both**2).mean()), "msd": binary.hd(p, r, spacing, 2), "dice": binary.dc(p, r), "jaccard": binary.jc(p, r)}


def elements(r, p, spacing, tolerance):
    d = sd.compute_surface_distances(r, p, spacing)
    dist = np.hstack([d["distances_gt_to_pred"], d["distances_pred_to_gt"]])
    area = np.hstack([d["surfel_areas_gt"], d["surfel_areas_pred"]])
    return {
        "assd": (dist * area).sum() / area.sum(),
        "rmsd": np.sqrt((dist**2 * area).sum() / area.sum()),
        "msd": sd.compute_robust_hausdorff(d, 100),
        "hd95": sd.compute_robust_hausdorff(d, 95),
        "nsd": sd.compute_surface_dice_at_tolerance(d, tolerance),
    }


def monai_scores(r, p, spacing, tolerance):
    hot = lambda m: torch.tensor(np.stack([~m, m])[None].astype(np.float32))
    keep = dict(include_background=False)
    return {
        "dice": monai.metrics.compute_dice(hot(p), hot(r), **keep).item(),
        "iou": monai.metrics.compute_iou(hot(p), hot(r), **keep).item(),
        "nsd": monai.metrics.compute_surface_dice(hot(p), hot(r), [tolerance], spacing=spacing, use_subvoxels=True, **keep).item(),
    }


def panoptic(r, p):
    evaluator = Panoptica_Evaluator(
        expected_input=InputType.SEMANTIC,
        instance_approximator=ConnectedComponentsInstanceApproximator(),
        instance_matcher=NaiveThresholdMatching(matching_threshold=0.5),
    )
    result = next(iter(evaluator.evaluate(p.astype(np.uint8), r.astype(np.uint8), verbose=False).values()))
    return {"pq": result.pq, "sq": result.sq, "rq": result.rq, "tp": int(result.tp), "fp": int(result.fp), "fn": int(result.fn)}


pairs = []
for dims, spacing, share, noise in [
    ((24, 20, 12), (1.0, 1.0, 1.0), 0.15, 0.05),
    ((21, 23, 9), (0.7, 0.9, 5.0), 0.2, 0.08),
    ((30, 18, 11), (2.0, 0.8, 1.3), 0.08, 0.1),
    ((40, 12, 10), (0.703125, 0.703125, 5.0), 0.03, 0.2),
]:
    field, r = blobs(dims, share)
    other, _ = blobs(dims, share)
    moved = field + noise * other * field.std() / other.std() * 4
    p = moved > np.quantile(moved, 1 - share * 1.2)
    pairs.append({"dims": dims, "spacing": spacing, "tolerance": 1.5, "reference": bits(r), "prediction": bits(p), "medpy": medpy(r, p, spacing), "elements": elements(r, p, spacing, 1.5), "monai": monai_scores(r, p, spacing, 1.5), "panoptica": panoptic(r, p)})

values = random.gamma(2, 0.2, 17)
resampled = stats.bootstrap((values,), np.mean, n_resamples=500, rng=3, method="BCa")
known = resampled.bootstrap_distribution
differences = [0.11, -0.02, 0.05, 0.07, -0.01, 0.09, 0.03, -0.04]
permuted = stats.permutation_test((np.array(differences),), np.mean, permutation_type="samples", n_resamples=np.inf)
statistics = {
    "cdf": [[x, stats.norm.cdf(x)] for x in (-6, -3.2, -1, -0.1, 0, 0.5, 1.96, 4.5)],
    "ppf": [[q, stats.norm.ppf(q)] for q in (1e-6, 0.025, 0.3, 0.5, 0.84, 0.975)],
    "bca": {"values": values.tolist(), "draws": known.tolist(), "low": resampled.confidence_interval.low, "high": resampled.confidence_interval.high},
    "permutation": {"differences": differences, "p": permuted.pvalue},
}

_, truth = blobs((16, 14, 8), 0.2)
readers = []
for flips in (0.02, 0.06, 0.1, 0.04):
    readers.append(truth ^ (random.random(truth.shape) < flips))
staple = sitk.STAPLEImageFilter()
staple.SetForegroundValue(1)
weights = sitk.GetArrayFromImage(staple.Execute([sitk.GetImageFromArray(m.astype(np.uint8)) for m in readers]))
flat = [m.ravel() for m in readers]
counts = np.stack([np.sum(flat, axis=0), len(flat) - np.sum(flat, axis=0)], axis=1)
agreement = {
    "dims": truth.shape,
    "readers": [bits(m) for m in readers],
    "staple": {"sensitivity": list(staple.GetSensitivity()), "specificity": list(staple.GetSpecificity()), "consensus": bits(weights >= 0.5)},
    "cohen": cohen_kappa_score(flat[0], flat[1]),
    "fleiss": fleiss_kappa(counts),
}
sys.stdout = out
names = ["MedPy", "surface-distance", "monai", "panoptica", "scipy", "SimpleITK", "scikit-learn", "statsmodels", "numpy"]
json.dump({"versions": {n: version(n) for n in names}, "pairs": pairs, "statistics": statistics, "agreement": agreement}, out, default=float)
