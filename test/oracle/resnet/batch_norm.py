"""Batch norm in PyTorch, float64: what src/model/batch-norm.ts must give.

Run: python batch_norm.py > batch-norm.json   (torch 2.14.1, CPU, Python 3.11)
"""
import json

import torch


def wave(count, phase, scale=1.0):
    return scale * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + phase)


def rounded(tensor):
    return [round(x, 12) for x in tensor.detach().flatten().tolist()]


cases = []
for shape in [(3, 2, 4, 5), (1, 3, 2, 3, 2), (4, 2, 1, 1)]:
    channels, count = shape[1], torch.Size(shape).numel()
    norm = [None, None, None, torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d][len(shape)]
    norm = norm(channels).double()
    with torch.no_grad():
        norm.weight.copy_(1 + wave(channels, 1, 0.5))
        norm.bias.copy_(wave(channels, 2))
    steps = []
    for step in range(3):
        # Off centre, so that mean and variance matter.
        x = (wave(count, step) * (1 + step) + 2).reshape(shape).requires_grad_()
        y = norm(x)
        norm.zero_grad()
        (y * wave(count, 5).reshape(shape)).sum().backward()
        steps.append({
            "y": rounded(y),
            "gradients": {"x": rounded(x.grad), "weight": rounded(norm.weight.grad), "bias": rounded(norm.bias.grad)},
            "mean": rounded(norm.running_mean),
            "variance": rounded(norm.running_var),
        })
    norm.eval()
    cases.append({"shape": shape, "steps": steps, "eval": rounded(norm(x))})
print(json.dumps({"madeWith": f"torch {torch.__version__}", "cases": cases}))
