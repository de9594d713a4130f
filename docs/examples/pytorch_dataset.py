"""Slices of a hepar cohort as a PyTorch Dataset: python pytorch_dataset.py <cohort>

Tried with torch 2.14.1, pillow 13.0.0, pandas and pyarrow 26.0.1.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class LiverSlices(Dataset):
    """Slices with a mask, at the size they were converted to (hepar convert --size 128)."""

    def __init__(self, cohort, split):
        self.cohort = Path(cohort)
        rows = pd.read_parquet(self.cohort / "slices/slices.parquet").dropna(subset=["mask"])
        if rows["split"].isna().all():  # no splits.json yet: hepar train writes it
            last = rows["case"] == rows["case"].iloc[-1]
            rows["split"] = np.where(last, "held-out", "train")
        self.rows = rows[rows["split"] == split].reset_index(drop=True)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        row = self.rows.iloc[index]
        image = np.asarray(Image.open(self.cohort / row["image"]))  # (height, width, 3)
        labels = np.asarray(Image.open(self.cohort / row["mask"]))  # (height, width): 0, 1, 2
        channels = torch.from_numpy(image.copy()).permute(2, 0, 1).float() / 255
        return channels, torch.from_numpy(labels.astype(np.int64))


if __name__ == "__main__":
    torch.manual_seed(1)
    training = LiverSlices(sys.argv[1], "train")
    images, masks = next(iter(DataLoader(training, batch_size=4, shuffle=True)))
    print(len(training), "slices; images", tuple(images.shape), "labels", masks.unique().tolist())
    assert images.shape[1] == 3 and set(masks.unique().tolist()) <= {0, 1, 2}
    # The index counts what the masks hold.
    counted = sum(int((training[n][1] == 2).sum()) for n in range(len(training)))
    assert counted == training.rows["tumour_pixels"].sum()
    network = torch.nn.Conv2d(3, 3, 3, padding=1)
    loss = torch.nn.functional.cross_entropy(network(images), masks)
    loss.backward()
    print("loss", round(loss.item(), 3))
