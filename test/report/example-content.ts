import { randomFrom } from "../../src/core/index.ts";
import type { CaseScoreRow, EvaluationSummary } from "../../src/evaluate/index.ts";
import type { ReportContent } from "../../src/report/index.ts";
import {
  type LesionRow,
  lesionColumns,
  type StudiedRow,
  unstudied,
} from "../../src/study/index.ts";
import type { EpochRow, RatePoint } from "../../src/train/index.ts";

/** Names as they should not be, but are. */
export const hostileName = `<img src=x onerror="alert(1)">'&`;
export const rightToLeftName = "كبد-١ 🩻";

/** A made-up cohort of so many cases: every third without a known spacing, every seventh without tumour. */
export function exampleContent(count: number): ReportContent {
  const cases = exampleCases(count);
  const lesions = exampleLesions(cases);
  const heldOut = cases.filter((row, index) => index % 4 === 1 && row.has_tumour !== null);
  const scores = heldOut.map((row, index): CaseScoreRow => exampleScore(row, index));
  return {
    title: null,
    run: {
      when: "2026-01-02T03:04:05Z",
      heparVersion: "0.1.0",
      command: "hepar run data --out cohort",
      seed: 7,
      dataFolder: "/data/lits",
      settings: { epochs: 20, learningRate: 0.003, augment: true },
      steps: [
        { step: "catalog", seconds: 12.4 },
        { step: "train", seconds: 2405 },
      ],
      versions: { node: "20.19.0", "onnxruntime-node": "1.30.0" },
    },
    cases,
    lesions,
    sliceCount: cases.reduce((sum, row) => sum + (row.depth ?? 0), 0),
    model: {
      name: "unet",
      own: true,
      description: {
        format: "hepar-model/1",
        architecture: {
          architecture: "unet",
          channels: 3,
          classes: 3,
          widths: [24, 48, 96, 192, 256],
          convolutions: 2,
        },
        imageSize: 128,
        neighbours: 0,
        prediction: { mirrors: false, smallestTumour: 0 },
        inputChannels: ["liver", "custom", "histogram"],
        classes: ["background", "liver", "tumour"],
        training: {
          recipe: "small",
          epochs: 20,
          steps: 5000,
          seed: 7,
          fold: 0,
          trainCases: cases.filter((row) => !heldOut.includes(row)).map((row) => row.case),
          heldOutCases: heldOut.map((row) => row.case),
          chosen: { by: "last", epoch: 20, score: null },
          seconds: 2405,
          runtime: "onnxruntime-node 1.30.0, cpu",
        },
        weightsSha256: "0".repeat(64),
      },
    },
    epochs: exampleEpochs(20),
    rates: exampleRates(),
    scores,
    summary: summaryOf(scores),
    pictures: {
      from: "held-out",
      candidates: heldOut.length,
      orientation: "radiological",
      rows: [],
    },
    failures: [],
  };
}

function exampleCases(count: number): StudiedRow[] {
  const random = randomFrom(11);
  return Array.from({ length: count }, (_, index): StudiedRow => {
    const known = index % 3 !== 2;
    const hasTumour = index % 7 !== 3;
    const liverVoxels = Math.round(random.between(1e6, 3e6));
    const burden = hasTumour ? random.next() ** 4 * 60 : 0;
    const depth = Math.round(random.between(75, 900));
    const voxelMl = 0.0005;
    return {
      ...unstudied,
      case: `volume-${index}`,
      patient: `volume-${index}`,
      scan_source: `/data/lits/scans/volume-${index}.nii.gz`,
      scan_name: `volume-${index}.nii.gz`,
      mask_source: `/data/lits/masks/segmentation-${index}.nii.gz`,
      mask_name: `segmentation-${index}.nii.gz`,
      width: 512,
      height: 512,
      depth,
      spacing_x_mm: known ? 0.703125 : null,
      spacing_y_mm: known ? 0.703125 : null,
      spacing_z_mm: known ? 1.25 : null,
      orientation: "LAS",
      voxel_type: "int16",
      hu_min: -1024,
      hu_max: 1380,
      labels: `0:${512 * 512 * depth - liverVoxels} 1:${liverVoxels}`,
      warnings: known ? "" : "spacing-unknown; orientation-unknown",
      problem: null,
      problem_code: null,
      sha256: "00 11",
      voxels_sha256: null,
      mask_voxels_sha256: null,
      visit: null,
      has_tumour: hasTumour,
      tumour_percent: (burden * liverVoxels) / (512 * 512 * depth),
      tumour_percent_of_liver: burden,
      liver_ml: known ? liverVoxels * voxelMl : null,
      tumour_ml: known ? (burden / 100) * liverVoxels * voxelMl : null,
      lesion_count: hasTumour ? 1 + random.below(6) : 0,
      ...exampleIntensities(index, hasTumour),
    };
  });
}

/** A liver of about 105 HU and tumours darker than that, each case with a chance of its own. */
function exampleIntensities(index: number, hasTumour: boolean) {
  const random = randomFrom(14).fork(`case ${index}`);
  const liver = random.between(80, 130);
  const tumour = hasTumour ? liver - random.between(10, 60) : null;
  return {
    liver_p10_hu: liver - 25,
    liver_median_hu: liver,
    liver_p90_hu: liver + 24,
    tumour_p10_hu: tumour === null ? null : tumour - 35,
    tumour_median_hu: tumour,
    tumour_p90_hu: tumour === null ? null : tumour + 40,
  };
}

const unmeasured = Object.fromEntries(Object.keys(lesionColumns).map((name) => [name, null])) as {
  readonly [Name in keyof LesionRow]: null;
};

function exampleLesions(cases: readonly StudiedRow[]): LesionRow[] {
  const random = randomFrom(12);
  return cases.flatMap((row) =>
    Array.from({ length: row.lesion_count ?? 0 }, (_, index): LesionRow => {
      const voxels = Math.round(10 ** random.between(1.5, 5.5));
      const known = row.spacing_x_mm !== null;
      return {
        ...unmeasured,
        case: row.case,
        lesion: index + 1,
        voxels,
        volume_ml: known ? voxels * 0.0005 : null,
        // That of a ball, and a little more.
        longest_axial_diameter_mm: known ? 1.15 * Math.cbrt((6 * voxels * 0.5) / Math.PI) : null,
        x_mm: known ? 10 : null,
        y_mm: known ? 20 : null,
        z_mm: known ? 30 : null,
        slice: 40 + index,
      };
    }),
  );
}

function exampleEpochs(count: number): EpochRow[] {
  const random = randomFrom(13);
  return Array.from({ length: count }, (_, index): EpochRow => {
    const part = (index + 1) / count;
    const wave = (size: number): number => random.between(-size, size);
    return {
      epoch: index + 1,
      learning_rate: 0.003 * Math.sin(Math.PI * part) + 1e-6,
      train_loss: 1.4 * Math.exp(-3 * part) + 0.15 + wave(0.02),
      train_cross_entropy: 0.5 * Math.exp(-3 * part),
      train_dice_loss: 0.9 * Math.exp(-3 * part),
      held_out_loss: 1.3 * Math.exp(-2.4 * part) + 0.3 + wave(0.05),
      held_out_liver_dice: 0.93 * (1 - Math.exp(-5 * part)) + wave(0.02),
      held_out_tumour_dice: index < 3 ? null : 0.45 * (1 - Math.exp(-3 * part)) + wave(0.04),
      watch_loss: null,
      watch_liver_dice: null,
      watch_tumour_dice: null,
      seconds: 120.4,
      waiting_share: 0.012,
    };
  });
}

/** As a sweep goes: flat, down, and off. */
const exampleRates = (): RatePoint[] =>
  Array.from({ length: 87 }, (_, step) => {
    const rate = 1e-7 * 1e8 ** (step / 100);
    const loss = 1.6 - 1.1 / (1 + (3e-3 / rate) ** 1.5) + rate ** 2;
    const point = { step, learning_rate: rate, loss: loss + 0.05 * Math.sin(12.9898 * step) };
    return { ...point, smoothed_loss: loss };
  });

function exampleScore(row: StudiedRow, index: number): CaseScoreRow {
  const liver = 1_000_000 + index;
  const tumour = row.has_tumour ? 20_000 + index : 0;
  const missing = index % 6 === 4;
  const commonLiver = missing ? 0 : 930_000 - 7000 * (index % 5);
  const commonTumour = missing ? 0 : Math.round(tumour * (0.2 + 0.15 * (index % 4)));
  const predicted = missing ? 0 : tumour;
  return {
    case: row.case,
    status: missing ? "missing" : "scored",
    liver_dice: (2 * commonLiver) / (liver + (missing ? 0 : liver)),
    liver_reference_voxels: liver,
    liver_predicted_voxels: missing ? 0 : liver,
    liver_common_voxels: commonLiver,
    tumour_dice: tumour === 0 ? null : (2 * commonTumour) / (tumour + predicted),
    tumour_reference_voxels: tumour,
    tumour_predicted_voxels: predicted,
    tumour_common_voxels: commonTumour,
  };
}

function summaryOf(scores: readonly CaseScoreRow[]): EvaluationSummary {
  const structure = (name: "liver" | "tumour") => {
    const defined = scores.flatMap((score) => score[`${name}_dice`] ?? []);
    const sum = (column: "reference" | "predicted" | "common"): number =>
      scores.reduce((total, score) => total + score[`${name}_${column}_voxels`], 0);
    return {
      dicePerCase:
        defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length,
      definedCases: defined.length,
      undefinedCases: scores.length - defined.length,
      diceGlobal: (2 * sum("common")) / (sum("reference") + sum("predicted")),
    };
  };
  return {
    model: "unet",
    unseen: true,
    cases: scores.length,
    missing: scores.filter((score) => score.status === "missing").length,
    liver: structure("liver"),
    tumour: structure("tumour"),
  };
}
