"""Ten steps in 3D in PyTorch, with widths that fill blocks of channels: what src/train must give in either target.

Run: python volumes.py > volumes.json   (torch 2.13.0, CPU, Python 3.11)
Weights, images and labels are formulas, so that only losses, each parameter's norm and some weights are
kept: float64's, and how far the same steps in float32 end from them.

A leaky ReLU has a kink: an activation within float32's rounding of 0 may get the other slope, and ten
steps of AdamW make 1e-3 to 1e-2 of that, in PyTorch as in anything else. So each network is trained with
slope 1 too, where all that is left is rounding.
"""
import json
import math

import torch

from networks import Unet, adamw, losses, sgd

torch.set_num_threads(1)


def noise(count, seed):
    """Between -1 and 1, from a hash of the place: exactly the same in any language."""
    mask = 0xFFFFFFFF
    h = ((torch.arange(count, dtype=torch.int64) + 1000003 * seed) * 0x9E3779B1) & mask
    h = h ^ (h >> 15)
    h = (h * 0x85EBCA6B) & mask
    h = h ^ (h >> 13)
    return (h.to(torch.float64) / 2**31 - 1).to(torch.float32)


def start(net, seed):
    for index, (name, parameter) in enumerate(net.p.items()):
        is_scale = name.endswith("norm_weight")
        fan_in = math.prod(parameter.shape[1:])
        scale = math.sqrt(6 / fan_in) if parameter.dim() > 1 else 0.1
        values = noise(parameter.numel(), index + 1 + 1000 * seed).reshape(parameter.shape)
        parameter.data = (values.double() * scale + (1 if is_scale else 0)).float()


def batch(shape, seed):
    """A ball of 1 with a ball of 2 inside, brighter than what is around them, in noise."""
    samples, channels, *sizes = shape
    axes = [(2 * torch.arange(size) + 1 - size) ** 2 / size**2 for size in sizes]
    distance = axes[0][:, None, None] + axes[1][:, None] + axes[2]
    labels = ((distance < 0.6).long() + (distance < 0.2).long()).expand(samples, *sizes)
    image = 0.5 * labels[:, None].double() + noise(math.prod(shape), 1000 * seed).reshape(shape).double()
    return image.float(), labels


def train(make, slope, kind):
    net = make["net"](slope)
    start(net, make["seed"])
    net.to(kind)
    optimiser, schedule = make["how"](net)
    image, labels = batch(make["image"], make["seed"])
    image = image.to(kind)
    steps = []
    for _ in range(10):
        rate = optimiser.param_groups[0]["lr"]
        cross_entropy, dice = losses(net(image), labels)
        optimiser.zero_grad()
        (cross_entropy + dice).backward()
        optimiser.step()
        schedule.step()
        steps.append({"rate": rate, "crossEntropy": cross_entropy.item(), "dice": dice.item()})
    return steps, [value.detach().double().flatten() for value in net.p.values()]


def short(number):
    return float(f"{number:.8g}")


def run(make, slope):
    steps, weights = train(make, slope, torch.float64)
    flat = torch.cat(weights)
    in_float32 = torch.cat(train(make, slope, torch.float32)[1])
    return {
        "slope": slope,
        "seed": make["seed"],
        "imageShape": make["image"],
        "steps": [{name: short(value) for name, value in step.items()} for step in steps],
        "norms": [short(torch.linalg.vector_norm(value).item()) for value in weights],
        # Every 997th of all weights.
        "weights": [short(value) for value in flat[::997].tolist()],
        "float32": float(f"{(torch.linalg.vector_norm(in_float32 - flat) / torch.linalg.vector_norm(flat)).item():.2g}"),
    }


def unet(channels, widths, kernels, strides):
    return lambda slope: Unet(channels, 3, widths, kernels, strides, slope)


FULL, FLAT = [3, 3, 3], [1, 3, 3]
ONE, SIDES, TWO = [1, 1, 1], [1, 2, 2], [2, 2, 2]
# Seeds with which neither of our targets meets an activation near 0; PyTorch's float32 does in the first.
TRAININGS = {
    "pairs of depths": {
        "net": unet(1, [16, 32, 64], [FULL] * 3, [ONE, TWO, TWO]), "image": [2, 1, 16, 16, 16], "how": adamw, "seed": 4},
    "pairs of depths, momentum": {
        "net": unet(1, [16, 32, 64], [FULL] * 3, [ONE, TWO, TWO]), "image": [2, 1, 8, 16, 24], "how": sgd, "seed": 1},
    "thick slices, even and odd depths": {
        "net": unet(3, [16, 32, 64], [FLAT, FULL, FULL], [ONE, SIDES, TWO]), "image": [1, 3, 10, 16, 12], "how": adamw, "seed": 1},
    "odd depths": {
        "net": unet(1, [16, 32], [FULL] * 2, [ONE, SIDES]), "image": [3, 1, 5, 12, 16], "how": sgd, "seed": 0},
}

if __name__ == "__main__":
    print(json.dumps({
        "madeWith": f"torch {torch.__version__}",
        "trainings": {
            f"{name}, slope {slope}": run(make, slope) for name, make in TRAININGS.items() for slope in (1, 0.01)
        },
    }))
