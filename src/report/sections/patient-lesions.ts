import type { LesionRow } from "../../study/index.ts";
import { type Block, type Column, paragraph, type Text, table } from "../document/document.ts";
import type { Language } from "../language.ts";
import { type PatientContent, probabilityOf } from "../patient-content.ts";
import { voxelsOf } from "./patient-findings.ts";

/** The liver, all tumours and each lesion, in the study's numbers; columns of which nothing is known are left out. */
export function lesionTable(content: PatientContent, language: Language): Block {
  const { row, lesions } = content;
  const { say, numbers } = language;
  const words = say.patient.lesions;
  const { liver, tumour } = voxelsOf(row);
  if (liver === 0) return paragraph(words.none);
  const columns = columnsOf(content, language).filter(
    ({ always, cell }) => always || lesions.some((lesion) => cell(lesion) !== absent),
  );
  const total = (name: string, ml: number | null, voxels: number, hu: Text): Text[] =>
    columns.map(({ total }) =>
      total === "name"
        ? name
        : total === "ml"
          ? ml === null
            ? absent
            : numbers.amount(ml)
          : total === "voxels"
            ? numbers.whole(voxels)
            : total === "hu"
              ? hu
              : "",
    );
  const intensity = (mean: number | null, sd: number | null): string => meanSd(mean, sd, language);
  return {
    ...table({
      caption: words.caption(row.lesion_count ?? lesions.length),
      columns,
      rows: lesions,
    }),
    foot: [
      total(
        words.allTumours,
        row.tumour_ml,
        tumour,
        intensity(row.tumour_mean_hu, row.tumour_sd_hu),
      ),
      // The study's intensities are those of the liver without its tumours.
      total(words.wholeLiver, row.liver_ml, liver, ""),
    ],
  };
}

const absent = "–";

/** A column that also says what stands below it for the liver and all tumours. */
interface LesionColumn extends Column<LesionRow> {
  readonly cell: (row: LesionRow) => string;
  readonly total?: "name" | "ml" | "voxels" | "hu";
  readonly always?: boolean;
}

const meanSd = (mean: number | null, sd: number | null, { numbers }: Language): string =>
  mean === null || sd === null ? absent : `${numbers.whole(mean)} ± ${numbers.whole(sd)}`;

function columnsOf(content: PatientContent, language: Language): LesionColumn[] {
  const { say, numbers } = language;
  const words = say.patient.lesions;
  const millimetres = (value: number | null): string =>
    value === null ? absent : numbers.fixed(value, 1);
  const sides: Readonly<Record<string, string>> = words.sides;
  return [
    {
      head: words.number,
      cell: ({ lesion }) => words.name(lesion),
      total: "name",
      always: true,
    },
    {
      head: words.volume,
      number: true,
      cell: ({ volume_ml }) => (volume_ml === null ? absent : numbers.amount(volume_ml)),
      total: "ml",
    },
    {
      head: words.voxels,
      number: true,
      cell: ({ voxels }) => numbers.whole(voxels),
      total: "voxels",
      always: true,
    },
    {
      head: words.axial,
      number: true,
      cell: ({ longest_axial_diameter_mm: longest, perpendicular_axial_diameter_mm: across }) =>
        longest === null ? absent : `${millimetres(longest)} × ${millimetres(across)}`,
    },
    {
      head: words.longest3d,
      number: true,
      cell: ({ longest_3d_diameter_mm }) => millimetres(longest_3d_diameter_mm),
    },
    {
      head: words.slice,
      number: true,
      cell: ({ axial_slice, slice }) => numbers.whole(axial_slice ?? slice),
      always: true,
    },
    {
      head: words.hu,
      number: true,
      cell: ({ mean_hu, sd_hu }) => meanSd(mean_hu, sd_hu, language),
      total: "hu",
    },
    { head: words.side, cell: ({ side }) => (side === null ? absent : (sides[side] ?? side)) },
    {
      head: words.depth,
      number: true,
      cell: ({ distance_to_liver_surface_mm: depth, touches_liver_surface: touches }) =>
        touches === true ? words.touches : millimetres(depth),
    },
    {
      head: words.probability,
      number: true,
      cell(lesion) {
        const probability = probabilityOf(lesion, content);
        return probability === null ? absent : numbers.fixed(probability, 2);
      },
    },
  ];
}
