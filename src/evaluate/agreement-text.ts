import type { Agreement, StructureAgreement } from "./agreement.ts";

/** Readers' agreement as people read it, readers counted from 1. */
export const agreementLines = ({ liver, tumour }: Agreement): string[] => [
  ...structureLines("liver", liver),
  ...structureLines("tumour", tumour),
];

const three = (value: number | null): string => value?.toFixed(3) ?? "–";

const one = (value: number): string => value.toFixed(1);

function structureLines(name: string, of: StructureAgreement): string[] {
  const volumes =
    of.volumesMl === null
      ? "mL unknown"
      : `mL ${of.volumesMl.map(one).join(", ")} (mean ${one(of.meanMl ?? 0)}, SD ${one(of.sdMl ?? 0)})`;
  return [
    `  ${name}: ${volumes}; Fleiss' kappa ${three(of.fleissKappa)}`,
    ...of.pairs.map(
      ({ readers: [a, b], ...pair }) =>
        `    ${a + 1} and ${b + 1}: Dice ${three(pair.dice)}, IoU ${three(pair.iou)}, ASSD ${three(pair.assdMm)} mm, HD95 ${three(pair.hd95Mm)} mm, kappa ${three(pair.cohenKappa)}`,
    ),
    ...(of.staple === null
      ? ["    no reader has any"]
      : of.staple.sensitivity.map(
          (p, reader) =>
            `    ${reader + 1} against STAPLE: sensitivity ${three(p)}, specificity ${of.staple?.specificity[reader].toFixed(5)}`,
        )),
  ];
}
