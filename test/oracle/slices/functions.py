"""Makes functions.json: what fastai's CT functions give, and what PIL decodes of its JPEGs.

In a virtual environment: pip install fastai==2.8.12 pydicom kornia scikit-image nibabel tifffile
Then: npm run build && python test/oracle/slices/functions.py <folder with the real data>

Versions are written into the JSON. hepar's tests hold its own code against these numbers: hashes of
the little-endian float32, bytes or 16-bit words (16 digits of SHA-256), and a few values to look at.
`ours` are the hashes of JPEGs that hepar itself wrote, once PIL has read fastai's numbers from them
(and PIL and tifffile from its TIFF, whose bytes depend on the machine's compressor).
"""
import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

warnings.filterwarnings("ignore")
import fastai
import kornia
import nibabel
import numpy as np
import PIL.Image
import PIL.features
import pydicom
import tifffile
import torch
from fastai.medical import imaging
from fastai.medical.imaging import crop_resize, dicom_windows, gauss_blur2d, mask2bbox

random = np.random.default_rng(11)

PRESETS = {name: list(window) for name, window in vars(dicom_windows).items()}
CUSTOM = [200, 60]
# Odd, tiny, fractional and huge windows.
OTHERS = [[2, 0], [3, 40], [151, 30], [150.5, 30.25], [99.9, -0.1], [65536, 0], [7, 1e-3]]
BINS = [1, 2, 7, 100, 255, 501, 1000, 5000]
GIVEN = [-100.0, 0.0, 37.5, 60.0, 200.0]
SETS = {
    "default": ([dicom_windows.liver, tuple(CUSTOM)], None),
    "one": ([dicom_windows.liver], 0),
    "histogram": ([], None),
    "three windows": ([dicom_windows.liver, dicom_windows.lungs, dicom_windows.spine_bone], 0),
    "four": ([dicom_windows.liver, tuple(CUSTOM), (350, 50)], None),
    "given": ([dicom_windows.liver, tuple(CUSTOM)], GIVEN),
    "six": ([dicom_windows.brain, dicom_windows.stroke, (151, 30), (99.9, -0.1), (2, 0)], None),
}


def sha(values, dtype):
    return hashlib.sha256(np.ascontiguousarray(values, dtype=dtype).tobytes()).hexdigest()[:16]


def floats(values):
    return sha(values, "<f4")


def base64_of(values, dtype):
    return base64.b64encode(np.ascontiguousarray(values, dtype=dtype).tobytes()).decode()


def bytes_of(hu, windows, bins):
    """save_jpg's bytes, [channels, height, width]."""
    return (hu.to_nchan(windows, bins) * 255).byte().numpy()


def decoded(image, **options):
    """The pixels that PIL reads of the JPEG that it writes."""
    file = io.BytesIO()
    image.save(file, format="jpeg", **options)
    return np.asarray(PIL.Image.open(file))


def jpegs(hu, windows, bins):
    """fastai's own file where it can write one, decoded; qualities and chroma by PIL alone."""
    planes = bytes_of(hu, windows, bins)
    if planes.shape[0] not in (1, 3, 4):
        return None
    if planes.shape[0] == 1:
        image = PIL.Image.fromarray(planes[0])
    else:
        mode = {3: "RGB", 4: "CMYK"}[planes.shape[0]]
        image = PIL.Image.fromarray(np.ascontiguousarray(planes.transpose(1, 2, 0)), mode=mode)
        path = Path("/tmp/hepar-oracle.jpg")
        hu.save_jpg(path, windows, bins)
        theirs = np.asarray(PIL.Image.open(path))
        assert (theirs == decoded(image, quality=90)).all()
        path.unlink()
    result = {f"4:2:0 {q}": sha(decoded(image, quality=q), "u1") for q in (80, 90, 95, 100)}
    result["4:4:4 90"] = sha(decoded(image, quality=90, subsampling=0), "u1")
    return result


def tiff(hu):
    path = Path("/tmp/hepar-oracle.tif")
    hu.save_tif16(path)
    words = np.array(PIL.Image.open(path))
    path.unlink()
    assert (words == hu.to_uint16()).all() and words.dtype == np.uint16
    return words


def masks(hu):
    results = []
    for name, sigma, thresh, remove_max in [
        ("brain", 0.3, 0.05, True),
        ("liver", 0.3, 0.05, True),
        ("liver", 0.1, 0.2, False),
    ]:
        window = getattr(dicom_windows, name)
        p = hu.windowed(*window)
        if remove_max:
            p[p == 1] = 0
        blur = gauss_blur2d(p, s=sigma * hu.shape[-1]).reshape(hu.shape)
        mask = hu.mask_from_blur(window, sigma, thresh, remove_max).reshape(hu.shape)
        box = mask2bbox(mask)
        # gauss_blur2d squeezes, so that one row or column must be put back as above.
        crops = box[..., None]
        results.append(
            {
                "window": name,
                "sigma": sigma,
                "threshold": thresh,
                "removeMax": remove_max,
                "blur": [float(v) for v in blur.flatten()[:: max(1, blur.numel() // 40)]],
                "inside": int(mask.sum()),
                "mask": sha(mask, "u1"),
                "nearest": float((blur - np.float32(thresh)).abs().min()),
                "box": box.flatten().tolist(),
                # fastai's crop_resize is for squares.
                "cropped": [float(v) for v in crop_resize(p[None], crops, (5, 7)).flatten()]
                if hu.shape[0] == hu.shape[1]
                else None,
            }
        )
    return results


def answers_of(values):
    hu = torch.tensor(np.ascontiguousarray(values, dtype=np.float32))
    every = {**PRESETS, "custom": CUSTOM}
    result = {
        "height": hu.shape[0],
        "width": hu.shape[1],
        "sha256": floats(hu),
        "windowed": {name: floats(hu.windowed(*w)) for name, w in every.items()},
        "others": [floats(hu.windowed(*w)) for w in OTHERS],
        "inWindow": {name: ct_share(hu, w) for name, w in every.items()},
        "bins": {n: floats(hu.freqhist_bins(n)) for n in BINS},
        "histScaled": {n: floats(hu.hist_scaled(hu.freqhist_bins(n))) for n in BINS},
        "histScaledGiven": floats(hu.hist_scaled(torch.tensor(GIVEN))),
        "channels": {},
        "greys": {},
        "jpeg": {},
        "words": sha(hu.to_uint16(), "<u2"),
        "tiff": sha(tiff(hu), "<u2"),
        "wrapped": int((hu.hist_scaled() == 1).sum()),
        "masks": masks(hu),
        "few": [float(v) for v in hu.hist_scaled().flatten()[:: max(1, hu.numel() // 5)][:5]],
    }
    for name, (windows, given) in SETS.items():
        bins = torch.tensor(given) if isinstance(given, list) else given
        result["greys"][name] = floats(hu.to_nchan(windows, bins))
        result["channels"][name] = sha(bytes_of(hu, windows, bins), "u1")
        result["jpeg"][name] = jpegs(hu, windows, bins)
    return result


class Dicom:
    """What pct_in_window asks of a DICOM data set."""

    def __init__(self, hu):
        self.scaled_px = hu


def ct_share(hu, window):
    return imaging.DcmDataset.pct_in_window(Dicom(hu), *window)


def abdomen(height, width):
    y, x = np.mgrid[:height, :width].astype(float)
    x, y = (x - width / 2) / width, (y - height / 2) / height
    hu = np.full((height, width), -1000.0)
    hu[x**2 + y**2 < 0.46**2] = -90
    hu[(x + 0.1) ** 2 + y**2 < 0.28**2] = 105
    hu[(x + 0.12) ** 2 + (y - 0.06) ** 2 < 0.006] = 55
    hu[x**2 + (y - 0.3) ** 2 < 0.006] = 480
    return np.rint(hu + random.normal(0, 12, hu.shape))


EDGES = {
    "constant": np.full((6, 9), 40),
    "two values": np.where(np.arange(63).reshape(7, 9) % 3 == 0, -1000, 60),
    "1 x 1": np.array([[17]]),
    "one row": random.integers(-200, 300, (1, 31)),
    "one column": random.integers(-200, 300, (31, 1)),
    "odd widths": abdomen(33, 47),
    "square": abdomen(40, 40),
    "outside the windows": np.where(np.arange(400).reshape(20, 20) % 2 == 0, -32768, 32767),
    "fractions": abdomen(24, 25) + random.normal(0, 0.4, (24, 25)),
    "rescaled by 0.3": abdomen(32, 32) * 0.3,
    "more bins than pixels": random.permutation(20).reshape(4, 5) * 10,
    "beyond 16 bits": random.normal(0, 40000, (16, 16)),
}


def ours(name):
    """Files that hepar writes of an edge case: PIL and tifffile must read fastai's numbers."""
    hu = torch.tensor(np.float32(EDGES[name]))
    shape = f"width: {hu.shape[1]}, height: {hu.shape[0]}"
    with tempfile.TemporaryDirectory() as folder:
        Path(f"{folder}/hu").write_bytes(np.ascontiguousarray(hu, dtype="<f4").tobytes())
        code = f"""
            const {{ readFileSync }} = await import("node:fs");
            const {{ saveJpg, saveTif16 }} = await import("./dist/slices/index.node.js");
            const hu = new Float32Array(Uint8Array.from(readFileSync("{folder}/hu")).buffer);
            const sets = {json.dumps(OUR_SETS)};
            for (const [set, channels] of Object.entries(sets)) {{
              await saveJpg("{folder}/" + set + ".jpg", hu, {{ ...channels, {shape} }});
            }}
            await saveTif16("{folder}/16.tif", hu, {{ {shape}, white: "wraps" }});
        """
        run_node(code)
        files = {path.name: path.read_bytes() for path in Path(folder).glob("*.*")}
        for set in OUR_SETS:
            theirs = jpegs(hu, *SETS[set])["4:2:0 90"]
            assert sha(np.asarray(PIL.Image.open(f"{folder}/{set}.jpg")), "u1") == theirs
        words = hu.to_uint16()
        assert (np.array(PIL.Image.open(f"{folder}/16.tif")) == words).all()
        assert (tifffile.imread(f"{folder}/16.tif") == words).all()
    jpegs_of_ours = sorted(item for item in files.items() if item[0] != "16.tif")
    return {name: sha(np.frombuffer(file, "u1"), "u1") for name, file in jpegs_of_ours}


OUR_SETS = {
    "default": {},
    "one": {"windows": ["liver"], "histogram": False},
    "four": {"windows": ["liver", "custom", {"width": 350, "level": 50}]},
}


def run_node(code):
    node = ["node", "--input-type=module", "-e", code]
    subprocess.run(node, check=True, cwd=Path(__file__).parents[3])


def planes_of(path, count):
    """Slices in LPS, as hepar cuts them: column to the patient's left, row to the back."""
    image = nibabel.load(path)
    to_lps = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt("LPS")
    )
    hu = np.asarray(image.as_reoriented(to_lps).dataobj).astype(np.float32)
    depth = hu.shape[2]
    for k in sorted({(2 * n + 1) * depth // (2 * count) for n in range(count)}):
        yield k, np.ascontiguousarray(hu[:, :, k].T)


def crlm(path):
    """Two slices of the zip of DICOM files; their pixels are the files' last bytes."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dcm")]
        files = {name: archive.read(name) for name in names}
    sets = {name: pydicom.dcmread(io.BytesIO(file)) for name, file in files.items()}
    order = sorted(names, key=lambda name: sets[name].ImagePositionPatient[2])
    for name in (order[12], order[30]):
        dicom = sets[name]
        assert files[name].endswith(dicom.PixelData)
        scale = {"slope": float(dicom.RescaleSlope), "intercept": float(dicom.RescaleIntercept)}
        yield {"entry": name, **scale}, dicom.scaled_px.numpy()


def phantom_planes():
    """Slices of hepar's phantom of seed 7, 151 x 149 x 5."""
    with tempfile.TemporaryDirectory() as folder:
        code = f"""
            const {{ makePhantom }} = await import("./dist/phantom/index.js");
            const {{ writeNifti }} = await import("./dist/volume/index.node.js");
            const {{ scan }} = makePhantom({{ seed: 7, dims: [151, 149, 5] }});
            await writeNifti("{folder}/phantom.nii", scan);
        """
        run_node(code)
        yield from planes_of(f"{folder}/phantom.nii", 2)


data = Path(sys.argv[1])
real = []
for file, count in [
    ("nifti/totalseg/example_ct.nii.gz", 3),
    ("nifti/totalseg/example_ct_sm.nii.gz", 1),
    ("lits-slices-256/volume-0.nii.gz", 2),
    ("lits-slices-256/volume-10.nii.gz", 1),
    ("lits-slices-256/volume-50.nii.gz", 1),
    ("radiomics/ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz", 2),
]:
    for k, plane in planes_of(data / file, count):
        real.append({"file": file, "slice": k, **answers_of(plane)})

archive = "crlm/CRLM-CT-1004-DICOM.zip"
dicoms = [{"file": archive, **where, **answers_of(p)} for where, p in crlm(data / archive)]
phantom = [{"slice": k, **answers_of(plane)} for k, plane in phantom_planes()]

json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "fastai": fastai.__version__,
            "torch": torch.__version__,
            "kornia": kornia.__version__,
            "numpy": np.__version__,
            "nibabel": nibabel.__version__,
            "pillow": PIL.__version__,
            "libjpeg_turbo": PIL.features.version("libjpeg_turbo"),
            "tifffile": tifffile.__version__,
        },
        "others": OTHERS,
        "given": GIVEN,
        "edges": {
            name: {"hu": base64_of(values, "<f4"), **answers_of(values)}
            for name, values in EDGES.items()
        },
        "real": real,
        "ours": {name: ours(name) for name in ("odd widths", "1 x 1", "fractions")},
        "dicoms": dicoms,
        "phantom": phantom,
    },
    Path(__file__).with_name("functions.json").open("w"),
    separators=(",", ":"),
)
