"""Makes fastai.json: what fastai itself computes for small slices, and sums for a real CT.

In a virtual environment: pip install fastai pydicom kornia scikit-image pandas nibabel
Then: python test/oracle/slices/make.py [folder with totalseg/example_ct.nii.gz]

Versions are written into the JSON. hepar's tests hold its own code against these numbers.
"""
import base64
import hashlib
import json
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import fastai
import nibabel
import numpy as np
import torch
from fastai.medical.imaging import *  # noqa: F403  (patches torch.Tensor)

LIVER, CUSTOM = (150, 30), (200, 60)
random = np.random.default_rng(7)


def abdomen(size=24):
    """A body in air: a liver-like disc with a darker spot, fat, bone, noise."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    hu = np.full((size, size), -1000.0)
    hu[x**2 + y**2 < (size * 0.48) ** 2] = -90
    hu[(x + 4) ** 2 + y**2 < (size * 0.3) ** 2] = 105
    hu[(x + 5) ** 2 + (y - 2) ** 2 < 6] = 55
    hu[x**2 + (y - 8) ** 2 < 5] = 480
    return np.rint(hu + random.normal(0, 12, hu.shape))


integers = {
    "abdomen": abdomen(),
    "liver only": random.integers(60, 130, (16, 16)),
    "whole range": random.integers(-32768, 32768, (24, 24)),
    "windows, every HU": np.arange(-150, 250).reshape(20, 20),
    "constant": np.full((5, 5), 40),
    "two values": np.where(np.arange(48).reshape(6, 8) % 3 == 0, -1000, 60),
    "one voxel": np.array([[17]]),
    "one outlier": np.where(np.arange(2000).reshape(40, 50) == 777, 3000, 0),
    "101 voxels": random.permutation(101).reshape(1, 101),
    "999 voxels": random.permutation(999).reshape(27, 37) - 400,
}
floats = {
    "abdomen, fractions": abdomen() + random.normal(0, 0.3, (24, 24)),
    "near the borders": np.linspace(-45.01, 160.01, 400).reshape(20, 20),
    "tiny differences": 100 + random.random((16, 16)) * 1e-3,
}


def float32(values):
    """Little-endian float32 as base64, so that the file stays small and the bits exact."""
    return base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()


def expected(values, is_float):
    hu = torch.tensor(np.asarray(values, dtype=np.float32))
    bins = hu.freqhist_bins()
    channels = (hu.to_nchan([LIVER, CUSTOM]) * 255).byte().numpy()
    given = torch.tensor([-100.0, 0.0, 37.5, 60.0, 200.0])
    return {
        "height": hu.shape[0],
        "width": hu.shape[1],
        "hu": float32(hu) if is_float else [int(v) for v in hu.flatten()],
        "bins": float32(bins),
        "bins7": float32(hu.freqhist_bins(7)),
        "bins1000": float32(hu.freqhist_bins(1000)),
        "windowed_liver": float32(hu.windowed(*LIVER)),
        "windowed_odd": float32(hu.windowed(375, 40)),
        "hist_scaled": float32(hu.hist_scaled()),
        "hist_scaled_given": float32(hu.hist_scaled(given)),
        "bytes": base64.b64encode(channels.tobytes()).decode(),
        "bytes_given": base64.b64encode(
            (hu.to_nchan([LIVER, CUSTOM], given) * 255).byte().numpy().tobytes()
        ).decode(),
    }


def real_ct(folder):
    """Hashes only. Slices in LPS: column to the patient's left, row to the back."""
    path = Path(folder) / "totalseg/example_ct.nii.gz"
    image = nibabel.load(path)
    to_lps = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt("LPS")
    )
    hu = np.asarray(image.as_reoriented(to_lps).dataobj).astype(np.float32)
    slices = []
    for k in range(0, hu.shape[2], 7):
        plane = torch.tensor(np.ascontiguousarray(hu[:, :, k].T))
        channels = (plane.to_nchan([LIVER, CUSTOM]) * 255).byte().numpy()
        bins = plane.freqhist_bins()
        slices.append(
            {
                "slice": k,
                "height": plane.shape[0],
                "width": plane.shape[1],
                "sums": [int(channel.sum(dtype=np.int64)) for channel in channels],
                "sha256": hashlib.sha256(channels.tobytes()).hexdigest(),
                "bins": len(bins),
                "bins_sum": float(bins.double().sum()),
            }
        )
    return {"file": "nifti/totalseg/example_ct.nii.gz", "shape": list(hu.shape), "slices": slices}


def interpolated():
    """Bilinear, half-pixel centres, of a float array: growing, shrinking, not square."""
    logits = torch.tensor(np.float32(random.normal(0, 3, (2, 5, 4))))
    sizes = [(9, 10), (10, 8), (3, 2), (5, 4), (1, 1), (13, 3)]
    area = torch.tensor(np.float32(random.integers(0, 256, (3, 12, 8))))
    return {
        "logits": float32(logits),
        "shape": list(logits.shape),
        "bilinear": [
            {
                "toHeight": h,
                "toWidth": w,
                "values": [
                    float(v)
                    for v in torch.nn.functional.interpolate(
                        logits[None], (h, w), mode="bilinear", align_corners=False
                    ).flatten()
                ],
            }
            for h, w in sizes
        ],
        "bytes": [int(v) for v in area.flatten()],
        "bytes_shape": list(area.shape),
        "area": [
            {
                "toHeight": h,
                "toWidth": w,
                "values": [
                    float(v)
                    for v in torch.nn.functional.interpolate(area[None], (h, w), mode="area").flatten()
                ],
            }
            for h, w in [(6, 4), (3, 2), (4, 8), (1, 1)]
        ],
    }


answers = {
    "versions": {
        "python": sys.version.split()[0],
        "fastai": fastai.__version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "nibabel": nibabel.__version__,
    },
    "windows": {name: list(window) for name, window in vars(dicom_windows).items()},  # noqa: F405
    "whole": {name: expected(values, False) for name, values in integers.items()},
    "fractions": {name: expected(values, True) for name, values in floats.items()},
    "interpolated": interpolated(),
}
if len(sys.argv) > 1:
    answers["real"] = real_ct(sys.argv[1])
Path(__file__).with_name("fastai.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")
