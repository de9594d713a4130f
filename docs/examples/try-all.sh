#!/bin/sh
# Runs every example on a phantom cohort, from a checkout: sh docs/examples/try-all.sh [folder]
# Python and what the examples import go into a virtual environment in that folder, some gigabytes.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
hepar() { node "$root/scripts/hepar.mjs" "$@"; }
python="$folder/venv/bin/python"
if [ ! -x "$python" ]; then
  python3 -m venv "$folder/venv"
  "$python" -m pip install -q fastai==2.8.12 nnunetv2==2.8.1 pyarrow==26.0.1
fi

rm -rf "$folder/data" "$folder/cohort" "$folder/nnUNet_raw"
hepar phantom --out "$folder/data" --cases 4 --width 64 --depth 8
hepar catalog "$folder/data" --out "$folder/cohort"
hepar train "$folder/cohort" --model tiny --recipe demo --epochs 1 --size 32 --widths 4,8
"$python" "$root/docs/examples/fastai_datablock.py" "$folder/cohort"
"$python" "$root/docs/examples/pytorch_dataset.py" "$folder/cohort"
hepar convert "$folder/cohort" --format png
"$python" "$root/docs/examples/nnunet_2d.py" "$folder/cohort" "$folder/nnUNet_raw/Dataset501_LiverSlices"
echo "all examples ran: $folder"
