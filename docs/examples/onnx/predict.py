"""The mask of a CT by a model that `hepar export onnx` wrote: the same labels as `hepar predict`.

    python predict.py model.onnx scan.nii.gz mask.nii.gz

All that is needed stands in the model's metadata, under hepar.network; this script runs the networks that
hepar trains (slices stretched to the network's size). For research, no medical device.
Needs: pip install onnxruntime numpy nibabel.
"""

import json
import sys
import nibabel as nib
import numpy as np
import onnxruntime

f32 = np.float32


def window_bytes(hu, width, level):
    low, high = level - width // 2, level + width // 2
    grey = (np.clip(hu, low, high).astype(f32) - f32(low)) / f32(high - low)
    return (grey * f32(255)).astype(np.uint8)


def histogram_bytes(hu):
    """fastai's hist_scaled: a voxel's place among the slice's own quantiles."""
    at = np.concatenate([[0.001], np.arange(100, dtype=f32) / f32(100) + f32(0.005), [0.999]])
    at = np.sort((f32(hu.size) * at.astype(f32)).astype(np.int64))
    breaks = np.unique(np.sort(hu, axis=None)[at]).astype(np.float64)
    grey = np.interp(hu, breaks, np.linspace(0, 1, len(breaks))).astype(f32)
    return (grey * f32(255 * (len(breaks) > 1))).astype(np.uint8)


def axis_weights(source, target, area):
    """[target, source]: the mean of the covered area, or linear between pixel centres."""
    weights = np.zeros((target, source), f32)
    for i in range(target):
        if area and target < source:
            low, high = i * source / target, (i + 1) * source / target
            for p in range(int(low), min(int(np.ceil(high)), source)):
                weights[i, p] = (min(high, p + 1) - max(low, p)) / (source / target)
        else:
            centre = min(max((i + 0.5) * source / target - 0.5, 0), source - 1)
            first = min(int(centre), max(source - 2, 0))
            weights[i, first] = 1 - (centre - first)
            if source > 1:
                weights[i, first + 1] = centre - first
    return weights


def resize(planes, shape, area):
    if planes.shape[-2:] == tuple(shape):
        return planes.astype(f32)
    rows, columns = (axis_weights(s, t, area) for s, t in zip(planes.shape[-2:], shape))
    return (rows @ planes.astype(f32)) @ columns.T


def components(mask):
    """26-connected parts, numbered from 1, by spreading the smallest number."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        padded, spread = np.pad(labels, 1), labels.copy()
        for z, y, x in np.ndindex(3, 3, 3):
            other = padded[z : z + mask.shape[0], y : y + mask.shape[1], x : x + mask.shape[2]]
            spread = np.where(mask & (other > spread), other, spread)
        if np.array_equal(spread, labels):
            return labels
        labels = spread


def channels_of(hu, spec):
    intensity = spec["input"]["intensity"]
    planes = [window_bytes(hu, w["width"], w["level"]) for w in intensity["windows"]]
    if intensity["histogram"]:
        planes.append(histogram_bytes(hu))
    small = np.floor(resize(np.stack(planes), spec["input"]["patch"], True) + f32(0.5))
    return ((small / 255.0 - 0.5) * 2).astype(f32)


def logits_of(k, slices, session, spec):
    reach, depth = spec["input"]["neighbours"], len(slices)
    seen = [slices[min(max(k + n, 0), depth - 1)] for n in range(-reach, reach + 1)]
    image, flips = np.concatenate(seen)[None], [()]
    for name in spec["prediction"]["mirrors"]:
        flips += [flip + ({"rows": 2, "columns": 3}[name],) for flip in flips]
    run = lambda x: session.run([spec["output"]["name"]], {spec["input"]["name"]: x})[0]
    return np.mean([np.flip(run(np.flip(image, f).copy()), f) for f in flips], axis=0)[0]


def labels_of(logits, spec):
    threshold = spec["prediction"].get("tumourThreshold")
    if threshold is None:
        return np.argmax(logits, 0)
    organ = np.where(logits[2] - logits[1] > np.log(threshold / (1 - threshold)), 2, 1)
    return np.where(logits[0] >= np.logaddexp(logits[1], logits[2]), 0, organ)


def main(model, scan_path, mask_path):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    spec = json.loads(session.get_modelmeta().custom_metadata_map["hepar.network"])
    scan = nib.load(scan_path)
    codes = nib.orientations.axcodes2ornt(spec["input"]["orientation"])
    turn = nib.orientations.ornt_transform(nib.io_orientation(scan.affine), codes)
    hu = nib.orientations.apply_orientation(np.asanyarray(scan.dataobj), turn).T
    slices = [channels_of(plane, spec) for plane in hu]
    made = (logits_of(k, slices, session, spec) for k in range(len(hu)))
    labels = np.stack([labels_of(resize(l, hu.shape[1:], False), spec) for l in made])
    if spec["prediction"]["largestLiver"] and labels.any():
        parts = components(labels > 0)
        labels[parts != np.argmax(np.bincount(parts[parts > 0]))] = 0
    tumours = components(labels == 2)
    small = np.bincount(tumours.ravel()) < spec["prediction"]["smallestTumourVoxels"]
    labels[(tumours > 0) & small[tumours]] = 1
    back = nib.orientations.ornt_transform(codes, nib.io_orientation(scan.affine))
    stored = nib.orientations.apply_orientation(labels.T.astype(np.uint8), back)
    nib.save(nib.Nifti1Image(stored, scan.affine), mask_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
