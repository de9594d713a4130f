"""torchvision's ResNet-34 and fastai's DynamicUnet on it: what src/model/resnet34*.ts must give.

Run: python resnet34.py > resnet34.json
(torch 2.14.1, torchvision 0.29.1, fastai 2.8.12, CPU, Python 3.11)
Weights, images and labels are formulas, so that only a few numbers are kept: of each tensor its
projection on noise, which sees every element, and its Euclidean norm. All is float64 from float32
starts: what differs is our rounding alone.
"""
import json
import math
import re
import warnings

import torch
import torch.nn.functional as F
import torchvision
from torchvision.models.resnet import BasicBlock, ResNet

warnings.filterwarnings("ignore")
from fastai.vision.models.unet import DynamicUnet  # noqa: E402


def noise(count, seed):
    """Uniform in −1 … 1: the fraction of a large, fast sine."""
    n = torch.arange(count, dtype=torch.float64)
    x = torch.sin(n * 12.9898 + (seed % 1000) * 78.233) * 43758.5453
    return 2 * (x - torch.floor(x)) - 1


class Resnet34(ResNet):
    """torchvision's constructor with another number of channels."""

    def __init__(self, width):
        torch.nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation = torch.nn.BatchNorm2d, width, 1
        self.groups, self.base_width = 1, 64
        self.conv1 = torch.nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.relu = torch.nn.ReLU(inplace=True)
        self.maxpool = torch.nn.MaxPool2d(3, stride=2, padding=1)
        for stage, count in enumerate([3, 4, 6, 3]):
            layer = self._make_layer(BasicBlock, width * 2**stage, count, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)


names = [
    (r"^layers\.0\.0\.", "encoder.conv1."),
    (r"^layers\.0\.1\.", "encoder.bn1."),
    (r"^layers\.0\.([4-7])\.", lambda m: f"encoder.layer{int(m[1]) - 3}."),
    (r"^layers\.1\.", "middle.norm."),
    (r"^layers\.3\.(\d)\.0\.", r"middle.\1."),
    (r"^layers\.([4-7])\.shuf\.0\.0\.", lambda m: f"decoder.{int(m[1]) - 4}.up."),
    (r"^layers\.([4-7])\.bn\.", lambda m: f"decoder.{int(m[1]) - 4}.norm."),
    (r"^layers\.([4-7])\.conv([12])\.0\.", lambda m: f"decoder.{int(m[1]) - 4}.{int(m[2]) - 1}."),
    (r"^layers\.8\.0\.0\.", "full.up."),
    (r"^layers\.11\.convpath\.(\d)\.0\.", r"full.\1."),
    (r"^layers\.12\.0\.", "head."),
]


def ours(name):
    """hepar's name of a fastai or torchvision tensor."""
    for pattern, to in names:
        name = re.sub(pattern, to, name)
    return name


def fill(net):
    """Kernels by He's variance, scales about 1, the rest about 0; statistics by formula too."""
    net.double()
    with torch.no_grad():
        for seed, (name, value) in enumerate(net.named_parameters()):
            start = noise(value.numel(), seed).reshape(value.shape)
            if value.dim() == 4:
                start *= math.sqrt(6 / value[0].numel())
            else:
                start = 1 + 0.2 * start if is_norm(net, name) and name.endswith("weight") else 0.1 * start
            value.copy_(start.float())
        for seed, (name, value) in enumerate(statistics(net)):
            start = noise(value.numel(), 500 + seed)
            value.copy_((1 + 0.5 * start if name.endswith("running_var") else 0.1 * start).float())
    return net


def is_norm(net, name):
    return isinstance(net.get_submodule(name.rsplit(".", 1)[0]), torch.nn.BatchNorm2d)


def statistics(net):
    return [(name, value) for name, value in net.named_buffers() if "num_batches" not in name]


def seen(tensor, seed=0):
    flat = tensor.detach().flatten()
    return [float(f"{x:.9g}") for x in [(flat * noise(flat.numel(), seed)).sum(), flat.norm()]]


def parameters(net):
    return [[ours(name), list(value.shape)] for name, value in net.named_parameters()]


def tensors(pairs, prefix=""):
    return {prefix + ours(name): seen(value) for name, value in pairs}


def features(net, image):
    stem = net.relu(net.bn1(net.conv1(image)))
    results = [stem]
    x = net.maxpool(stem)
    for stage in [net.layer1, net.layer2, net.layer3, net.layer4]:
        x = stage(x)
        results.append(x)
    return [{"shape": list(x.shape), "seen": seen(x)} for x in results]


def encoder_case(net, image_shape):
    fill(net)
    image = noise(math.prod(image_shape), 999).float().double().reshape(image_shape)
    net.eval()
    evaluated = features(net, image)
    net.train()
    trained = features(net, image)
    return {
        "imageShape": image_shape,
        "eval": evaluated,
        "train": trained,
        "statistics": tensors(statistics(net), "encoder."),
    }


def losses(logits, labels):
    axes = (0, 2, 3)
    log_p = F.log_softmax(logits, 1)
    p = log_p.exp()
    truth = F.one_hot(labels, logits.shape[1]).movedim(-1, 1)
    sizes = p.sum(axes) + truth.sum(axes)
    dice = 1 - ((2 * (p * truth).sum(axes) + 1e-5) / (sizes + 1e-5))[1:].mean()
    return F.nll_loss(log_p, labels), dice


def training_case(width, image_shape):
    body = torch.nn.Sequential(*Resnet34(width).children())
    net = fill(DynamicUnet(body, 3, tuple(image_shape[2:])))
    net.layers = net.layers[:-1]  # fastai's last layer makes float32 of it
    net.train()
    images = noise(10 * math.prod(image_shape), 999).float().double().reshape(10, *image_shape)
    place = torch.arange(10 * image_shape[0] * math.prod(image_shape[2:]))
    labels = ((3 * place**2 + 5 * place) % 11 % 3).reshape(10, image_shape[0], *image_shape[2:])
    decays = [value for value in net.parameters() if value.dim() == 4]
    plain = [value for value in net.parameters() if value.dim() != 4]
    # A gentle optimiser: with AdamW or a higher rate, PyTorch's own float32 leaves its float64 by
    # 1e-4 to 1e-2 within ten steps, by batch norm over few numbers and steps along gradients near 0.
    optimiser = torch.optim.SGD(
        [{"params": decays, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}],
        lr=0.001, momentum=0.9, nesterov=True)
    steps = []
    for image, target in zip(images, labels):
        cross_entropy, dice = losses(net(image), target)
        optimiser.zero_grad()
        (cross_entropy + dice).backward()
        optimiser.step()
        steps.append({"crossEntropy": cross_entropy.item(), "dice": dice.item()})
    net.eval()
    return {
        "width": width,
        "imageShape": image_shape,
        "parameters": parameters(net),
        "steps": steps,
        "weights": tensors(net.named_parameters()),
        "statistics": tensors(statistics(net)),
        "eval": seen(net(images[0])),
    }


# What unet_learner(dls, resnet34) makes.
whole = DynamicUnet(torch.nn.Sequential(*list(torchvision.models.resnet34().children())[:-2]), 3, (64, 64))
print(json.dumps({
    "madeWith": f"torch {torch.__version__}, torchvision {torchvision.__version__}, fastai 2.8.12",
    "encoders": {
        "64": encoder_case(torchvision.models.resnet34(), [2, 3, 32, 64]),
        "4": encoder_case(Resnet34(4), [2, 3, 64, 64]),
    },
    "training": training_case(8, [4, 3, 64, 64]),
    "fullWeights": sum(value.numel() for value in whole.parameters()),
}))
