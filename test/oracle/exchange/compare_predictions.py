"""Labels of docs/examples/onnx/predict.py and of `hepar predict`, compared voxel by voxel.

    python compare_predictions.py "<hepar command>" <model folder> <scan>... > onnx.json

Exports the model, predicts each scan in both ways, and prints how many voxels differ.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nibabel as nib
import numpy as np

script = Path(__file__).parents[3] / "docs/examples/onnx/predict.py"
hepar, model, scans = sys.argv[1].split(), sys.argv[2], sys.argv[3:]


def labels(path):
    image = nib.load(path)
    return np.asanyarray(image.dataobj).astype(int), image.affine


with tempfile.TemporaryDirectory() as folder:
    onnx = f"{folder}/model.onnx"
    subprocess.run([*hepar, "export", "onnx", model, "--out", onnx], check=True, stdout=2)
    rows = []
    for n, scan in enumerate(scans):
        ours, theirs = f"{folder}/{n}.nii.gz", f"{folder}/{n}-python.nii.gz"
        subprocess.run(
            [*hepar, "predict", scan, "--model", model, "--out", ours], check=True, stdout=2
        )
        subprocess.run([sys.executable, script, onnx, scan, theirs], check=True, stdout=2)
        (a, affine), (b, other) = labels(ours), labels(theirs)
        assert np.allclose(affine, other)
        counts = {str(label): int((a == label).sum()) for label in range(3)}
        rows.append(
            {
                "scan": Path(scan).name,
                "shape": list(a.shape),
                "labels": counts,
                "differingVoxels": int((a != b).sum()),
            }
        )

names = ("onnxruntime", "numpy", "nibabel")
print(json.dumps({**{name: version(name) for name in names}, "scans": rows}, indent=2))
