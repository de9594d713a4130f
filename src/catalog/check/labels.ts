import { counted } from "../../core/index.ts";
import { componentRuns, forEachRun, type LabelVolume } from "../../volume/index.ts";
import { formatLabelCounts, type LabelCounts } from "../label-counts.ts";
import { greyInsteadOfLabels } from "./are-labels.ts";
import { type Finding, when } from "./finding.ts";
import { percent } from "./intensities.ts";

/** With so many more labels they are another scheme's, whose 1 and 2 are no liver and tumour. */
const anotherScheme = 8;
/** Pieces of at least this share of the largest are no specks. */
const largePiece = 0.1;
const manySpecks = 20;

/** What a mask's labels say that is odd, whatever its scan. */
export function checkLabels(mask: LabelVolume, counts: LabelCounts): readonly Finding[] {
  const unexpected = [...counts].filter(([label]) => ![0, 1, 2].includes(label));
  const marked = counts.has(1) || counts.has(2);
  const grey = greyInsteadOfLabels(mask, counts);
  if (grey !== undefined) return [grey];
  if (unexpected.length >= anotherScheme) {
    return [
      ...when(true, "labels-unexpected", shortened(unexpected)),
      ...when(!marked, "mask-empty"),
    ];
  }
  if (marked && !counts.has(0) && mask.voxels.length > 1) {
    return when(true, "mask-full", shortened([...counts]));
  }
  return [
    ...when(unexpected.length > 0, "labels-unexpected", shortened(unexpected)),
    ...when(!marked, "mask-empty"),
    ...when(!counts.has(1) && counts.has(2), "tumour-without-liver"),
    ...(counts.has(1) ? checkPieces(mask, counts) : []),
  ];
}

/** The first ten: other tools' masks have a hundred organs. */
function shortened(counts: readonly (readonly [number, number])[]): string {
  const more = counts.length > 10 ? ` and ${counts.length - 10} more` : "";
  return formatLabelCounts(counts.slice(0, 10)) + more;
}

interface Piece {
  readonly voxels: number;
  readonly liver: number;
}

/**
 * The 26-connected pieces of liver and tumour together. A tumour touches the liver, or hangs on one
 * that does, exactly when its piece holds liver.
 */
function piecesOf(mask: LabelVolume): readonly Piece[] {
  const runs = componentRuns(mask, (label) => label === 1 || label === 2);
  const liver = new Float64Array(runs.sizes.length);
  forEachRun(runs, mask, (run, from, to) => {
    const piece = runs.component[run] - 1;
    for (let at = from; at < to; at++) if (mask.voxels[at] === 1) liver[piece]++;
  });
  return runs.sizes.map((voxels, piece) => ({ voxels, liver: liver[piece] }));
}

function checkPieces(mask: LabelVolume, counts: LabelCounts): readonly Finding[] {
  const pieces = piecesOf(mask);
  const outside = pieces.filter(({ liver }) => liver === 0);
  const livers = pieces.filter(({ liver }) => liver > 0).sort((a, b) => b.voxels - a.voxels);
  const large = livers.filter(({ voxels }) => voxels >= largePiece * livers[0].voxels);
  const specks = livers.slice(large.length);
  return [
    ...when(
      outside.length > 0,
      "tumour-outside-liver",
      `${counted(outside.length, "piece")}, ${total(outside)} of ${counts.get(2)} tumour voxels`,
    ),
    ...when(
      large.length > 1,
      "liver-in-pieces",
      `${counted(large.length, "piece")} of ${sizes(large)} voxels`,
    ),
    ...when(
      specks.length >= manySpecks,
      "liver-specks",
      `${counted(specks.length, "piece")} of ${sizes(specks)} voxels, ${percent(total(specks) / total(livers))} of the liver`,
    ),
  ];
}

const total = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { voxels }) => sum + voxels, 0);

/** `812 and 403`, or `40 to 1` where there are many. */
function sizes(pieces: readonly Piece[]): string {
  const all = pieces.map(({ voxels }) => voxels);
  return all.length <= 3 ? all.join(" and ") : `${all[0]} to ${all[all.length - 1]}`;
}
