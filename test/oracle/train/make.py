"""Ten AdamW steps of a small U-Net in PyTorch, and OneCycleLR's rates: what src/train must give.

Run: python make.py > pytorch.json   (torch 2.13.0, CPU, Python 3.11)
Weights, image and labels are formulas, so that only losses and rates need to be kept.
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def wave(count, phase, scale):
    return scale * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + phase).to(torch.float32)


class Unet(torch.nn.Module):
    """src/model/unet.ts with widths 4, 8, 8 and two convolutions a stage, parameters in its order."""

    def __init__(self, channels, classes, widths):
        super().__init__()
        self.widths = widths
        self.p = torch.nn.ParameterDict()
        self.decay, self.plain = [], []
        inputs = channels
        for depth, width in enumerate(widths):
            inputs = self.stage(f"encoder.{depth}", inputs, width)
        for depth in reversed(range(len(widths) - 1)):
            width = widths[depth]
            self.add(f"up.{depth}.weight", (inputs, width, 2, 2), True)
            self.add(f"up.{depth}.bias", (width,), False)
            inputs = self.stage(f"decoder.{depth}", 2 * width, width)
        self.add("head.weight", (classes, inputs, 1, 1), True)
        self.add("head.bias", (classes,), False)

    def add(self, name, shape, decays):
        count = math.prod(shape)
        if name.endswith("norm.weight"):
            start = 1 + wave(count, len(self.p), 0.1)
        else:
            start = wave(count, len(self.p), 0.3)
        self.p[name.replace(".", "_")] = torch.nn.Parameter(start.reshape(shape))
        (self.decay if decays else self.plain).append(self.p[name.replace(".", "_")])

    def stage(self, name, inputs, width):
        for index in range(2):
            self.add(f"{name}.{index}.conv.weight", (width, inputs, 3, 3), True)
            self.add(f"{name}.{index}.norm.weight", (width,), False)
            self.add(f"{name}.{index}.norm.bias", (width,), False)
            inputs = width
        return inputs

    def get(self, name):
        return self.p[name.replace(".", "_")]

    def run_stage(self, x, name, stride):
        for index in range(2):
            x = F.conv2d(x, self.get(f"{name}.{index}.conv.weight"), stride=stride if index == 0 else 1, padding=1)
            x = F.instance_norm(x, weight=self.get(f"{name}.{index}.norm.weight"), bias=self.get(f"{name}.{index}.norm.bias"), eps=1e-5)
            x = F.leaky_relu(x, 0.01)
        return x

    def forward(self, x):
        skips = []
        for depth in range(len(self.widths)):
            x = self.run_stage(x, f"encoder.{depth}", 1 if depth == 0 else 2)
            skips.append(x)
        for depth in reversed(range(len(self.widths) - 1)):
            x = F.conv_transpose2d(x, self.get(f"up.{depth}.weight"), self.get(f"up.{depth}.bias"), stride=2)
            x = self.run_stage(torch.cat([x, skips[depth]], 1), f"decoder.{depth}", 1)
        return F.conv2d(x, self.get("head.weight"), self.get("head.bias"))


def losses(logits, labels):
    log_p = F.log_softmax(logits, 1)
    cross_entropy = F.nll_loss(log_p, labels)
    p = log_p.exp()
    truth = F.one_hot(labels, logits.shape[1]).permute(0, 3, 1, 2).float()
    common = (p * truth).sum((0, 2, 3))
    sizes = p.sum((0, 2, 3)) + truth.sum((0, 2, 3))
    dice = 1 - ((2 * common + 1e-5) / (sizes + 1e-5))[1:].mean()
    return cross_entropy, dice


net = Unet(3, 3, [4, 8, 8])
optimiser = torch.optim.AdamW(
    [{"params": net.decay, "weight_decay": 0.01}, {"params": net.plain, "weight_decay": 0.0}],
    lr=0.01, betas=(0.9, 0.999), eps=1e-8,
)
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimiser, max_lr=0.01, total_steps=10, pct_start=0.3, div_factor=25, final_div_factor=100, cycle_momentum=False
)
image = wave(2 * 3 * 16 * 16, 0.5, 1.0).reshape(2, 3, 16, 16)
place = torch.arange(16)
square = ((place[:, None] > 3) & (place[:, None] < 12) & (place[None, :] > 4) & (place[None, :] < 13)).long()
square[6:9, 6:9] = 2
labels = torch.stack([square, square.T])

steps = []
for _ in range(10):
    rate = optimiser.param_groups[0]["lr"]
    cross_entropy, dice = losses(net(image), labels)
    optimiser.zero_grad()
    (cross_entropy + dice).backward()
    optimiser.step()
    schedule.step()
    steps.append({"rate": rate, "crossEntropy": cross_entropy.item(), "dice": dice.item()})
weights = torch.cat([value.detach().flatten() for value in net.p.values()]).double()
print(json.dumps({
    "madeWith": f"torch {torch.__version__}",
    "parameters": [[name.replace("_", "."), list(value.shape)] for name, value in net.p.items()],
    "steps": steps,
    "finalWeights": {"sum": weights.sum().item(), "sumOfSquares": (weights ** 2).sum().item(),
                     "first": weights[:8].tolist(), "last": weights[-8:].tolist()},
}, indent=1))
