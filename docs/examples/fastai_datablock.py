"""Slices of a hepar cohort as fastai DataLoaders: python fastai_datablock.py <cohort>

Tried with fastai 2.8.12, torch 2.14.1, pandas and pyarrow 26.0.1.
"""

import sys
from pathlib import Path

import pandas as pd
from fastai.vision.all import (
    ColSplitter,
    DataBlock,
    ImageBlock,
    MaskBlock,
    Resize,
    ResizeMethod,
    resnet18,
    unet_learner,
    CrossEntropyLossFlat,
)

cohort = Path(sys.argv[1])
slices = pd.read_parquet(cohort / "slices/slices.parquet").dropna(subset=["mask"])

# By patient, never by slice: a slice's neighbour shows nearly the same.
held_out = slices["split"] == "held-out"
if not held_out.any():  # no splits.json yet: hepar train writes it
    held_out = slices["case"] == slices["case"].iloc[-1]
slices["is_valid"] = held_out

block = DataBlock(
    blocks=(ImageBlock, MaskBlock(codes=["background", "liver", "tumour"])),
    get_x=lambda row: cohort / row["image"],
    get_y=lambda row: cohort / row["mask"],
    splitter=ColSplitter("is_valid"),
    item_tfms=Resize(128, method=ResizeMethod.Squish),
)
dls = block.dataloaders(slices, bs=4, num_workers=0)
images, masks = dls.one_batch()
print("images", tuple(images.shape), "masks", tuple(masks.shape), "labels", masks.unique().tolist())
assert images.shape[1:] == (3, 128, 128) and set(masks.unique().tolist()) <= {0, 1, 2}

learner = unet_learner(dls, resnet18, n_out=3, pretrained=False, loss_func=CrossEntropyLossFlat(axis=1))
print("loss before training", float(learner.validate()[0]))
