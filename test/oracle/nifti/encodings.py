"""Small files in every way NIfTI can say the same, and what nibabel reads from each.

python encodings.py > encodings.json          (nibabel 5.4.2, numpy 2.4.6)

`files` are gzipped and in base64, by the ending they are to be written under; `values` are float32,
first axis fastest.
"""
import base64
import gzip
import io
import json

import nibabel as nib
import numpy as np

types = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]
classes = {"1": nib.Nifti1Image, "2": nib.Nifti2Image, "1 pair": nib.Nifti1Pair, "2 pair": nib.Nifti2Pair}
affine = np.array([[0.75, -0.5, 0, 10.1], [0.5, 0.75, 0.25, -20], [-0.125, 0, 5, 30.5], [0, 0, 0, 1]])
# slope and intercept as they stand in the header
scalings = [(1, 0), (0, 0), (0, 7), (float("nan"), float("nan")), (float("inf"), 0), (0.5, -1024), (-2, 3), (1e-3, 0)]


def stored(kind):
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        values = [-1024, 3071, 0.5, -0.25, 1e5, 0, 1, 2, 3, 4, 5, 6]
    else:
        limits = np.iinfo(dtype)
        values = [limits.min, limits.max, 0, 1, 2, 3, 4, 100, 101, 102, 103, 104]
    return np.array(values, dtype).reshape((3, 2, 2), order="F")


def case(kind, version, order, scaling, extensions=()):
    dtype = np.dtype(kind).newbyteorder(order)
    header = classes[version].header_class(endianness=order)
    image = classes[version](stored(kind).astype(dtype), affine, header, dtype=dtype)
    image.header.extensions.extend(nib.nifti1.Nifti1Extension(6, text) for text in extensions)
    parts = {name: nib.FileHolder(fileobj=io.BytesIO()) for name, _ in image.files_types}
    image.to_file_map(parts)
    contents = {name: bytearray(part.fileobj.getvalue()) for name, part in parts.items()}
    # nibabel chooses the scaling itself when it writes: what is wanted is put in its place.
    first = contents["header" if "pair" in version else "image"]
    field, at = ("f4", 112) if version.startswith("1") else ("f8", 176)
    pair = np.array(scaling, np.dtype(field).newbyteorder(order)).tobytes()
    first[at : at + len(pair)] = pair
    again = classes[version].from_file_map(
        {name: nib.FileHolder(fileobj=io.BytesIO(bytes(content))) for name, content in contents.items()}
    )
    values = np.asarray(again.get_fdata(dtype=np.float64), np.float32).ravel(order="F")
    packed = {
        {"header": ".hdr", "image": ".img" if "pair" in version else ".nii"}[name]:
            base64.b64encode(gzip.compress(bytes(content), mtime=0)).decode()
        for name, content in contents.items()
    }
    about = f"{np.dtype(kind).name} {'little' if order == '<' else 'big'}-endian, NIfTI-{version}, scaling {scaling}"
    return {
        "about": about + (f", {len(extensions)} extensions" if extensions else ""),
        "version": int(version[0]),
        "type": np.dtype(kind).name,
        "littleEndian": order == "<",
        "affine": [float(x) for x in again.affine.ravel()],
        "values": [float(x) for x in values],
        "files": packed,
    }


cases = [case(kind, version, order, (1, 0)) for kind in types for version in classes for order in "<>"]
cases += [case(kind, version, order, scaling) for kind in ["u1", "i2", "f4"] for version in ["1", "2 pair"] for order in "<>" for scaling in scalings[1:]]
cases += [case("i2", version, "<", (1, 0), [b"one", b"x" * 1000, b"three"]) for version in classes]
versions = {"nibabel": nib.__version__, "numpy": np.__version__}
rows = ",\n".join(json.dumps(row) for row in cases)
print(json.dumps({"versions": versions})[:-1] + ', "cases": [\n' + rows + "\n]}")
