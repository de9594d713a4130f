import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Affine, identityAffine, type LabelVolume } from "../volume/index.ts";
import { agreementOf, blandAltman, consensusOf } from "./agreement.ts";
import { cohenKappa, fleissKappa } from "./kappa.ts";
import { staple } from "./staple.ts";
import { votesFor } from "./votes.ts";

interface Oracle {
  /** scikit-learn and SimpleITK saw them with the axes reversed, which changes no number here. */
  readonly dims: readonly [number, number, number];
  readonly readers: readonly string[];
  readonly staple: {
    readonly sensitivity: readonly number[];
    readonly specificity: readonly number[];
    readonly consensus: string;
  };
  readonly cohen: number;
  readonly fleiss: number;
}

const { agreement: oracle } = JSON.parse(
  readFileSync(new URL("../../test/oracle/evaluate/peers.json", import.meta.url), "utf8"),
) as { readonly agreement: Oracle };

const affine: Affine = [2, 0, 0, 5, 0, 2, 0, 5, 0, 0, 2, 5, ...identityAffine.slice(12)];

const maskOf = (
  labels: ArrayLike<number>,
  dims: readonly [number, number, number],
): LabelVolume => ({
  kind: "labels",
  dims,
  affine,
  affineFrom: "sform",
  voxels: Uint8Array.from(labels),
});

function unpacked(hex: string, label: number): Uint8Array {
  const bytes = Buffer.from(hex, "hex");
  const count = oracle.dims[0] * oracle.dims[1] * oracle.dims[2];
  return Uint8Array.from({ length: count }, (_, at) =>
    (bytes[at >> 3] >> (7 - (at & 7))) & 1 ? label : 0,
  );
}

test("STAPLE: SimpleITK's sensitivity, specificity and consensus", () => {
  const masks = oracle.readers.map((bits) => maskOf(unpacked(bits, 1), oracle.dims));
  const found = staple(votesFor(masks, (label) => label === 1));
  oracle.readers.forEach((_, reader) => {
    expect(found?.sensitivity[reader]).toBeCloseTo(oracle.staple.sensitivity[reader], 6);
    expect(found?.specificity[reader]).toBeCloseTo(oracle.staple.specificity[reader], 6);
  });
  expect(consensusOf(masks, "staple").voxels).toEqual(unpacked(oracle.staple.consensus, 1));
});

test("kappa: scikit-learn's and statsmodels'", () => {
  const masks = oracle.readers.map((bits) => maskOf(unpacked(bits, 1), oracle.dims));
  const { counts } = votesFor(masks, (label) => label === 1);
  expect(cohenKappa(counts, [0, 1])).toBeCloseTo(oracle.cohen, 12);
  expect(fleissKappa(counts, masks.length)).toBeCloseTo(oracle.fleiss, 12);
});

const row = (...labels: number[]): LabelVolume => maskOf(labels, [labels.length, 1, 1]);

test("three readers by hand", () => {
  const masks = [row(1, 1, 2, 0), row(1, 1, 2, 2), row(0, 1, 1, 0)];
  const { liver, tumour } = agreementOf(masks);
  // Voxels of 8 mm³.
  expect(liver.volumesMl).toEqual([3 * 0.008, 4 * 0.008, 2 * 0.008]);
  expect(liver.pairs.map(({ dice }) => dice)).toEqual([6 / 7, 4 / 5, 4 / 6]);
  expect(tumour.pairs.map(({ dice, assdMm }) => [dice, assdMm === null])).toEqual([
    [2 / 3, false],
    [0, true],
    [0, true],
  ]);
  expect([...consensusOf(masks, "majority").voxels]).toEqual([1, 1, 2, 0]);
});

test("nobody has anything: nothing is defined, and the consensus is empty", () => {
  const { tumour } = agreementOf([row(1, 0), row(1, 1)]);
  expect(tumour).toMatchObject({ staple: null, fleissKappa: null, pairs: [{ dice: null }] });
  expect([...consensusOf([row(0, 0), row(0, 0)], "staple").voxels]).toEqual([0, 0]);
});

test("one mask, or seventeen, are refused", () => {
  expect(() => agreementOf([row(1)])).toThrow("expected 2 to 16 masks");
  expect(() => agreementOf(Array.from({ length: 17 }, () => row(1)))).toThrow("got 17");
});

test("limits of agreement by hand", () => {
  // Mean 2, SD 2: limits 2 ± 3.92.
  expect(blandAltman([0, 2, 4])).toEqual({
    scans: 3,
    biasMl: 2,
    sdMl: 2,
    lowerLimitMl: 2 - 3.92,
    upperLimitMl: 5.92,
  });
  expect(blandAltman([1])).toMatchObject({ biasMl: 1, sdMl: null });
  expect(blandAltman([])).toBeNull();
});
