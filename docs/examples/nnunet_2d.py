"""Slices of a hepar cohort as an nnU-Net v2 raw data set of 2D images.

    hepar convert <cohort> --format png
    python nnunet_2d.py <cohort> <nnUNet_raw>/Dataset501_LiverSlices

Tried with nnunetv2 2.8.1: its own verify_dataset_integrity is run at the end.
"""

import json
import shutil
import sys
from pathlib import Path

import pandas as pd

cohort, dataset = Path(sys.argv[1]), Path(sys.argv[2])
slices = pd.read_parquet(cohort / "slices/slices.parquet").dropna(subset=["mask"])
if not slices["image"].str.endswith(".png").all():
    sys.exit("nnU-Net reads no JPEG: make the slices with hepar convert <cohort> --format png")

for folder in ("imagesTr", "labelsTr"):
    (dataset / folder).mkdir(parents=True, exist_ok=True)
slices["id"] = [Path(image).stem for image in slices["image"]]
for row in slices.itertuples():
    # One file holds all three channels, so that there is only a _0000.
    shutil.copyfile(cohort / row.image, dataset / "imagesTr" / f"{row.id}_0000.png")
    shutil.copyfile(cohort / row.mask, dataset / "labelsTr" / f"{row.id}.png")

(dataset / "dataset.json").write_text(
    json.dumps(
        {
            # The name chooses the normalisation: bytes to 0–1.
            "channel_names": {str(channel): "rgb_to_0_1" for channel in range(3)},
            "labels": {"background": 0, "liver": 1, "tumour": 2},
            "numTraining": len(slices),
            "file_ending": ".png",
            "overwrite_image_reader_writer": "NaturalImage2DIO",
        },
        indent=2,
    )
)

# hepar's folds, by patient; nnU-Net's own would be by slice. They belong into nnUNet_preprocessed.
folds = sorted(slices["fold"].dropna().unique())
splits = [
    {
        "train": slices.loc[slices["fold"] != fold, "id"].tolist(),
        "val": slices.loc[slices["fold"] == fold, "id"].tolist(),
    }
    for fold in folds
]
if splits:
    (dataset / "splits_final.json").write_text(json.dumps(splits, indent=2))

if __name__ == "__main__":
    from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity

    verify_dataset_integrity(str(dataset), num_processes=2)
    print(f"{len(slices)} slices of {slices['case'].nunique()} cases, {len(splits)} folds: {dataset}")
