import fc from "fast-check";
import { expect, test } from "vitest";
import { regionPath } from "./region-path.ts";

const regionOf = (rows: readonly string[]) => ({
  width: rows[0].length,
  height: rows.length,
  inside: (at: number) => rows[Math.floor(at / rows[0].length)][at % rows[0].length] === "#",
});

test("a pixel, a row of two and nothing", () => {
  expect(regionPath(regionOf(["#"]))).toBe("M0 0H1V1H0V0Z");
  expect(regionPath(regionOf(["##"]))).toBe("M0 0H2V1H0V0Z");
  expect(regionPath(regionOf([".."]))).toBe("");
  expect(regionPath(regionOf(["#"]), { scale: [2, 3] })).toBe("M0 0H2V3H0V0Z");
});

/** Vertical edges of a path by row: where a ray to the right crosses it. */
function crossings(path: string, row: number): number[] {
  const xs: number[] = [];
  let [x, y] = [0, 0];
  for (const [, command, values] of path.matchAll(/([MHVZ])([-\d. ]*)/g)) {
    const numbers = values.split(" ").map(Number);
    if (command === "M") [x, y] = numbers;
    if (command === "H") [x] = numbers;
    if (command === "V") {
      const [from, to] = [Math.min(y, numbers[0]), Math.max(y, numbers[0])];
      if (from < row + 0.5 && row + 0.5 < to) xs.push(x);
      [y] = numbers;
    }
  }
  return xs;
}

test("filled by the even-odd rule, the path covers exactly the region", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 49 }),
      (width, cells) => {
        const height = Math.ceil(cells.length / width);
        const inside = (at: number) => cells[at] ?? false;
        const path = regionPath({ width, height, inside });
        for (let at = 0; at < width * height; at++) {
          const [x, y] = [at % width, Math.floor(at / width)];
          const left = crossings(path, y).filter((edge) => edge <= x).length;
          expect(left % 2 === 1).toBe(inside(at));
        }
      },
    ),
  );
});
