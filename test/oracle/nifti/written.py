"""The affines that nibabel finds in headers that hepar wrote.

python written.py written.json          (nibabel 5.4.2); fills in `nibabel` from `header`, in place.
"""
import io
import json
import sys

import nibabel as nib

with open(sys.argv[1]) as file:
    oracle = json.load(file)
oracle["version"] = nib.__version__
for case in oracle["cases"]:
    reader = nib.Nifti2Header if case.get("version") == 2 else nib.Nifti1Header
    header = reader.from_fileobj(io.BytesIO(bytes.fromhex(case["header"])), check=True)
    assert list(header.get_data_shape()) == case["dims"]
    case["nibabel"] = [float(x) for x in header.get_best_affine().ravel()]
with open(sys.argv[1], "w") as file:
    json.dump(oracle, file, indent=1)
