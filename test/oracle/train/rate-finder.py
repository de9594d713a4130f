"""What fastai's own smoothing, valley and steep say of a few curves: src/train/rate-finder.ts.

Run: python rate-finder.py path/to/fastai > rate-finder.json   (fastai 2.8.12, torch 2.13.0)
The functions are taken out of fastai's files, so that nothing else of it has to be installed.
"""
import ast
import json
import math
import sys

import torch


def taken(path, *names):
    tree = ast.parse(open(path).read())
    tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
    found = {"torch": torch, "tensor": torch.tensor, "to_detach": lambda t: t, "Metric": object}
    exec(compile(tree, path, "exec"), found)
    return [found[name] for name in names]


package = sys.argv[1]
valley, steep = taken(f"{package}/callback/schedule.py", "valley", "steep")
(AvgSmoothLoss,) = taken(f"{package}/learner.py", "AvgSmoothLoss")


class Learn:
    def __init__(self, loss):
        self.loss = torch.tensor(loss, dtype=torch.float64)


def sweep(loss_of):
    smooth, best, rates, losses, kept = AvgSmoothLoss(), math.inf, [], [], []
    smooth.val = torch.tensor(0.0, dtype=torch.float64)
    for step in range(100):
        rate = 1e-7 * (10 / 1e-7) ** (step / 100)
        loss = loss_of(step, rate)
        smooth.accumulate(Learn(loss))
        rates.append(rate)
        losses.append(loss)
        kept.append(smooth.value.item())
        best = min(best, kept[-1])
        if kept[-1] > 4 * best:
            break
    lrs = torch.tensor(rates[10:-5], dtype=torch.float64)
    values = torch.tensor(kept[10:-5], dtype=torch.float64)
    return {
        "losses": [round(loss, 6) for loss in losses],
        "smoothed": [kept[0], kept[10], kept[-1]],
        "valley": valley(lrs, values, 100)[0],
        "steep": steep(lrs, values, 100)[0],
    }


def noisy(step, rate):
    """Falls from 1.6 around 3e-3, explodes above 1; a fixed wave stands for the batches' chance."""
    fall = 1.6 - 1.1 / (1 + (3e-3 / rate) ** 1.5)
    return round(fall + 8 * rate**2 + 0.08 * math.sin(12.9898 * step), 6)


def smooth_fall(_, rate):
    return round(2 - 0.4 * math.log10(1 + 1e5 * rate) + 3 * rate, 6)


print(json.dumps({"madeWith": f"fastai 2.8.12, torch {torch.__version__}", "curves": {"noisy": sweep(noisy), "smooth": sweep(smooth_fall)}}))
