"""Ten steps of each network and optimiser in PyTorch, with its schedule: what src/train must give.

Run: python networks.py > networks.json   (torch 2.13.0, CPU, Python 3.11)
Weights, images and labels are formulas, so that only losses, rates and a few weights are kept.
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def wave(count, phase, scale):
    return scale * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + phase).to(torch.float32)


class Net(torch.nn.Module):
    """Parameters by name, in the order in which src/model asks for them."""

    def __init__(self):
        super().__init__()
        self.p = torch.nn.ParameterDict()
        self.decay, self.plain = [], []

    def add(self, name, shape, decays):
        count = math.prod(shape)
        start = wave(count, len(self.p), 0.1 if name.endswith("norm.weight") else 0.3)
        start = start + 1 if name.endswith("norm.weight") else start
        self.p[name.replace(".", "_")] = torch.nn.Parameter(start.reshape(shape))
        (self.decay if decays else self.plain).append(self.p[name.replace(".", "_")])

    def get(self, name):
        return self.p[name.replace(".", "_")]


class Unet(Net):
    """src/model/unet.ts, two convolutions a stage, in 2D or 3D."""

    def __init__(self, channels, classes, widths, kernels, strides, slope=0.01):
        super().__init__()
        self.widths, self.kernels, self.strides, self.slope = widths, kernels, strides, slope
        self.conv = [F.conv2d, F.conv3d][len(kernels[0]) - 2]
        self.up = [F.conv_transpose2d, F.conv_transpose3d][len(kernels[0]) - 2]
        inputs = channels
        for depth, width in enumerate(widths):
            inputs = self.add_stage(f"encoder.{depth}", inputs, width, kernels[depth])
        for depth in reversed(range(len(widths) - 1)):
            width = widths[depth]
            self.add(f"up.{depth}.weight", (inputs, width, *strides[depth + 1]), True)
            self.add(f"up.{depth}.bias", (width,), False)
            inputs = self.add_stage(f"decoder.{depth}", 2 * width, width, kernels[depth])
        self.add("head.weight", (classes, inputs, *[1] * len(kernels[0])), True)
        self.add("head.bias", (classes,), False)

    def add_stage(self, name, inputs, width, kernel):
        for index in range(2):
            self.add(f"{name}.{index}.conv.weight", (width, inputs, *kernel), True)
            self.add(f"{name}.{index}.norm.weight", (width,), False)
            self.add(f"{name}.{index}.norm.bias", (width,), False)
            inputs = width
        return inputs

    def stage(self, x, name, kernel, stride):
        for index in range(2):
            weight = self.get(f"{name}.{index}.conv.weight")
            x = self.conv(x, weight, stride=stride if index == 0 else 1, padding=[k // 2 for k in kernel])
            scale, bias = self.get(f"{name}.{index}.norm.weight"), self.get(f"{name}.{index}.norm.bias")
            x = F.leaky_relu(F.instance_norm(x, weight=scale, bias=bias, eps=1e-5), self.slope)
        return x

    def forward(self, x):
        skips = []
        for depth in range(len(self.widths)):
            x = self.stage(x, f"encoder.{depth}", self.kernels[depth], self.strides[depth])
            skips.append(x)
        for depth in reversed(range(len(self.widths) - 1)):
            stride = self.strides[depth + 1]
            x = self.up(x, self.get(f"up.{depth}.weight"), self.get(f"up.{depth}.bias"), stride=stride)
            x = self.stage(torch.cat([x, skips[depth]], 1), f"decoder.{depth}", self.kernels[depth], 1)
        return self.conv(x, self.get("head.weight"), self.get("head.bias"))


class Unet2015(Net):
    """src/model/unet-2015.ts: unpadded convolutions, max pooling, cropped skips."""

    def __init__(self, channels, classes, widths):
        super().__init__()
        self.widths = widths
        inputs = channels
        for depth, width in enumerate(widths):
            inputs = self.add_pair(f"encoder.{depth}", inputs, width)
        for depth in reversed(range(len(widths) - 1)):
            width = widths[depth]
            self.add(f"up.{depth}.weight", (inputs, width, 2, 2), True)
            self.add(f"up.{depth}.bias", (width,), False)
            inputs = self.add_pair(f"decoder.{depth}", 2 * width, width)
        self.add("head.weight", (classes, inputs, 1, 1), True)
        self.add("head.bias", (classes,), False)

    def add_pair(self, name, inputs, width):
        for index in range(2):
            self.add(f"{name}.{index}.weight", (width, inputs, 3, 3), True)
            self.add(f"{name}.{index}.bias", (width,), False)
            inputs = width
        return inputs

    def pair(self, x, name):
        for index in range(2):
            x = F.relu(F.conv2d(x, self.get(f"{name}.{index}.weight"), self.get(f"{name}.{index}.bias")))
        return x

    def forward(self, x):
        skips = []
        for depth in range(len(self.widths)):
            x = self.pair(x if depth == 0 else F.max_pool2d(x, 2), f"encoder.{depth}")
            skips.append(x)
        for depth in reversed(range(len(self.widths) - 1)):
            x = F.conv_transpose2d(x, self.get(f"up.{depth}.weight"), self.get(f"up.{depth}.bias"), stride=2)
            skip = skips[depth]
            top, left = [(skip.shape[a] - x.shape[a]) // 2 for a in (2, 3)]
            skip = skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]
            x = self.pair(torch.cat([skip, x], 1), f"decoder.{depth}")
        return F.conv2d(x, self.get("head.weight"), self.get("head.bias"))


def losses(logits, labels):
    axes = (0, *range(2, logits.dim()))
    log_p = F.log_softmax(logits, 1)
    p = log_p.exp()
    truth = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).float()
    common = (p * truth).sum(axes)
    sizes = p.sum(axes) + truth.sum(axes)
    dice = 1 - ((2 * common + 1e-5) / (sizes + 1e-5))[1:].mean()
    return F.nll_loss(log_p, labels), dice


def adamw(net):
    optimiser = torch.optim.AdamW(
        [{"params": net.decay, "weight_decay": 0.01}, {"params": net.plain, "weight_decay": 0.0}],
        lr=0.01, betas=(0.9, 0.999), eps=1e-8,
    )
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=0.01, total_steps=10, pct_start=0.3, div_factor=25, final_div_factor=100, cycle_momentum=False
    )


def sgd(net):
    optimiser = torch.optim.SGD(
        [{"params": net.decay, "weight_decay": 0.02}, {"params": net.plain, "weight_decay": 0.0}],
        lr=0.05, momentum=0.9, nesterov=True,
    )
    return optimiser, torch.optim.lr_scheduler.PolynomialLR(optimiser, total_iters=10, power=0.9)


def plain_sgd(net):
    optimiser = torch.optim.SGD(
        [{"params": net.decay, "weight_decay": 0.0}, {"params": net.plain, "weight_decay": 0.0}],
        lr=0.05, momentum=0.5,
    )
    return optimiser, torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=10)


def train(net, image_shape, how=adamw, clip=None, average=None):
    optimiser, schedule = how(net)
    image = wave(math.prod(image_shape), 0.5, 1.0).reshape(image_shape)
    output = net(image).shape
    # (3 n² + 5 n) mod 11, cut to three classes: every class, in no order that a filter has.
    place = torch.arange(output[0] * math.prod(output[2:]))
    labels = ((3 * place**2 + 5 * place) % 11 % 3).reshape(output[0], *output[2:])
    steps = []
    averaged = [p.detach().clone() for p in net.p.values()]
    for _ in range(10):
        rate = optimiser.param_groups[0]["lr"]
        cross_entropy, dice = losses(net(image), labels)
        optimiser.zero_grad()
        (cross_entropy + dice).backward()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
        optimiser.step()
        schedule.step()
        if average is not None:
            with torch.no_grad():
                averaged = [a * average + p * (1 - average) for a, p in zip(averaged, net.p.values())]
        steps.append({"rate": rate, "crossEntropy": cross_entropy.item(), "dice": dice.item()})
    last = net.p.values() if average is None else averaged
    weights = torch.cat([value.detach().flatten() for value in last]).double()
    return {
        "imageShape": image_shape,
        "outputShape": list(output),
        "parameters": [[name.replace("_", "."), list(value.shape)] for name, value in net.p.items()],
        "steps": steps,
        "finalWeights": {
            "sum": weights.sum().item(),
            "sumOfSquares": (weights**2).sum().item(),
            "first": weights[:8].tolist(),
            "last": weights[-8:].tolist(),
        },
    }


if __name__ == "__main__":
    print(json.dumps({
        "madeWith": f"torch {torch.__version__}",
        "networks": {
            "unet 2D": train(
                Unet(3, 3, [4, 8, 8], [[3, 3]] * 3, [[1, 1], [2, 2], [2, 2]]), [2, 3, 16, 16]),
            "unet 2D, odd strides": train(
                Unet(2, 3, [4, 6], [[3, 5], [1, 3]], [[1, 1], [3, 1]]), [1, 2, 12, 10]),
            "unet 3D, thick slices": train(
                Unet(1, 3, [4, 6, 8], [[1, 3, 3], [3, 3, 3], [3, 3, 3]], [[1, 1, 1], [1, 2, 2], [2, 2, 2]]),
                [2, 1, 4, 12, 8]),
            "unet 2D, Nesterov, clipped, averaged": train(
                Unet(3, 3, [4, 8, 8], [[3, 3]] * 3, [[1, 1], [2, 2], [2, 2]]), [2, 3, 16, 16], sgd, clip=0.3, average=0.8),
            "unet 2D, momentum, cosine": train(
                Unet(3, 3, [4, 8, 8], [[3, 3]] * 3, [[1, 1], [2, 2], [2, 2]]), [2, 3, 16, 16], plain_sgd),
            "unet 2015": train(Unet2015(1, 3, [4, 6, 8]), [1, 1, 44, 52]),
        },
    }))
