"""nnU-Net's networks, made by its own package: what src/model/unet.ts must give for the same weights.

Run: python nnunet.py > nnunet.json
(dynamic_network_architectures 0.4.4, torch 2.13.0, CPU, Python 3.11)
Weights, images and labels are formulas of an index, so that only results are kept: logits of each
output, ten steps' losses with deep supervision, and a few of the weights after them.
"""
import json
import math
from importlib.metadata import version

import numpy
import torch
import torch.nn.functional as F
from dynamic_network_architectures.architectures.unet import PlainConvUNet, ResidualEncoderUNet

torch.set_num_threads(1)
classes = 3


def wave(count, phase, scale):
    return scale * torch.sin(torch.arange(count, dtype=torch.float64) * 0.7 + phase).to(torch.float32)


def fill(net):
    """Each tensor by its place among the parameters, each of which is listed once."""
    with torch.no_grad():
        for place, (name, tensor) in enumerate(net.named_parameters()):
            is_scale = name.endswith("norm.weight")
            start = wave(tensor.numel(), place, 0.1 if is_scale else 0.3) + (1 if is_scale else 0)
            tensor.copy_(start.reshape(tensor.shape))


def loss_of(logits, labels):
    axes = (0, *range(2, logits.dim()))
    log_p = F.log_softmax(logits, 1)
    p = log_p.exp()
    truth = F.one_hot(labels, classes).movedim(-1, 1).float()
    common = (p * truth).sum(axes)
    dice = 1 - ((2 * common + 1e-5) / (p.sum(axes) + truth.sum(axes) + 1e-5))[1:].mean()
    return F.nll_loss(log_p, labels) + dice


def digest(tensor):
    """Sum, root of the sum of squares, and the first three numbers."""
    flat = tensor.detach().double().flatten()
    return [float(f"{x:.7g}") for x in [flat.sum(), (flat**2).sum().sqrt(), *flat[:3]]]


def train(net, outputs, image, labels):
    """nnU-Net's deep supervision: DownsampleSegForDSTransform and DeepSupervisionWrapper."""
    targets = [
        F.interpolate(labels[:, None].float(), output.shape[2:], mode="nearest-exact")[:, 0].long()
        for output in outputs
    ]
    weights = numpy.array([1 / 2**i for i in range(len(outputs))])
    weights[-1] = 0
    weights = weights / weights.sum()
    kernels = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() == 1]
    optimiser = torch.optim.SGD(
        [{"params": kernels, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}],
        lr=0.02, momentum=0.9, nesterov=True,
    )
    losses = []
    for _ in range(10):
        pairs = zip(weights, net(image), targets)
        loss = sum(weight * loss_of(output, target) for weight, output, target in pairs if weight != 0.0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def run(make, image_shape, **settings):
    dimensions = len(image_shape) - 2
    net = make(
        input_channels=image_shape[1],
        n_stages=len(settings["features_per_stage"]),
        conv_op=[torch.nn.Conv2d, torch.nn.Conv3d][dimensions - 2],
        num_classes=classes,
        norm_op=[torch.nn.InstanceNorm2d, torch.nn.InstanceNorm3d][dimensions - 2],
        norm_op_kwargs={"eps": 1e-5, "affine": True},
        nonlin=torch.nn.LeakyReLU,
        nonlin_kwargs={"inplace": True},
        deep_supervision=True,
        **settings,
    )
    fill(net)
    parameters = [[name, list(tensor.shape)] for name, tensor in net.named_parameters()]
    image = wave(math.prod(image_shape), 0.5, 1.0).reshape(image_shape)
    outputs = net(image)
    place = torch.arange(image_shape[0] * math.prod(image_shape[2:]))
    labels = ((3 * place**2 + 5 * place) % 11 % classes).reshape(image_shape[0], *image_shape[2:])
    losses = train(net, outputs, image, labels)
    return {
        "imageShape": image_shape,
        "parameters": parameters,
        # The same tensors again, under other names.
        "otherNames": [name for name in net.state_dict() if name not in dict(net.named_parameters())],
        "outputs": [{"shape": list(output.shape), "digest": digest(output)} for output in outputs],
        "losses": losses,
        "trained": [digest(tensor) for tensor in net.parameters()],
    }


thick = {
    "kernel_sizes": [[1, 3, 3], [3, 3, 3], [3, 3, 3]],
    "strides": [[1, 1, 1], [1, 2, 2], [2, 2, 2]],
}
print(json.dumps({
    "madeWith": f"dynamic_network_architectures {version('dynamic_network_architectures')}, torch {torch.__version__}",
    "networks": {
        "plain 2D": run(
            PlainConvUNet, [2, 3, 24, 16], features_per_stage=[4, 6, 8, 8],
            kernel_sizes=[[3, 3]] * 4, strides=[[1, 1], [2, 2], [2, 2], [2, 1]],
            n_conv_per_stage=[1, 2, 3, 1], n_conv_per_stage_decoder=[1, 2, 1], conv_bias=True),
        "plain 2D, no bias": run(
            PlainConvUNet, [1, 1, 18, 16], features_per_stage=[3, 4, 4],
            kernel_sizes=[[3, 3], [5, 3], [1, 3]], strides=[[1, 1], [3, 2], [2, 2]],
            n_conv_per_stage=[1, 1, 1], n_conv_per_stage_decoder=[1, 1], conv_bias=False),
        "plain 3D": run(
            PlainConvUNet, [2, 1, 4, 12, 8], features_per_stage=[4, 6, 8], **thick,
            n_conv_per_stage=[2, 2, 2], n_conv_per_stage_decoder=[2, 2], conv_bias=True),
        "residual 2D": run(
            ResidualEncoderUNet, [2, 3, 16, 16], features_per_stage=[4, 6, 6],
            kernel_sizes=[[3, 3]] * 3, strides=[[1, 1], [2, 2], [2, 2]],
            n_blocks_per_stage=[1, 2, 2], n_conv_per_stage_decoder=[1, 1], conv_bias=True),
        "residual 3D": run(
            ResidualEncoderUNet, [1, 2, 4, 12, 8], features_per_stage=[4, 6, 8], **thick,
            n_blocks_per_stage=[1, 2, 1], n_conv_per_stage_decoder=[1, 2], conv_bias=True),
    },
}))
