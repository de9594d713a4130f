import { formatLabelCounts } from "../catalog/index.ts";
import type { HuStatistics } from "./hu-histogram.ts";
import type { Lesion, Measurement } from "./measure.ts";

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

/**
 * A measurement for a terminal: liver and tumour in a few lines, then a line a lesion under a line of
 * titles. What nobody knows is `–`. In a narrow terminal columns are left out, the voxels first.
 *
 * @param options.width - in characters
 */
export function measurementLines(
  measured: Measurement,
  { width }: { readonly width: number },
): readonly string[] {
  const { dims, spacingMm, liverMl, liverHu, tumourMl, tumourHu, lesions } = measured;
  const spacing =
    spacingMm === null
      ? "of unknown spacing: no mm and no mL are given"
      : `of ${spacingMm.map((size) => size.toFixed(2)).join(" × ")} mm`;
  const burden = decimals(measured.tumourPercentOfLiver, 2);
  const intensity = (hu: HuStatistics | null, of: string): string =>
    hu === null ? "" : `; ${of}${meanAndSd(hu)} HU, median ${hu.medianHu.toFixed(0)}`;
  return [
    `voxels   ${dims.join(" × ")} ${spacing}`,
    `labels   ${formatLabelCounts(measured.labels)}`,
    `liver    ${decimals(liverMl, 1)} mL with its tumours${intensity(liverHu, "without them ")}`,
    `tumour   ${decimals(tumourMl, 2)} mL, ${burden} % of the liver${intensity(tumourHu, "")}`,
    `lesions  ${lesions.length}${lesions.length === 0 ? "" : `, ${measured.connectivity}-connected; diameters between voxel ${measured.between}`}`,
    ...(lesions.length === 0 ? [] : ["", ...lesionTable(lesions, width)]),
  ];
}

function lesionTable(lesions: readonly Lesion[], width: number): string[] {
  const cells = columns.map(({ title, text, worth }) => {
    const texts = [title, ...lesions.map(text)];
    return { worth, texts, width: Math.max(...texts.map((cell) => cell.length)) };
  });
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
