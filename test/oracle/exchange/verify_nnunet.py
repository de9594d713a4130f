"""nnU-Net's own integrity check of raw data sets, which `hepar export nnunet` wrote.

    python verify_nnunet.py <nnUNet_raw> > nnunet.json

Prints, of each data set, how many cases nnU-Net found and what it said. Needs: pip install nnunetv2.
"""

import contextlib
import io
import json
import os
import sys
from importlib.metadata import version

raw = sys.argv[1]
os.environ.update(nnUNet_raw=raw, nnUNet_preprocessed=raw, nnUNet_results=raw)
from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity
from nnunetv2.utilities.utils import get_filenames_of_train_images_and_targets


def check(folder):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            verify_dataset_integrity(folder, 1)
            end = "passed"
        except Exception as error:
            end = f"{type(error).__name__}: {error}"
    cases = get_filenames_of_train_images_and_targets(folder)
    path = os.path.join(folder, "splits_final.json")
    folds = json.load(open(path)) if os.path.exists(path) else []
    for fold in folds:
        assert not set(fold["train"]) & set(fold["val"])
        assert set(fold["train"] + fold["val"]) <= set(cases)
    return {
        "verify_dataset_integrity": end,
        "cases": len(cases),
        "folds": len(folds),
        # About geometry nnU-Net only warns, on standard output.
        "warnings": [
            line
            for line in said.getvalue().splitlines()
            if line.lower().startswith(("warning", "error"))
        ],
    }


# nnU-Net starts processes of its own, which read this file again.
if __name__ == "__main__":
    names = sorted(name for name in os.listdir(raw) if name.startswith("Dataset"))
    found = {name: check(os.path.join(raw, name)) for name in names}
    versions = {name: version(name) for name in ("nnunetv2", "SimpleITK")}
    json.dump({**versions, "datasets": found}, sys.stdout, indent=2)
    print()
