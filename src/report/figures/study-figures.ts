import type { ReportContent } from "../content.ts";
import type { Language } from "../language.ts";
import { burdenDistribution } from "./burden.ts";
import type { Figure } from "./drawing.ts";
import { intensities } from "./intensities.ts";
import { lesionDiameters } from "./lesion-diameters.ts";
import { lesionVolumes } from "./lesion-volumes.ts";
import { slicesPerScan } from "./slices-per-scan.ts";
import { tumourPercentage } from "./tumour-percentage.ts";
import { liverVolumes, tumourVolumes } from "./volumes.ts";

/** The figures of scans, masks and lesions that their tables allow, in the order to show. */
export function studyFigures(
  { cases, lesions }: Pick<ReportContent, "cases" | "lesions">,
  language: Language,
): Figure[] {
  return [
    slicesPerScan(cases, language),
    tumourPercentage(cases, language),
    lesionVolumes(lesions, language),
    lesionDiameters(lesions, language),
    burdenDistribution(cases, language),
    liverVolumes(cases, language),
    tumourVolumes(cases, language),
    intensities(cases, language),
  ].filter((figure) => figure !== null);
}
