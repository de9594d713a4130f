import { formatLabelCounts, type LabelCounts } from "../catalog/index.ts";
import type { HuStatistics } from "./hu-histogram.ts";
import type { Lesion, Measurement } from "./measure.ts";
import { liverLabel, tumourLabel } from "./survey.ts";

const unknown = "–";

const decimals = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? unknown : value.toFixed(digits);

const meanAndSd = (hu: HuStatistics | null): string =>
  hu === null ? unknown : `${hu.meanHu.toFixed(0)} ± ${hu.sdHu.toFixed(0)}`;

interface LesionTextColumn {
  readonly title: string;
  readonly text: (lesion: Lesion) => string;
  /** Left out of narrow terminals: the lowest first. Without it, never. */
  readonly worth?: number;
}

const columns: readonly LesionTextColumn[] = [
  { title: "#", text: ({ id }) => String(id) },
  { title: "mL", text: ({ shape }) => decimals(shape?.volumeMl, 2) },
  { title: "voxels", text: ({ voxels }) => String(voxels), worth: 1 },
  {
    title: "axial mm",
    text: ({ shape }) =>
      shape === null
        ? unknown
        : `${shape.longestAxial.lengthMm.toFixed(1)} × ${shape.perpendicularAxial.lengthMm.toFixed(1)}`,
  },
  { title: "slice", text: ({ shape, slice }) => String(shape?.axialSlice ?? slice), worth: 7 },
  { title: "3D mm", text: ({ shape }) => decimals(shape?.longest3d.lengthMm, 1), worth: 5 },
  { title: "sphericity", text: ({ shape }) => decimals(shape?.sphericity, 2), worth: 2 },
  { title: "HU", text: ({ hu }) => meanAndSd(hu), worth: 6 },
  { title: "side", text: ({ place }) => place?.side ?? unknown, worth: 4 },
  {
    title: "to surface mm",
    text: ({ place }) =>
      place?.touchesLiverSurface === true
        ? "touches"
        : decimals(place?.distanceToLiverSurfaceMm, 1),
    worth: 3,
  },
];

/** More labels than these are counted, not listed: masks of whole bodies have a hundred. */
const mostLabels = 8;

/**
 * A measurement for a terminal: liver and tumour in a few lines, then a line a lesion under a line of
 * titles. Where the spacing is unknown sizes are in voxels. What is unknown of one lesion is `–`, and
 * a column of which nothing is known is left out; in a narrow terminal others too, the voxels first.
 *
 * @param options.width - in characters
 */
export function measurementLines(
  measured: Measurement,
  { width }: { readonly width: number },
): readonly string[] {
  const { dims, labels, spacingMm, liverMl, liverHu, tumourMl, tumourHu, lesions } = measured;
  const spacing =
    spacingMm === null
      ? "of a size that the file does not tell: no mm and no mL, sizes are in voxels"
      : `of ${spacingMm.map((size) => size.toFixed(2)).join(" × ")} mm`;
  const tumourVoxels = labels.get(tumourLabel) ?? 0;
  const liverVoxels = (labels.get(liverLabel) ?? 0) + tumourVoxels;
  const intensity = (hu: HuStatistics | null, of: string): string =>
    hu === null ? "" : `; ${of}${meanAndSd(hu)} HU, median ${hu.medianHu.toFixed(0)}`;
  return [
    `voxels   ${dims.join(" × ")} ${spacing}`,
    `labels   ${labelsText(labels)}`,
    `liver    ${sizeText(liverMl, { digits: 1, voxels: liverVoxels })} with its tumours${intensity(liverHu, "without them ")}`,
    `tumour   ${sizeText(tumourMl, { digits: 2, voxels: tumourVoxels })}, ${burdenText(measured)}${intensity(tumourHu, "")}`,
    `lesions  ${lesions.length}${lesions.length === 0 ? "" : methodText(measured)}`,
    ...(lesions.length === 0 ? [] : ["", ...lesionTable(lesions, width)]),
  ];
}

const sizeText = (
  ml: number | null,
  { digits, voxels }: { readonly digits: number; readonly voxels: number },
): string => {
  if (ml !== null) return `${ml.toFixed(digits)} mL`;
  return voxels === 1 ? "1 voxel" : `${voxels} voxels`;
};

const burdenText = ({ tumourPercentOfLiver }: Measurement): string =>
  tumourPercentOfLiver === null
    ? "no liver is marked"
    : `${tumourPercentOfLiver.toFixed(2)} % of the liver`;

const methodText = ({ spacingMm, connectivity, between }: Measurement): string =>
  `, ${connectivity}-connected${spacingMm === null ? "" : `; diameters between voxel ${between}`}`;

/** The first labels with their counts, and of the others how many they are. */
function labelsText(labels: LabelCounts): string {
  const listed = formatLabelCounts([...labels].slice(0, mostLabels));
  const others = [...labels.values()].slice(mostLabels);
  if (others.length === 0) return listed;
  const voxels = others.reduce((sum, count) => sum + count, 0);
  return `${listed} and ${others.length} more, of ${voxels} voxels together`;
}

function lesionTable(lesions: readonly Lesion[], width: number): string[] {
  const cells = columns
    .map(({ title, text, worth }) => {
      const texts = [title, ...lesions.map(text)];
      return { worth, texts, width: Math.max(...texts.map((cell) => cell.length)) };
    })
    .filter(({ texts }) => texts.some((cell, line) => line > 0 && cell !== unknown));
  const dispensable = cells
    .filter(({ worth }) => worth !== undefined)
    .sort((a, b) => (a.worth ?? 0) - (b.worth ?? 0));
  let shown = cells;
  for (const least of dispensable) {
    if (shown.reduce((sum, column) => sum + column.width + 2, -2) <= width) break;
    shown = shown.filter((column) => column !== least);
  }
  return [...lesions.keys(), lesions.length].map((line) =>
    shown.map((column) => column.texts[line].padStart(column.width)).join("  "),
  );
}
