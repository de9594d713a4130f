"""The 2D network of docs/examples/onnx/export_from_pytorch.py: PyTorch's labels and hepar's.

    python predict_in_pytorch.py "<hepar command>" <scan>... > imported.json

PyTorch runs the network itself and stretches slices by its own bilinear interpolation; hepar imports
the ONNX file that was exported and predicts with it. Needs torch, onnx, onnxscript, nibabel.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from torch.nn.functional import interpolate

sys.path.insert(0, str(Path(__file__).parents[3] / "docs/examples/onnx"))
from export_from_pytorch import export, untrained


def images_of(path):
    """The scan's slices as the network wants them, and how to bring an array back."""
    scan = nib.load(path)
    own, lps = nib.io_orientation(scan.affine), nib.orientations.axcodes2ornt("LPS")
    turn = nib.orientations.ornt_transform(own, lps)
    hu = nib.orientations.apply_orientation(np.asanyarray(scan.dataobj), turn).T
    images = torch.from_numpy(np.ascontiguousarray(hu).astype(np.float32))[:, None]
    back = nib.orientations.ornt_transform(lps, own)
    return (images.clip(-160, 240) + 160) / 400, lambda a: nib.orientations.apply_orientation(a, back)


@torch.no_grad()
def logits_of(network, images):
    small = interpolate(images, (32, 32), mode="bilinear", align_corners=False)
    return interpolate(network(small), images.shape[2:], mode="bilinear", align_corners=False)


@torch.no_grad()
def balanced(network, path):
    """Untrained, but with each of its classes somewhere."""
    logits = logits_of(network, images_of(path)[0])
    network.head.weight /= logits.std((0, 2, 3))[:, None, None, None]
    network.head.bias.zero_()
    network.head.bias -= logits_of(network, images_of(path)[0]).mean((0, 2, 3))
    return network


def in_pytorch(network, path):
    images, back = images_of(path)
    return back(logits_of(network, images).argmax(1).numpy().astype(np.uint8).T)


def main(hepar, scans):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        network = balanced(untrained("unet-2d"), scans[0])
        export(network, "unet-2d", folder)
        description = json.loads((folder / "unet-2d.json").read_text())
        description["prediction"] = {"largestLiver": False}
        (folder / "unet-2d.json").write_text(json.dumps(description))
        command = ["import", "onnx", folder / "unet-2d.onnx", "--description", folder / "unet-2d.json"]
        subprocess.run([*hepar, *command, "--out", folder / "model"], check=True, stdout=2)
        for n, scan in enumerate(scans):
            mask = folder / f"{n}.nii.gz"
            command = ["predict", scan, "--model", folder / "model", "--out", mask]
            subprocess.run([*hepar, *command], check=True, stdout=2)
            ours = np.asanyarray(nib.load(mask).dataobj)
            theirs = in_pytorch(network, scan)
            rows.append(
                {
                    "scan": Path(scan).name,
                    "shape": list(ours.shape),
                    "labels": {str(k): int((theirs == k).sum()) for k in range(3)},
                    "differingVoxels": int((ours != theirs).sum()),
                }
            )

    names = ("torch", "onnx", "numpy", "nibabel")
    print(json.dumps({**{name: version(name) for name in names}, "scans": rows}, indent=2))


if __name__ == "__main__":
    main(sys.argv[1].split(), sys.argv[2:])
