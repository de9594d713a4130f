import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Affine, multiplyAffines } from "./affine.ts";
import { formsDistanceMm, isLeftHanded, obliquityDegrees, shearDegrees } from "./geometry.ts";

const oracle = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../test/oracle/orientation/nibabel.json"), "utf8"),
) as { cases: { kind: string; affine: number[] }[] };

const rotationZ = (degrees: number): Affine => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos, -sin, 0, 0, sin, cos, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
};
const scaled: Affine = [0.7, 0, 0, -180, 0, 0.7, 0, -200, 0, 0, 5, 90, 0, 0, 0, 1];

describe("shearDegrees", () => {
  test("is 0 for whatever was only turned, mirrored, stretched, to the rounding of its header", () => {
    for (const { affine } of oracle.cases) expect(shearDegrees(affine)).toBeLessThan(2e-4);
  });

  test("of a gantry tilt is its angle: tan 15° · 5 mm back with every slice", () => {
    const tilted = scaled.map((value, n) => (n === 6 ? 5 * Math.tan(Math.PI / 12) : value));
    expect(shearDegrees(tilted)).toBeCloseTo(15, 10);
  });

  test("of the axes (1, 0, 0) and (1, 1, 0) is 45°", () => {
    expect(shearDegrees([1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeCloseTo(45, 12);
  });

  test("does not call an axis of no length right", () => {
    expect(shearDegrees([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeNaN();
  });
});

describe("obliquityDegrees", () => {
  test("is 0 for the 48 straight orientations", () => {
    const straight = oracle.cases.filter(({ kind }) => kind === "straight");
    for (const { affine } of straight) expect(obliquityDegrees(affine)).toBe(0);
  });

  test.each([0.001, 12, 44.9])("of a turn by %f° is that", (degrees) => {
    expect(obliquityDegrees(multiplyAffines(rotationZ(degrees), scaled))).toBeCloseTo(degrees, 9);
  });

  test("of a turn by 50° is 40: it lies nearer to the next direction", () => {
    expect(obliquityDegrees(multiplyAffines(rotationZ(50), scaled))).toBeCloseTo(40, 10);
  });
});

test("LAS is left-handed, LPS and RAS are not", () => {
  const signed = (x: number, y: number): Affine => [x, 0, 0, 0, 0, y, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1];
  expect([signed(-1, 1), signed(-1, -1), signed(1, 1)].map(isLeftHanded)).toEqual([
    true,
    false,
    false,
  ]);
});

describe("formsDistanceMm", () => {
  const geometry = {
    pixdim: [1, 0.7, 0.7, 5, 0, 0, 0, 0],
    units: 2,
    qformCode: 1,
    sformCode: 1,
    quaternion: [0, 0, 0, -180, -200, 90],
    sform: scaled.slice(0, 12),
  };

  test("of two that agree is 0, and null when one is not set", () => {
    expect(formsDistanceMm([512, 512, 75], geometry)).toBeCloseTo(0, 10);
    expect(formsDistanceMm([512, 512, 75], { ...geometry, qformCode: 0 })).toBeNull();
    expect(formsDistanceMm([512, 512, 75], { ...geometry, sformCode: 0 })).toBeNull();
  });

  test("of origins 3 and 4 mm apart is 5 mm", () => {
    const quaternion = [0, 0, 0, -177, -196, 90];
    expect(formsDistanceMm([512, 512, 75], { ...geometry, quaternion })).toBeCloseTo(5, 10);
  });

  test("of a qform half turned about z is the diagonal of the slice", () => {
    // d = 1 is 180° about z: −x, −y; corner (511, 511) lands 2 · 511 · 0.7 · √2 mm away.
    const quaternion = [0, 0, 1, -180, -200, 90];
    expect(formsDistanceMm([512, 512, 75], { ...geometry, quaternion })).toBeCloseTo(
      2 * 511 * 0.7 * Math.SQRT2,
      9,
    );
  });
});
