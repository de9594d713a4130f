import type { PatientContent } from "../../src/report/index.ts";
import type { LesionRow } from "../../src/study/index.ts";
import { exampleContent } from "./example-content.ts";

/** A made-up patient with two lesions: 700,000 voxels of liver of 0.001 mL, 12,500 of them tumour. */
export function examplePatient(): PatientContent {
  const { cases, lesions, run } = exampleContent(1);
  const [row] = cases;
  const [pattern] = lesions;
  if (row === undefined || pattern === undefined) throw new Error("the example has a lesion");
  const lesion = (changes: Partial<LesionRow>): LesionRow => ({
    ...pattern,
    case: row.case,
    ...changes,
  });
  const picture = { source: "data:image/webp;base64,AAAA", width: 4, height: 4 };
  return {
    run,
    row: {
      ...row,
      labels: "0:9300000 1:687500 2:12500",
      has_tumour: true,
      tumour_percent_of_liver: (100 * 12_500) / 700_000,
      liver_ml: 700,
      tumour_ml: 12.5,
      lesion_count: 2,
      longest_axial_diameter_mm: 31.25,
      warnings: "affine-mismatch; labels-unexpected 3:120",
    },
    lesions: [
      lesion({
        ...{ lesion: 1, voxels: 12_000, volume_ml: 12, slice: 40, axial_slice: 41 },
        ...{ longest_axial_diameter_mm: 31.25, perpendicular_axial_diameter_mm: 22.5 },
        ...{ longest_3d_diameter_mm: 33.75, side: "right", touches_liver_surface: true },
        ...{ distance_to_liver_surface_mm: 0, mean_hu: 61.4, sd_hu: 17.2 },
      }),
      lesion({
        ...{ lesion: 2, voxels: 500, volume_ml: 0.5, slice: 52, axial_slice: 52 },
        ...{ longest_axial_diameter_mm: 9.75, perpendicular_axial_diameter_mm: 8.25 },
        ...{ longest_3d_diameter_mm: 10.125, side: "left", touches_liver_surface: false },
        ...{ distance_to_liver_surface_mm: 6.5, mean_hu: 80, sd_hu: 12 },
      }),
    ],
    mask: { kind: "given" },
    views: [{ lesion: 1, slice: 41, cut: picture, whole: picture }],
    plain: null,
    score: null,
    compared: null,
    visits: [],
    back: null,
  };
}
