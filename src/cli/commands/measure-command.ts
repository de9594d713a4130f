import { basename } from "node:path";
import { HeparError } from "../../core/index.ts";
import { command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { type Argument, argument, choice, flag, text } from "../option.ts";

const connectivity = choice(["26", "18", "6"], {
  description: "tumour voxels that are one lesion share a corner, an edge, or a face",
  fallback: "26",
});

const between = choice(["boundaries", "centres"], {
  description: "diameters go from outer voxel boundary to boundary, or from centre to centre",
  fallback: "boundaries",
});

const connectivityOf = { "6": 6, "18": 18, "26": 26 } as const;

/** The command that tells the sizes of liver and lesions. */
export const measureCommand = command({
  name: "measure",
  summary: "liver and lesion sizes from a scan and its mask: volumes, diameters, intensities",
  arguments: {
    scan: argument("the CT (.nii, .nii.gz); with --mask-only, the mask"),
    mask: {
      description: "the mask drawn on it: 1 liver, 2 tumour",
      optional: true,
      parse: (typed) => typed,
    } satisfies Argument<string | undefined>,
  },
  options: {
    maskOnly: flag("measures a mask without its scan: no intensities"),
    connectivity,
    between,
    out: text("<file>", "the lesions as a table too: .csv or .parquet"),
  },
  example: "hepar measure volume-0.nii segmentation-0.nii --out lesions.csv",
  async run({ scan, mask, maskOnly, connectivity, between, out }, { width }) {
    const files = filesOf({ scan, mask, maskOnly });
    requireTableName(out);
    const { measurePair, measureMaskFile, writeLesions } = await import(
      "../../study/index.node.ts"
    );
    const { measurementJson, measurementLines } = await import("../../study/index.ts");
    const options = { connectivity: connectivityOf[connectivity], between };
    const { measurement, warnings } =
      files.scan === null
        ? await measureMaskFile(files.mask, options)
        : await measurePair({ scan: files.scan, mask: files.mask }, options);
    if (out !== undefined) {
      const name = basename(files.scan ?? files.mask).replace(/\.nii(\.gz)?$/, "");
      await writeLesions(out, { measurement, name });
    }
    return {
      status: exitStatus.done,
      json: { ...files, ...measurementJson(measurement), warnings },
      lines: [
        ...warnings.map(({ message }) => `warning: ${message}`),
        ...measurementLines(measurement, { width }),
        ...(out === undefined ? [] : ["", `table: ${out}`]),
      ],
    };
  },
});

interface Typed {
  readonly scan: string;
  readonly mask: string | undefined;
  readonly maskOnly: boolean;
}

function filesOf({ scan, mask, maskOnly }: Typed): {
  readonly scan: string | null;
  readonly mask: string;
} {
  if (maskOnly && mask !== undefined) {
    throw new HeparError("usage.argument", "--mask-only: expected one file, the mask, got two", {
      hint: "leave out --mask-only to measure the intensities too",
    });
  }
  if (maskOnly) return { scan: null, mask: scan };
  if (mask === undefined) {
    throw new HeparError("usage.missing", "expected a scan and its mask, got one file", {
      hint: "hepar measure <scan> <mask>; for a mask without its scan, add --mask-only",
    });
  }
  return { scan, mask };
}

// Before the scan is read, which may take a while.
function requireTableName(out: string | undefined): void {
  if (out === undefined || /\.(csv|parquet)$/.test(out)) return;
  throw new HeparError("usage.argument", `--out: expected .csv or .parquet, got ${out}`, {
    hint: "nothing was written",
  });
}
