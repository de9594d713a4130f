"""One training step of hepar's U-Net in PyTorch: forward, loss, backward, AdamW. Prints JSON.

train_step.py <job.json> <form>, form one of: eager, channels_last, compile.
The job names the weights (raw float32, in the network's order), the images and the labels that
hepar's own run uses, so that the losses must be equal.
"""
import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from unet import Unet, load_weights

job = json.load(open(sys.argv[1]))
form = sys.argv[2]
torch.set_num_threads(job["threads"])
rank = len(job["imageShape"]) - 2


def loss_of(logits, labels):
    axes = (0, *range(2, logits.dim()))
    log_p = F.log_softmax(logits, 1)
    p = log_p.exp()
    truth = F.one_hot(labels, logits.shape[1]).movedim(-1, 1).float()
    common = (p * truth).sum(axes)
    dice = 1 - ((2 * common + 1e-5) / (p.sum(axes) + truth.sum(axes) + 1e-5))[1:].mean()
    return F.nll_loss(log_p, labels) + dice


net = Unet(rank, job["imageShape"][1], job["classes"], job["widths"])
load_weights(net, job["weights"])
image = torch.from_numpy(np.fromfile(job["image"], np.float32)).reshape(job["imageShape"])
labels = torch.from_numpy(np.fromfile(job["labels"], np.uint8)).long()
labels = labels.reshape(job["imageShape"][0], *job["imageShape"][2:])
kernels = [p for p in net.parameters() if p.dim() > 1]
others = [p for p in net.parameters() if p.dim() <= 1]
optimiser = torch.optim.AdamW(
    [{"params": kernels, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=job["rate"]
)
if form == "channels_last":
    layout = torch.channels_last if rank == 2 else torch.channels_last_3d
    net, image = net.to(memory_format=layout), image.contiguous(memory_format=layout)
run = torch.compile(net) if form == "compile" else net

seconds, losses = [], []
for step in range(job["warmUp"] + job["steps"]):
    start = time.perf_counter()
    loss = loss_of(run(image), labels)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
    if step >= job["warmUp"]:
        seconds.append(time.perf_counter() - start)
print(json.dumps({
    "seconds": sorted(seconds)[len(seconds) // 2],
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "losses": losses,
}))
