"""A network of PyTorch's, as hepar takes it: model.onnx and a description of how to run it.

    python export_from_pytorch.py <folder>
    hepar import onnx <folder>/unet-2d.onnx --description <folder>/unet-2d.json --out models/unet-2d
    hepar predict scan.nii.gz --model models/unet-2d --out mask.nii.gz

Put your own network in the place of `UNet` and load its weights. The two here are small and
untrained: they show the two descriptions, 2D on stretched slices and 3D on patches with a spacing.
Needs: pip install torch onnx onnxscript.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn


class UNet(nn.Module):
    """One step down and up again, in two or three dimensions."""

    def __init__(self, dimensions, width=4, classes=3):
        super().__init__()
        conv = {2: nn.Conv2d, 3: nn.Conv3d}[dimensions]
        norm = {2: nn.BatchNorm2d, 3: nn.BatchNorm3d}[dimensions]
        up = {2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}[dimensions]
        block = lambda i, o, stride=1: nn.Sequential(
            conv(i, o, 3, stride, 1), norm(o), nn.LeakyReLU(0.01)
        )
        self.top, self.down = block(1, width), block(width, 2 * width, 2)
        self.up, self.join = up(2 * width, width, 2, 2), block(2 * width, width)
        self.head = conv(width, classes, 1)

    def forward(self, x):
        top = self.top(x)
        return self.head(self.join(torch.cat([self.up(self.down(top)), top], 1)))


CLASSES = [{"name": n, "label": i} for i, n in enumerate(["background", "liver", "tumour"])]
DESCRIPTIONS = {
    # Axial slices of 32 × 32, HU −160…240 → 0…1: MONAI's ScaleIntensityRange.
    "unet-2d": {
        "format": "hepar-network/1",
        "name": "unet-2d",
        "licence": "CC0-1.0",
        "input": {
            "kind": "2d",
            "patch": [32, 32],
            "cover": "stretch",
            "intensity": {"scheme": "range", "range": [-160, 240], "to": [0, 1]},
        },
        "output": {"values": "logits", "activation": "softmax", "classes": CLASSES},
    },
    # Patches of 8 × 16 × 16 voxels of 5 × 4 × 4 mm that overlap by half: nnU-Net's CTNormalization.
    "unet-3d": {
        "format": "hepar-network/1",
        "name": "unet-3d",
        "licence": "CC0-1.0",
        "input": {
            "kind": "3d",
            "patch": [8, 16, 16],
            "spacingMm": [5, 4, 4],
            "intensity": {"scheme": "clip-zscore", "range": [-17, 201], "mean": 99.4, "sd": 39.4},
        },
        "output": {"values": "logits", "activation": "softmax", "classes": CLASSES},
        "prediction": {"overlap": 0.5},
    },
}


def untrained(name):
    torch.manual_seed(1)
    return UNet(len(DESCRIPTIONS[name]["input"]["patch"])).eval()


def export(network, name, folder):
    description = DESCRIPTIONS[name]
    patch = description["input"]["patch"]
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, *patch),),
        folder / f"{name}.onnx",
        input_names=["image"],
        output_names=["logits"],
        opset_version=18,
        dynamo=True,
        external_data=False,  # one file; with its numbers beside it, hepar reads it too
        verbose=False,
    )
    (folder / f"{name}.json").write_text(json.dumps(description, indent=2) + "\n")


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name in DESCRIPTIONS:
        export(untrained(name), name, out)
