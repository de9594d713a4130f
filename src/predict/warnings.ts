import {
  checkMask,
  checkScan,
  countLabels,
  describeWarning,
  findingRules,
} from "../catalog/index.ts";
import { HeparError } from "../core/index.ts";
import type { NetworkSpec } from "../model/index.ts";
import {
  type CtVolume,
  type LabelVolume,
  type NiftiHeader,
  spacingIsKnown,
  voxelVolumeMm3,
} from "../volume/index.ts";
import { type Anatomy, anatomyOf } from "./anatomy.ts";

/** What somebody who relies on a mask has to know. */
export interface PredictionWarning {
  readonly code: string;
  readonly message: string;
}

/** What the scan is judged by before it is predicted, and its mask afterwards. */
export type ScanJudgement = ReturnType<typeof checkScan>;

const refused = new Set(["intensities-constant", "intensities-not-hu"]);

/**
 * Refuses what is no CT in Hounsfield units: of it a network says something, and all of it is wrong.
 *
 * @throws `scan.not-ct`
 */
export function requireCt(scan: CtVolume, header: NiftiHeader, file: string): ScanJudgement {
  const judgement = checkScan(scan, header);
  const finding = judgement.findings.find(({ code }) => refused.has(code));
  if (finding === undefined) return judgement;
  throw new HeparError("scan.not-ct", `no CT in Hounsfield units: ${describeWarning(finding)}`, {
    file,
    hint: "convert the scan from DICOM again, with RescaleSlope and RescaleIntercept; nothing was predicted",
  });
}

/** An adult's liver with its tumours, in mL; beyond, something went wrong. */
const plausibleMl = [400, 5000] as const;
/** Of the liver's largest section: so much at the scan's end is more than its tip. */
const cutSection = 0.1;
/** A scan's liver so many standard deviations from those that the network learned from. */
const unlikeSd = 2.5;
/** Livers of one phase differ so much at least, in HU. */
const leastSdHu = 5;

/** All that is to be told of a scan and its predicted mask. */
export function predictionWarnings(of: {
  readonly scan: CtVolume;
  /** On the scan's voxels. */
  readonly mask: LabelVolume;
  readonly judgement: ScanJudgement;
  readonly training: NetworkSpec["training"];
}): readonly PredictionWarning[] {
  const { scan, mask, judgement, training } = of;
  const counts = countLabels(mask.voxels);
  const found = [
    ...judgement.findings.filter(({ code }) => findingRules[code].severity !== "note"),
    ...checkMask(mask, { scan: judgement.underlay, counts }).filter(
      ({ code }) => code === "mask-turned",
    ),
  ].map(({ code, detail }) => ({ code, message: describeWarning({ code, detail }) }));
  const liver = (counts.get(1) ?? 0) + (counts.get(2) ?? 0);
  if (liver === 0) {
    const message =
      "No liver was found: it is not in the field of view, or the network does not know such scans.";
    return [...found, { code: "liver-not-found", message }];
  }
  const anatomy = anatomyOf(scan, mask);
  return [
    ...found,
    ...cutOff(anatomy),
    ...implausible(mask, { liver, training }),
    ...unlikePhase(anatomy, training),
    ...misplaced(anatomy),
  ];
}

const when = (holds: boolean, code: string, message: string): readonly PredictionWarning[] =>
  holds ? [{ code, message }] : [];

function cutOff({ ends }: Anatomy): readonly PredictionWarning[] {
  const cut = ends.filter(({ share }) => share > cutSection);
  const where = cut.map(
    ({ side, share }) => `${side} (${Math.round(share * 100)} % of its largest section)`,
  );
  return when(
    cut.length > 0,
    "liver-cut-off",
    `The liver reaches the end of the scan: ${where.join(", ")}. Its volume is that of the part shown.`,
  );
}

function implausible(
  mask: LabelVolume,
  { liver, training }: { readonly liver: number; readonly training: NetworkSpec["training"] },
): readonly PredictionWarning[] {
  if (!spacingIsKnown(mask)) return [];
  const ml = (liver * voxelVolumeMm3(mask.affine)) / 1000;
  const [least, most] = plausibleMl;
  const seen = training.liverMl;
  const unlike =
    seen === undefined
      ? ""
      : `; the network learned from ${seen.map((value) => value.toFixed(0)).join(" to ")} mL`;
  return when(
    ml < least || ml > most,
    "liver-volume",
    `A liver of ${ml.toFixed(0)} mL is not plausible (${least} to ${most} mL)${unlike}.`,
  );
}

function unlikePhase(
  { liverMeanHu }: Anatomy,
  { liverHu, phase }: NetworkSpec["training"],
): readonly PredictionWarning[] {
  if (liverHu === undefined || liverMeanHu === null) return [];
  const away = Math.abs(liverMeanHu - liverHu.mean) / Math.max(liverHu.sd, leastSdHu);
  const usual = `${liverHu.mean.toFixed(0)} ± ${liverHu.sd.toFixed(0)} HU${phase === undefined ? "" : `, ${phase}`}`;
  return when(
    away > unlikeSd,
    "contrast-phase",
    `The liver's mean is ${liverMeanHu.toFixed(0)} HU, and the network learned from ${usual}: another contrast phase, where it finds less and invents more.`,
  );
}

function misplaced({
  liverToRightMm,
  bonesBehindMm,
  airAbove,
}: Anatomy): readonly PredictionWarning[] {
  return [
    ...when(
      liverToRightMm !== null && liverToRightMm < -10,
      "liver-on-left",
      `The liver lies ${-Math.round(liverToRightMm ?? 0)} mm to the left of the body's middle: the scan is mirrored, or the patient is (situs inversus).`,
    ),
    ...when(
      bonesBehindMm !== null && bonesBehindMm < -10,
      "front-to-back",
      "The bones lie in front of the liver: the scan's front and back are exchanged, or the patient lay on the belly with a wrong header.",
    ),
    ...when(
      airAbove !== null && airAbove < 0.2,
      "upside-down",
      "The lungs lie below the liver: the scan's slices are in reverse order, or its header says so.",
    ),
  ];
}
