import { HeparError } from "../../core/index.ts";
import { type Command, type CommandResult, command, type Surroundings } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { type Argument, flag, flagOf, type Option, requiredText, text, whole } from "../option.ts";
import { resultOf } from "../outcome-text.ts";

/** What a cohort or a model is written as. */
const formats = ["nnunet", "onnx"] as const;
type Format = (typeof formats)[number];

const format: Argument<Format> = {
  description:
    "nnunet: a raw data set of nnU-Net v2; onnx: a model as one file that says how to run it",
  parse(typed) {
    const found = formats.find((one) => one === typed);
    if (found !== undefined) return found;
    throw new HeparError("usage.argument", `expected one of ${formats.join(", ")}, got "${typed}"`);
  },
};

/** `3=2,255=0` → old label → new label. */
const remap: Option<ReadonlyMap<number, number> | undefined> = {
  placeholder: "<list>",
  description: "nnunet: labels that become others in the masks' copies, old=new: 3=2,255=0",
  parse(typed) {
    if (typed === undefined) return undefined;
    const pairs = typed.split(",").map((pair) => /^\s*(\d+)=(\d{1,3})\s*$/.exec(pair));
    if (pairs.includes(null)) {
      throw new HeparError(
        "usage.argument",
        `expected old=new with commas between them, such as 3=2,255=0, got "${typed}"`,
      );
    }
    return new Map(pairs.map((pair) => [Number(pair?.[1]), Number(pair?.[2])]));
  },
};

const name: Option<string | undefined> = {
  placeholder: "<name>",
  description: "nnunet: the data set's; default: Liver",
  parse(typed) {
    if (typed === undefined || /^[A-Za-z0-9_-]+$/.test(typed)) return typed;
    throw new HeparError(
      "usage.argument",
      `expected letters, digits, dashes and underscores, got "${typed}"`,
    );
  },
};

const nnunetOptions = {
  id: whole({ description: "nnunet: the data set's number; default: 501", from: 1, to: 999 }),
  name,
  link: flag("nnunet: symbolic links in place of copies of what is .nii.gz already"),
  remap,
};

/** The command that writes cohorts and models as others read them. */
export const exportCommand: Command = command({
  name: "export",
  summary: "a cohort or a model as other programs read it: nnU-Net's raw data set, ONNX",
  arguments: {
    format,
    source: {
      description: "a cohort folder; onnx: or the folder of a model",
      parse: (typed) => typed ?? "",
    },
  },
  options: {
    out: requiredText(
      "<path>",
      "nnunet: the folder of raw data sets, nnU-Net's nnUNet_raw; onnx: the file, .onnx",
    ),
    model: text("<name>", "onnx: which of the cohort's models; not needed where it has one"),
    ...nnunetOptions,
  },
  example: "hepar export nnunet ~/lits-cohort --out ~/nnUNet_raw",
  async run({ format, source, out, model, ...typed }, around) {
    requireOptionsOf(format, { model, ...typed });
    return format === "nnunet"
      ? nnunet({ cohort: source, out, ...typed }, around)
      : onnx({ source, out, model }, around);
  },
});

/** Options that belong to one format are refused with the other, rather than left unheard. */
function requireOptionsOf(format: Format, typed: Readonly<Record<string, unknown>>): void {
  const others = format === "nnunet" ? ["model"] : Object.keys(nnunetOptions);
  const wrong = others.find((name) => typed[name] !== undefined && typed[name] !== false);
  if (wrong === undefined) return;
  throw new HeparError("usage.argument", `${flagOf(wrong)}: not with ${format}`, {
    hint: "see hepar export --help",
  });
}

async function onnx(
  typed: { readonly source: string; readonly out: string; readonly model: string | undefined },
  { version }: Surroundings,
): Promise<CommandResult> {
  const { exportOnnxModel } = await import("../../cohort/index.node.ts");
  const { file, spec, sha256, weightsSha256, bytes } = await exportOnnxModel({ ...typed, version });
  return {
    status: exitStatus.done,
    json: { file, bytes, sha256, weightsSha256, network: spec },
    lines: [
      `${spec.name}: ${spec.input.kind}, ${spec.input.patch.join(" × ")}, ${spec.output.classes.map(({ name }) => name).join(", ")}`,
      `model: ${file} (${(bytes / 1e6).toFixed(1)} MB); its metadata says how to run it (docs/exchange.md)`,
    ],
  };
}

async function nnunet(
  typed: {
    readonly cohort: string;
    readonly out: string;
    readonly id: number | undefined;
    readonly name: string | undefined;
    readonly link: boolean;
    readonly remap: ReadonlyMap<number, number> | undefined;
  },
  around: Surroundings,
): Promise<CommandResult> {
  const { exportNnunetCohort } = await import("../../cohort/index.node.ts");
  const { cohort, out, id = 501, name = "Liver", link, remap: map = new Map() } = typed;
  const outcome = await exportNnunetCohort(
    { cohort, out, id, name, link, map },
    { ...around, command: "export" },
  );
  const { folder, training, test, realigned, folds, labels } = outcome.result;
  return resultOf(outcome, {
    json: { ...outcome.result },
    lines: [
      `${training} cases for training, ${test} without a mask for test; labels ${Object.keys(labels).join(", ")}`,
      ...(realigned > 0
        ? [
            `${realigned} masks were given their scan's geometry, from which theirs differed by rounding`,
          ]
        : []),
      `data set: ${folder}`,
      ...(folds > 0
        ? [
            `folds: after nnUNetv2_plan_and_preprocess, copy splits_final.json into the data set's folder in nnUNet_preprocessed`,
          ]
        : []),
    ],
  });
}
