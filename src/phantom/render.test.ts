import { expect, test } from "vitest";
import { randomFrom } from "../core/index.ts";
import { drawAnatomy } from "./anatomy.ts";
import { axialGrid, type LabelledOrgan, render } from "./render.ts";
import { ellipsoid } from "./shapes.ts";

test("steps along a row change no voxel: the same as looking at each", () => {
  const grid = axialGrid({ dims: [120, 90, 7], spacing: [3.1, 3.1, 23], centre: [0, 0, -10] });
  for (const seed of [1, 2]) {
    const anatomy = drawAnatomy(randomFrom(seed));
    const organs: LabelledOrgan[] = [
      ...anatomy.behind,
      { ...anatomy.liver, label: 1 },
      ...anatomy.before,
    ];
    // No slack: every voxel of the box is looked at.
    const patient = organs.map((organ) => ({ ...organ, shape: { ...organ.shape, slack: 0 } }));
    const quick = render({ organs, noiseSd: 0 }, grid, { random: randomFrom(9) });
    const slow = render({ organs: patient, noiseSd: 0 }, grid, { random: randomFrom(9) });
    expect(quick.labels).toEqual(slow.labels);
    expect(quick.hu).toEqual(slow.hu);
    expect(quick.voxels).toEqual(slow.voxels);
  }
});

test("voxels whose centres lie inside are labelled, and the border is half and half", () => {
  // Centres at x = 2, 1, 0, −1, −2: a ball of radius 1.5 mm holds three, and their neighbours.
  const grid = axialGrid({ dims: [5, 5, 5], spacing: [1, 1, 1], centre: [0, 0, 0] });
  const ball: LabelledOrgan = {
    name: "ball",
    shape: ellipsoid([0, 0, 0], [1.5, 1.5, 1.5]),
    hu: 100,
    label: 2,
  };
  const { labels, voxels } = render({ organs: [ball], noiseSd: 0 }, grid, {
    random: randomFrom(1),
  });
  // |p|² ≤ 2: the centre, 6 faces and 12 edges.
  expect(voxels).toEqual([19]);
  expect(labels.filter((label) => label === 2)).toHaveLength(19);

  const cut: LabelledOrgan = { name: "ball", shape: ellipsoid([0, 0, 0], [2, 2, 2]), hu: 100 };
  const { hu } = render({ organs: [cut], noiseSd: 0 }, grid, { random: randomFrom(1) });
  // The voxel at (2, 0, 0) lies on the surface: half of −1000 and half of 100.
  expect(hu[0 + 5 * (2 + 5 * 2)]).toBe(-450);
  expect(hu[2 + 5 * (2 + 5 * 2)]).toBe(100);
});
