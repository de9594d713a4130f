#!/usr/bin/env bash
# The peers of the benchmarks, in virtual environments of their own: bench/.venv and bench/.venv-fastai. hepar never needs it.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 -m venv .venv
.venv/bin/pip install --quiet torch==2.13.0 numpy==2.4.6 scipy==1.17.1 SimpleITK==2.5.7 nibabel==5.4.2 scikit-image==0.26.0 connected-components-3d==4.1.1 edt==3.1.2 isal==1.9.1 indexed_gzip==1.10.3 pillow==13.0.0
# fastai chooses its own torch.
python3 -m venv .venv-fastai
.venv-fastai/bin/pip install --quiet fastai==2.8.12 pydicom==3.0.2 kornia==0.9.0 scikit-image nibabel==5.4.2 numpy==2.4.6 pillow==13.0.0
# MONAI runs on the first one's torch.
python3 -m venv .venv-monai
for site in .venv-monai/lib/python3*/site-packages; do ls -d "$PWD"/.venv/lib/python3*/site-packages > "$site/peers.pth"; done
.venv-monai/bin/pip install --quiet --no-deps monai==1.6.1
# The evaluation's, with test/oracle/evaluate's: panoptica wants an older numpy.
python3 -m venv .venv-evaluate
.venv-evaluate/bin/pip install --quiet MedPy==0.5.2 surface-distance==0.1 panoptica==2.1.7 monai==1.6.1 scipy==1.17.1 SimpleITK==2.5.7 nibabel scikit-learn==1.9.1 statsmodels==0.15.0 numpy==2.2.6
