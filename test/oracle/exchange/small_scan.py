"""PyTorch's labels of a scan that a formula makes, for the test of imported networks.

    python small_scan.py > small-scan.json

Writes the network to test/golden/exchange/balanced-2d.onnx. Needs torch, onnx, onnxscript, nibabel.
"""

import json
import tempfile
from importlib.metadata import version
from pathlib import Path

import nibabel as nib
import numpy as np
from predict_in_pytorch import balanced, export, in_pytorch, untrained

golden = Path(__file__).parents[2] / "golden/exchange"
x, y, z = np.meshgrid(np.arange(40), np.arange(36), np.arange(5), indexing="ij")
hu = 100 * np.sin(x / 5) + 90 * np.cos(y / 4 + z) + (x * y) % 17
scan = np.floor(hu).astype(np.int16)
with tempfile.TemporaryDirectory() as folder:
    path = f"{folder}/scan.nii"
    # Columns to the right, rows to the front: hepar turns it.
    nib.save(nib.Nifti1Image(scan, np.diag([0.8, 0.8, 3, 1])), path)
    network = balanced(untrained("unet-2d"), path)
    export(network, "unet-2d", Path(folder))
    (golden / "balanced-2d.onnx").write_bytes(Path(folder, "unet-2d.onnx").read_bytes())
    labels = in_pytorch(network, path)
print(
    json.dumps(
        {
            **{name: version(name) for name in ("torch", "onnx", "numpy")},
            "shape": labels.shape,
            # x fastest, as in the file
            "labels": "".join(map(str, labels.ravel("F").tolist())),
        }
    )
)
