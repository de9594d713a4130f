"""MONAI's sliding_window_inference on small networks, which are kept as ONNX beside it.

python sliding_window.py  (torch, monai, onnx, numpy) writes sliding-window.json, plane.onnx, volume.onnx.
"""
import json
import platform
from pathlib import Path

import monai
import numpy as np
import torch
from monai.inferers import sliding_window_inference

here = Path(__file__).parent


def network(rank: int) -> torch.nn.Module:
    conv = torch.nn.Conv2d if rank == 2 else torch.nn.Conv3d
    torch.manual_seed(rank)
    net = torch.nn.Sequential(conv(1, 4, 3, padding=1), torch.nn.LeakyReLU(0.1), conv(4, 3, 3, padding=1))
    with torch.no_grad():
        net[2].weight *= 6  # so that classes alternate
    return net.eval()


def export(net: torch.nn.Module, rank: int, name: str) -> None:
    axes = {0: "batch", **{2 + n: f"d{n}" for n in range(rank)}}
    example = torch.zeros(1, 1, *[8] * rank)
    torch.onnx.export(
        net, (example,), here / name, input_names=["seen"], output_names=["said"],
        dynamic_axes={"seen": axes, "said": axes}, opset_version=17, dynamo=False,
    )


def volume(shape: list[int]) -> np.ndarray:
    """HU by a linear congruential generator: the same numbers in the test."""
    values = np.empty(int(np.prod(shape)), np.int64)
    state = 7
    for n in range(values.size):
        state = (state * 1664525 + 1013904223) % 2**32
        values[n] = (state >> 8) % 2001 - 1000
    return values.reshape(shape).astype(np.float32)


cases = [
    {"network": "volume", "shape": [11, 18, 20], "patch": [8, 8, 8], "overlap": 0.5, "mode": "gaussian"},
    {"network": "volume", "shape": [11, 18, 20], "patch": [6, 9, 7], "overlap": 0.25, "mode": "gaussian"},
    {"network": "volume", "shape": [9, 13, 17], "patch": [5, 8, 8], "overlap": 0.6, "mode": "constant"},
    {"network": "volume", "shape": [5, 7, 19], "patch": [8, 8, 8], "overlap": 0.25, "mode": "gaussian"},
    {"network": "volume", "shape": [4, 30, 5], "patch": [8, 8, 10], "overlap": 0, "mode": "gaussian"},
    {"network": "plane", "shape": [3, 21, 26], "patch": [8, 12], "overlap": 0.5, "mode": "gaussian"},
    {"network": "plane", "shape": [2, 33, 31], "patch": [16, 16], "overlap": 0.25, "mode": "constant"},
    {"network": "plane", "shape": [2, 9, 40], "patch": [16, 16], "overlap": 0.75, "mode": "gaussian"},
]
networks = {"plane": network(2), "volume": network(3)}
export(networks["plane"], 2, "plane.onnx")
export(networks["volume"], 3, "volume.onnx")
made = []
for case in cases:
    seen = torch.from_numpy((volume(case["shape"]) + 1000) / 2000)
    batch = seen[:, None] if case["network"] == "plane" else seen[None, None]
    with torch.inference_mode():
        said = sliding_window_inference(
            batch, case["patch"], 4, networks[case["network"]], overlap=case["overlap"], mode=case["mode"]
        )
    # [classes, slices, rows, columns] whatever the network
    said = said.permute(1, 0, 2, 3) if case["network"] == "plane" else said[0]
    flat = said.reshape(3, -1)
    places = list(range(0, flat.shape[1], 97))
    made.append({
        **case,
        "labels": "".join(map(str, flat.argmax(0).tolist())),
        "places": places,
        "logits": [[round(v, 6) for v in flat[:, p].tolist()] for p in places],
    })
versions = {"python": platform.python_version(), "torch": torch.__version__, "monai": monai.__version__, "numpy": np.__version__}
(here / "sliding-window.json").write_text(json.dumps({"versions": versions, "cases": made}))
