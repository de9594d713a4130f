// The slices that codecs are measured on, in HU: real ones, read where they lie, and the phantom's.
import { fileURLToPath } from "node:url";
import { openPromise } from "yauzl";
import { makePhantom } from "../dist/phantom/index.js";
import { axialSlice } from "../dist/slices/index.js";
import { reorient } from "../dist/volume/index.js";
import { readCt } from "../dist/volume/index.node.js";

const shared = (path) => fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));

export const inputs = {
  totalsegmentator: {
    title: "TotalSegmentator's CT, 122 × 101 (3 mm)",
    file: shared("nifti/totalseg/example_ct.nii.gz"),
    slices: (file) => niftiSlices(file),
  },
  ibsi: {
    title: "IBSI's CT phantom (a chest), 204 × 201",
    file: shared("radiomics/ibsi/ibsi_1_ct_radiomics_phantom/nifti/image/phantom.nii.gz"),
    slices: (file) => niftiSlices(file),
  },
  crlm: {
    title: "TCIA CRLM-CT-1004, 512 × 512",
    file: shared("crlm/CRLM-CT-1004-DICOM.zip"),
    slices: (file) => dicomSlices(file),
  },
  phantom: {
    title: "hepar's phantom, seed 7, 512 × 512",
    slices: async () => slicesOf(makePhantom({ seed: 7, dims: [512, 512, 8] }).scan, 8),
  },
};

const niftiSlices = async (file) => slicesOf(reorient((await readCt(file)).scan, "LPS"), 8);

/** So many slices of a scan, evenly from the first to the last. */
const slicesOf = (scan, count) =>
  Array.from({ length: count }, (_, n) => ({
    width: scan.dims[0],
    height: scan.dims[1],
    hu: axialSlice(scan, Math.floor(((n + 0.5) * scan.dims[2]) / count)),
  }));

/** Every fifth file of a zip of DICOM files: 512 × 512, 16 bits, signed, pixels last. */
async function dicomSlices(file) {
  const zip = await openPromise(file);
  const slices = [];
  let number = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(".dcm") || number++ % 5 !== 2) continue;
      const chunks = [];
      for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
      slices.push({ width: 512, height: 512, hu: huOf(Buffer.concat(chunks)) });
    }
  } finally {
    zip.close();
  }
  return slices;
}

function huOf(dicom) {
  // Rescale intercept and slope, (0028,1052) and (0028,1053): decimal strings.
  const [intercept, slope] = [0x52, 0x53].map((element) => {
    const at = dicom.indexOf(Buffer.from([0x28, 0, element, 0x10, 0x44, 0x53]));
    return Number(dicom.toString("latin1", at + 8, at + 8 + dicom.readUInt16LE(at + 6)));
  });
  const stored = new Int16Array(Uint8Array.from(dicom.subarray(-2 * 512 * 512)).buffer);
  return stored.map((value) => value * slope + intercept);
}
