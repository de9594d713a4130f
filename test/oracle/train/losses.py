"""Losses and their gradients in PyTorch, float64: what src/train/step/loss.ts must give.

Run: python losses.py > losses.json   (torch 2.13.0, CPU, Python 3.11)
"""
import json

import torch
import torch.nn.functional as F

shape = (2, 3, 4, 5)
count = 2 * 3 * 4 * 5
start = (2 * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + 0.3)).reshape(shape)
labels = (torch.arange(2 * 4 * 5) * 7 % 11 % 3).reshape(2, 4, 5)
ignored = labels.clone()
ignored[:, 0, :3] = 255


def parts(logits, target):
    counts = (target != 255).unsqueeze(1)
    truth = F.one_hot(target.clamp(max=2) * (target != 255), 3).movedim(-1, 1).double() * counts
    return truth, logits.softmax(1) * counts


def overlap(logits, target, alpha, beta, axes):
    truth, p = parts(logits, target)
    tp, found, there = (p * truth).sum(axes), p.sum(axes), truth.sum(axes)
    fp, fn = found - tp, there - tp
    score = (2 * tp + 1e-5) / (2 * tp + 2 * alpha * fp + 2 * beta * fn + 1e-5)
    return 1 - score[..., 1:].mean()


def focal(logits, target, gamma):
    log_p = logits.log_softmax(1).gather(1, target.unsqueeze(1))
    return -((1 - log_p.exp()) ** gamma * log_p).mean()


weights = torch.tensor([0.2, 1.0, 3.0], dtype=torch.float64)
cases = {
    "cross-entropy": lambda x: F.cross_entropy(x, labels),
    "cross-entropy, class weights": lambda x: F.cross_entropy(x, labels, weight=weights),
    "cross-entropy, ignore": lambda x: F.cross_entropy(x, ignored, ignore_index=255),
    "focal": lambda x: focal(x, labels, 2.0),
    "dice, batch": lambda x: overlap(x, labels, 0.5, 0.5, (0, 2, 3)),
    "dice, sample": lambda x: overlap(x, labels, 0.5, 0.5, (2, 3)),
    "dice, ignore": lambda x: overlap(x, ignored, 0.5, 0.5, (0, 2, 3)),
    "tversky": lambda x: overlap(x, labels, 0.3, 0.7, (0, 2, 3)),
    "sum": lambda x: F.cross_entropy(x, labels) + 0.5 * overlap(x, labels, 0.3, 0.7, (0, 2, 3)),
}
result = {}
for name, loss in cases.items():
    x = start.clone().requires_grad_()
    value = loss(x)
    value.backward()
    result[name] = {"loss": value.item(), "gradient": [round(g, 10) for g in x.grad.flatten().tolist()]}
print(json.dumps({"madeWith": f"torch {torch.__version__}", "cases": result}))
