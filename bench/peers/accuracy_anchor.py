"""The accuracy to beat: a plain 2D U-Net in PyTorch, trained on some patients, scored on others.

accuracy_anchor.py <data> <output> [--held-out 4,11,22,35,41,48] [--minutes 41 | --steps N] [--form F]

<data> holds volume-<case>.nii.gz and segmentation-<case>.nii.gz: 256 × 256 slices, HU −40 … 160 as
bytes, labels 0 background, 1 liver, 2 tumour. <output> gets checkpoint.pt every few minutes, from
which the same command goes on, and result.json, which is printed too. --minutes times a few steps first
and fixes the number of steps from them, for the schedule must know its length: the machine should be
quiet then. On a busy one, give --steps. The held-out patients are looked at once, at the end.

Fastest with GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=4294967296
"""
import argparse
import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CLASSES = 3
WIDTHS = (24, 48, 96, 192, 256)
INPUT = 128  # the side of what the network sees; scores are at the stack's own 256
BATCH = 16
RATE = 2e-3  # the peak of the one-cycle schedule
CHECKPOINT_SECONDS = 180


# Data


def read_nifti(path):
    """(slices, rows, columns) uint8, as stored: for the images 0 … 255 stands for HU −40 … 160."""
    data = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(data, "<i2", 8, 40)[1:4]
    datatype = np.frombuffer(data, "<i2", 1, 70)[0]
    start = int(np.frombuffer(data, "<f4", 1, 108)[0])
    if datatype != 2:
        raise ValueError(f"{path}: expected bytes (NIfTI data type 2), got data type {datatype}")
    return np.frombuffer(data, np.uint8, int(shape.prod()), start).reshape(shape[::-1]).copy()


def read_cases(folder):
    """{case: (images, labels)}, in the order of the case's number."""
    cases = sorted(int(path.name.split("-")[1].split(".")[0]) for path in folder.glob("volume-*.nii.gz"))
    return {
        case: tuple(read_nifti(folder / f"{kind}-{case}.nii.gz") for kind in ("volume", "segmentation"))
        for case in cases
    }


def batch_indices(step, count):
    """The slices of a step: every slice once an epoch, in an order that depends on the epoch alone."""
    epoch, at = divmod(step, count // BATCH)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(epoch))
    return order[at * BATCH : (at + 1) * BATCH]


def uniform(low, high, random, *shape):
    return torch.empty(BATCH, *shape).uniform_(low, high, generator=random)


def augment(images, labels, random):
    """Bytes (N, 256, 256) → network input (N, 1, 128, 128) and labels (N, 128, 128), both moved alike.

    Rotation ±15°, scale ±20 %, shift ±10 % of the side; then contrast, brightness, gamma and noise.
    Untransformed, a sample falls between four pixels and so is their mean: what `shrink` gives.
    """
    angle = uniform(-15, 15, random).deg2rad()
    scale = uniform(0.8, 1.2, random)
    shift = uniform(-0.2, 0.2, random, 2)  # grid_sample's side is 2
    cos, sin = angle.cos() / scale, angle.sin() / scale
    matrix = torch.stack([torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(matrix, [BATCH, 1, INPUT, INPUT], align_corners=False)
    x = F.grid_sample(images[:, None] / 255, grid, align_corners=False)
    y = F.grid_sample(labels[:, None].float(), grid, mode="nearest", align_corners=False)

    each = (1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * uniform(0.75, 1.25, random, *each) + mean + uniform(-0.1, 0.1, random, *each)
    x = x.clamp(0, 1) ** uniform(-0.4, 0.4, random, *each).exp()
    x = x + torch.randn(x.shape, generator=random) * uniform(0, 0.05, random, *each)
    return normalise(x), y[:, 0].long()


def shrink(images):
    """Bytes (N, 256, 256) → network input (N, 1, 128, 128)."""
    return normalise(F.adaptive_avg_pool2d(images[:, None] / 255, INPUT))


def normalise(x):
    return (x - 0.16) / 0.29  # mean and deviation of the 13 patients that are not held out by default


# Network and loss


def stage(inputs, outputs):
    return nn.Sequential(*[
        layer
        for channels in (inputs, outputs)
        for layer in (
            nn.Conv2d(channels, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )
    ])


class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        pairs = list(zip(WIDTHS, WIDTHS[1:]))
        self.first = stage(1, WIDTHS[0])
        self.down = nn.ModuleList(nn.Sequential(nn.MaxPool2d(2), stage(a, b)) for a, b in pairs)
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in reversed(pairs))
        self.merge = nn.ModuleList(stage(2 * a, a) for a, _ in reversed(pairs))
        self.head = nn.Conv2d(WIDTHS[0], CLASSES, 1)

    def forward(self, x):
        skips = [self.first(x)]
        for down in self.down:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up, merge in zip(self.up, self.merge):
            x = merge(torch.cat([up(x), skips.pop()], 1))
        return self.head(x)


def loss_of(logits, labels):
    """Cross-entropy + soft Dice of liver and tumour over the whole batch."""
    p = logits.softmax(1)
    truth = F.one_hot(labels, CLASSES).movedim(-1, 1).float()
    axes = (0, 2, 3)
    dice = (2 * (p * truth).sum(axes) + 1) / (p.sum(axes) + truth.sum(axes) + 1)
    return F.cross_entropy(logits, labels) + 1 - dice[1:].mean()


# Training


class Trainer:
    """Network, optimiser and schedule after `step` steps, fed from slices kept in memory."""

    def __init__(self, images, labels, steps, form):
        torch.manual_seed(0)
        self.images, self.labels, self.step, self.losses = images, labels, 0, []
        self.layout = torch.contiguous_format if form in ("eager", "compile") else torch.channels_last
        self.net = Unet().to(memory_format=self.layout)
        self.run = torch.compile(self.net) if form.startswith("compile") else self.net
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=RATE, weight_decay=0.01)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, RATE, total_steps=steps)

    def train_step(self):
        picked = batch_indices(self.step, len(self.images))
        random = torch.Generator().manual_seed(self.step)
        x, y = augment(self.images[picked], self.labels[picked], random)
        loss = loss_of(self.run(x.contiguous(memory_format=self.layout)), y)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        self.schedule.step()
        self.step += 1
        self.losses.append(loss.item())

    @property
    def parts(self):
        return {"net": self.net, "optimiser": self.optimiser, "schedule": self.schedule}

    def save(self, path, **more):
        state = {name: part.state_dict() for name, part in self.parts.items()}
        torch.save({**state, "step": self.step, "losses": self.losses, **more}, f"{path}.part")
        os.replace(f"{path}.part", path)

    def load(self, path):
        state = torch.load(path)
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        self.step, self.losses = state["step"], state["losses"]
        return state


def time_steps(images, labels, form, count=60):
    """Seconds of each of `count` steps of a network that is thrown away, after ten to warm up."""
    trainer = Trainer(images, labels, count + 10, form)
    seconds = []
    for _ in range(count + 10):
        start = time.perf_counter()
        trainer.train_step()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds[10:])


def train(trainer, steps, checkpoint):
    """Trains to `steps`, on from the checkpoint if there is one. Returns wall and processor seconds."""
    before = trainer.load(checkpoint) if checkpoint.exists() else {"wall": 0, "processor": 0}
    if steps != trainer.schedule.total_steps:
        raise ValueError(f"{checkpoint} is of a run of {trainer.schedule.total_steps} steps, not {steps}")
    wall, processor = time.monotonic() - before["wall"], time.process_time() - before["processor"]
    saved = time.monotonic()

    def spent():
        return {"wall": time.monotonic() - wall, "processor": time.process_time() - processor}

    while trainer.step < steps:
        trainer.train_step()
        if trainer.step % 20 == 0:
            mean = sum(trainer.losses[-20:]) / 20
            print(f"step {trainer.step}/{steps}  loss {mean:.4f}  {spent()['wall']:.0f} s", flush=True)
        if time.monotonic() - saved > CHECKPOINT_SECONDS or trainer.step == steps:
            trainer.save(checkpoint, **spent())
            saved = time.monotonic()
    return trainer.load(checkpoint)


# Scores


@torch.no_grad()
def predict(net, images):
    """Labels (N, 256, 256) of a stack: logits at 128² are enlarged bilinearly, then the highest wins."""
    net.eval()
    labels = []
    for part in torch.from_numpy(images).split(BATCH):
        logits = F.interpolate(net(shrink(part)), part.shape[1:], mode="bilinear", align_corners=False)
        labels.append(logits.argmax(1).to(torch.uint8))
    return torch.cat(labels).numpy()


def dice(found, truth):
    """Over all voxels of a case. Where there is nothing to find: 1 if nothing was found, else 0."""
    total = int(found.sum()) + int(truth.sum())
    return 2 * int((found & truth).sum()) / total if total else 1.0


def score_case(found, truth):
    return {
        "liver": dice(found >= 1, truth >= 1),
        "tumour": dice(found == 2, truth == 2),
        "tumourVoxels": int((truth == 2).sum()),
        "predictedTumourVoxels": int((found == 2).sum()),
    }


def summarise(cases):
    scores = list(cases.values())
    return {
        "liver": float(np.mean([s["liver"] for s in scores])),
        "tumour": float(np.mean([s["tumour"] for s in scores])),
        "tumourWherePresent": float(np.mean([s["tumour"] for s in scores if s["tumourVoxels"]])),
        "inventedTumourVoxels": sum(s["predictedTumourVoxels"] for s in scores if not s["tumourVoxels"]),
        "cases": cases,
    }


# Command line


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--held-out", default="4,11,22,35,41,48")
    parser.add_argument("--minutes", type=float, default=41)
    parser.add_argument("--steps", type=int, help="instead of --minutes")
    parser.add_argument("--threads", type=int, default=2)
    forms = ["eager", "channels_last", "compile", "compile_channels_last"]
    parser.add_argument("--form", choices=forms, default="channels_last")
    return parser.parse_args()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    options.output.mkdir(parents=True, exist_ok=True)
    cases = read_cases(options.data)
    held_out = [int(case) for case in options.held_out.split(",")]
    missing = set(held_out) - set(cases)
    if missing:
        raise ValueError(f"{options.data}: no case {sorted(missing)} to hold out")
    trained = [case for case in cases if case not in held_out]
    images, labels = (torch.from_numpy(np.concatenate([cases[case][k] for case in trained])) for k in (0, 1))

    steps = options.steps
    if steps is None:
        seconds = time_steps(images, labels, options.form)
        steps = int(options.minutes * 60 / seconds[len(seconds) // 2])
        print(f"{steps} steps fit: {seconds[len(seconds) // 2]:.4f} s each", flush=True)
    trainer = Trainer(images, labels, steps, options.form)
    spent = train(trainer, steps, options.output / "checkpoint.pt")
    result = {
        "subject": "accuracy-anchor",
        **summarise({case: score_case(predict(trainer.net, cases[case][0]), cases[case][1]) for case in held_out}),
        "trainedOn": trained,
        "slices": len(images),
        "steps": steps,
        "batch": BATCH,
        "wallSeconds": spent["wall"],
        "processorSeconds": spent["processor"],
        "finalLoss": float(np.mean(trainer.losses[-100:])),
        "form": options.form,
        "torch": torch.__version__,
    }
    (options.output / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
