"""hepar's U-Net in PyTorch, for the benchmarks, with the weights that hepar's own run uses."""
import numpy as np
import torch
from torch import nn


class Layers:
    """The layers of images (rank 2) or volumes (rank 3)."""

    def __init__(self, rank):
        self.conv, self.norm, self.up = [
            (nn.Conv2d, nn.InstanceNorm2d, nn.ConvTranspose2d),
            (nn.Conv3d, nn.InstanceNorm3d, nn.ConvTranspose3d),
        ][rank - 2]

    def block(self, inputs, outputs, stride):
        return nn.Sequential(
            self.conv(inputs, outputs, 3, stride, 1, bias=False),
            self.norm(outputs, affine=True, eps=1e-5),
            nn.LeakyReLU(0.01, inplace=True),
        )

    def stage(self, inputs, outputs, stride):
        return nn.Sequential(self.block(inputs, outputs, stride), self.block(outputs, outputs, 1))


class Decoder(nn.Module):
    def __init__(self, layers, inputs, outputs):
        super().__init__()
        self.up = layers.up(inputs, outputs, 2, 2)
        self.stage = layers.stage(2 * outputs, outputs, 1)

    def forward(self, x, skip):
        return self.stage(torch.cat([self.up(x), skip], 1))


class Unet(nn.Module):
    def __init__(self, rank, channels, classes, widths):
        super().__init__()
        layers = Layers(rank)
        inputs = [channels, *widths[:-1]]
        self.encoder = nn.ModuleList(
            layers.stage(a, b, 1 if depth == 0 else 2) for depth, (a, b) in enumerate(zip(inputs, widths))
        )
        pairs = list(zip(widths[1:], widths[:-1]))[::-1]
        self.decoder = nn.ModuleList(Decoder(layers, a, b) for a, b in pairs)
        self.head = layers.conv(widths[0], classes, 1)

    def forward(self, x):
        skips = []
        for part in self.encoder:
            x = part(x)
            skips.append(x)
        for part, skip in zip(self.decoder, skips[-2::-1]):
            x = part(x, skip)
        return self.head(x)


def load_weights(net, path):
    """Raw float32, in the network's order; all of them must be used."""
    flat = torch.from_numpy(np.fromfile(path, np.float32))
    at = 0
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(flat[at : at + parameter.numel()].reshape(parameter.shape))
            at += parameter.numel()
    assert at == flat.numel(), (at, flat.numel())
