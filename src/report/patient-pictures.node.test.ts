import sharp from "sharp";
import { expect, test } from "vitest";
import type { LesionRow, StudiedRow } from "../study/index.ts";
import type { PictureBytes } from "./patient-content.ts";
import { type AxialSlice, endsInSlice, lesionViews, plainView } from "./patient-pictures.node.ts";

const grid = (orientation: string | null) =>
  ({ orientation, width: 100, height: 80, depth: 60 }) as StudiedRow;

test("ends of a diameter are turned from the stored axes to the patient's left and back", () => {
  const ends = "[[10,20,5],[30,20,5]]";
  // LPS is how slices are shown: nothing changes.
  expect(endsInSlice(ends, grid("LPS"))).toEqual([
    [10, 20],
    [30, 20],
  ]);
  // RAS: both axes run the other way, 99 − i and 79 − j.
  expect(endsInSlice(ends, grid("RAS"))).toEqual([
    [89, 59],
    [69, 59],
  ]);
  // Stored as back, head, left: the third axis is to the left, the first to the back.
  expect(endsInSlice(ends, grid("PSL"))).toEqual([
    [5, 10],
    [5, 30],
  ]);
  expect(endsInSlice(ends, grid(null))).toBeNull();
  expect(endsInSlice(null, grid("LPS"))).toBeNull();
});

/** 200 × 100 pixels of 0.5 × 1 mm: a square of 20 mm at x 100…140, y 40…60 is tumour. */
function slice(changes: Partial<AxialSlice> = {}): AxialSlice {
  const [width, height] = [200, 100];
  const labels = new Uint8Array(width * height);
  for (let y = 40; y < 60; y++) labels.fill(2, y * width + 100, y * width + 140);
  return {
    ...{ width, height, labels, aspect: 2, pixelMm: 0.5 },
    gray: new Uint8Array(width * height).fill(100),
    toPixels: ([i, j]) => [i + 0.5, j + 0.5],
    ...changes,
  };
}

const lesion = (changes: Partial<LesionRow> = {}) =>
  ({
    ...{ lesion: 1, slice: 7, axial_slice: 8, perpendicular_axial_ends_voxel: null },
    longest_axial_ends_voxel: "[[99.5,49.5,8],[139.5,49.5,8]]",
    ...changes,
  }) as LesionRow;

const row = { orientation: "LPS", width: 200, height: 100, depth: 20 } as StudiedRow;

async function pixelsOf({ source }: PictureBytes) {
  const bytes = Buffer.from(source.slice(source.indexOf(",") + 1), "base64");
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number): readonly number[] => [
    ...data.subarray(
      (y * info.width + x) * info.channels,
      (y * info.width + x) * info.channels + 3,
    ),
  ];
}

test("a lesion is cut out square in the patient, its diameter drawn from end to end", async () => {
  const asked: number[] = [];
  const [view] = await lesionViews({ row, lesions: [lesion()] }, async (number) => {
    asked.push(number);
    return slice();
  });
  expect(asked).toEqual([8]); // the slice of the diameter, not the fullest
  if (view === undefined) throw new Error("there is a lesion");
  // 20 mm: the square is 40 mm, 80 × 40 pixels, shown 300 × 300. It begins at x 80, y 30.
  expect([view.cut.width, view.cut.height]).toEqual([300, 300]);
  expect([view.whole.width, view.whole.height]).toEqual([300, 300]); // 100 mm × 100 mm
  const at = await pixelsOf(view.cut);
  // From (100, 50) to (140, 50) in the slice: 75 … 225, 150 in the picture.
  for (const x of [90, 150, 210]) expect(Math.min(...at(x, 150))).toBeGreaterThan(190);
  for (const x of [40, 260]) expect(Math.max(...at(x, 150))).toBeLessThan(120);
  // The ends have bars of 5 pixels to both sides.
  for (const x of [75, 225]) expect(Math.min(...at(x, 147))).toBeGreaterThan(180);
  expect(Math.max(...at(150, 140))).toBeLessThan(120);
});

test("without ends the lesion's slice is cut around its tumour, and nothing is drawn", async () => {
  const unknown = lesion({ longest_axial_ends_voxel: null });
  const [view] = await lesionViews({ row, lesions: [unknown] }, async () => slice());
  if (view === undefined) throw new Error("there is a lesion");
  const at = await pixelsOf(view.cut);
  expect(at(150, 150).every((value) => Math.abs(value - 100) < 8)).toBe(true);
});

test("a frame stays inside the slice, six lesions are shown, and one without a slice is left out", async () => {
  const corner = lesion({ longest_axial_ends_voxel: "[[0,0,8],[4,2,8]]" });
  const many = Array.from({ length: 8 }, (_, index) => ({ ...corner, lesion: index + 1 }));
  const views = await lesionViews({ row, lesions: many }, async () => slice());
  expect(views.map((view) => view.lesion)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await lesionViews({ row, lesions: many }, async () => null)).toEqual([]);
});

test("a slice without lesions: as it is, and with its mask where there is one", async () => {
  const both = await plainView(3, async () => slice());
  expect(both?.slice).toBe(3);
  expect(both?.whole).not.toBeNull();
  const bare = await plainView(3, async () => slice({ labels: null }));
  expect(bare?.whole).toBeNull();
  expect(await plainView(3, async () => null)).toBeNull();
});
