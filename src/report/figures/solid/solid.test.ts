import { expect, test } from "vitest";
import { type Affine, findRuns, type LabelVolume } from "../../../volume/index.ts";
import { fieldOf, smoothed } from "./field.ts";
import { render } from "./render.ts";
import { liverScene, seenAt, views } from "./scene.ts";
import { type Mesh, surfaceOf } from "./surface-nets.ts";

const colours = { liver: [86, 180, 233], tumour: [230, 159, 0] } as const;

/** A ball of liver of 30 mm with what else is put into it; RAS mm, its middle at the origin. */
function ball(
  affine: Affine,
  labelAt: (x: number, y: number, z: number) => number = () => 0,
): LabelVolume {
  const dims = [72, 72, 36] as const;
  const voxels = new Uint8Array(72 * 72 * 36);
  for (let at = 0; at < voxels.length; at++) {
    const [i, j, k] = [at % 72, Math.floor(at / 72) % 72, Math.floor(at / 72 / 72)];
    const [x, y, z] = [0, 4, 8].map(
      (row) => affine[row] * i + affine[row + 1] * j + affine[row + 2] * k + affine[row + 3],
    );
    voxels[at] = labelAt(x, y, z) || (Math.hypot(x, y, z) < 30 ? 1 : 0);
  }
  return { kind: "labels", dims, voxels, affine, affineFrom: "sform" };
}

const lps: Affine = [-1, 0, 0, 35.5, 0, -1, 0, 35.5, 0, 0, 2, -35, 0, 0, 0, 1];
const ras: Affine = [1, 0, 0, -35.5, 0, 1, 0, -35.5, 0, 0, 2, -35, 0, 0, 0, 1];
const mirrored: Affine = [-1, 0, 0, 35.5, 0, 1, 0, -35.5, 0, 0, 2, -35, 0, 0, 0, 1];

/** Σ a · (b × c) ÷ 6: positive when the triangles are counterclockwise from outside. */
function volumeOf({ positions: p, triangles }: Mesh): number {
  let volume = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => 3 * triangles[at + corner]);
    volume +=
      p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) +
      p[a + 1] * (p[b + 2] * p[c] - p[b] * p[c + 2]) +
      p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c]);
  }
  return volume / 6;
}

const meshOf = (mask: LabelVolume, stepMm: number): Mesh => {
  const field = fieldOf(
    mask,
    findRuns(mask, (label) => label !== 0),
    { stepMm },
  );
  if (field === undefined) throw new Error("an empty mask");
  return surfaceOf(smoothed(field, 2));
};

test.each([
  ["LPS", lps],
  ["RAS", ras],
  ["left-handed", mirrored],
])("a ball's surface has its volume, and normals that point out: %s", (_, affine) => {
  const mesh = meshOf(ball(affine), 2);
  expect(volumeOf(mesh) / ((4 / 3) * Math.PI * 30 ** 3)).toBeCloseTo(1, 1);
  expect(volumeOf(mesh)).toBeGreaterThan(0);
  for (let at = 0; at < mesh.positions.length; at += 3) {
    const [x, y, z] = mesh.positions.subarray(at, at + 3);
    const [nx, ny, nz] = mesh.normals.subarray(at, at + 3);
    expect(Math.hypot(x, y, z)).toBeGreaterThan(28);
    expect(Math.hypot(x, y, z)).toBeLessThan(32);
    expect((x * nx + y * ny + z * nz) / Math.hypot(x, y, z)).toBeGreaterThan(0.9);
  }
});

test("every edge belongs to two triangles that run along it in opposite directions", () => {
  const { triangles } = meshOf(ball(lps), 2);
  const edges = new Map<string, number>();
  for (let at = 0; at < triangles.length; at += 3) {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      const [from, to] = [triangles[at + a], triangles[at + b]];
      const name = from < to ? `${from} ${to}` : `${to} ${from}`;
      edges.set(name, (edges.get(name) ?? 0) + (from < to ? 1 : -1));
    }
  }
  expect([...edges.values()].every((balance) => balance === 0)).toBe(true);
});

test("a ball is seen as a disc, clear outside and dense at its rim", () => {
  const scene = liverScene(ball(lps), colours);
  if (scene === null) throw new Error("no scene");
  const pixels = 100;
  const picture = render(scene, { view: views.anterior, frame: scene.frame, pixels });
  const opacity = (x: number, y: number) => picture[4 * (x + pixels * y) + 3];
  let covered = 0;
  for (let at = 0; at < pixels ** 2; at++) covered += picture[4 * at + 3] > 0 ? 1 : 0;
  const radius = (30 / scene.frame.sizeMm) * pixels;
  expect(covered / (Math.PI * radius ** 2)).toBeCloseTo(1, 1);
  expect(opacity(0, 0)).toBe(0);
  expect(opacity(50, 50)).toBeLessThan(90);
  expect(opacity(50, Math.round(50 - radius + 3))).toBeGreaterThan(110);
});

test.each([
  ["LPS", lps],
  ["RAS", ras],
  ["left-handed", mirrored],
])("what lies to the patient's right, front and head is seen there: %s", (_, affine) => {
  // A large lesion to the right, at the back and low; a single voxel to the left, in front and high.
  const mask = ball(affine, (x, y, z) => {
    if (Math.hypot(x - 15, y + 12, z + 10) < 6) return 2;
    return Math.hypot(x + 14.5, y - 10.5, z - 9) < 0.5 ? 2 : 0;
  });
  const scene = liverScene(mask, colours);
  if (scene === null) throw new Error("no scene");
  expect(scene.lesions.map(({ voxels }) => voxels)).toEqual([scene.lesions[0].voxels, 1]);
  const places = (name: keyof typeof views) =>
    scene.lesions.map(({ middle }) => seenAt(middle, { view: views[name], frame: scene.frame }));
  const [[frontX, frontY], [smallX, smallY]] = places("anterior");
  expect(frontX).toBeLessThan(0.5); // right: on the left
  expect(frontY).toBeGreaterThan(0.5); // low
  expect(smallX).toBeGreaterThan(0.5);
  expect(smallY).toBeLessThan(0.5);
  const [[sideX]] = places("left");
  expect(sideX).toBeGreaterThan(0.5); // the back: on the right
  const [[, feetY]] = places("inferior");
  expect(feetY).toBeGreaterThan(0.5); // the back: at the bottom
  // Both are drawn in the lesion's hue where they should be seen.
  const pixels = 200;
  const picture = render(scene, { view: views.anterior, frame: scene.frame, pixels });
  for (const [x, y] of places("anterior")) {
    const at = 4 * (Math.round(x * pixels - 0.5) + pixels * Math.round(y * pixels - 0.5));
    expect(picture[at + 3]).toBe(255);
    expect(picture[at]).toBeGreaterThan(picture[at + 2]);
  }
});

test.each([
  [1, 0.6],
  [3, 0.85],
  [6, 0.9],
  [9, 0.9],
])("a lesion of radius %f mm keeps its volume, or %f of it", (radius, least) => {
  const scene = liverScene(
    ball(lps, (x, y, z) => (Math.hypot(x - 5.5, y - 2.5, z - 1) < radius ? 2 : 0)),
    colours,
  );
  const [{ mesh }] = scene?.solid ?? [];
  const [{ voxels }] = scene?.lesions ?? [];
  // A voxel is 2 mm³.
  const share = volumeOf(mesh) / (2 * voxels);
  expect(share).toBeGreaterThan(least);
  expect(share).toBeLessThan(1.1);
});

test("no liver is no glass, and an empty mask no scene", () => {
  const empty = ball(lps);
  empty.voxels.fill(0);
  expect(liverScene(empty, colours)).toBeNull();
  empty.voxels.fill(2, 100_000, 100_003);
  const scene = liverScene(empty, colours);
  expect(scene?.glassy).toBeNull();
  expect(scene?.lesions).toHaveLength(1);
});
