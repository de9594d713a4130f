import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { charactersOf, drawable } from "./glyphs.ts";

const font = (name: string): Uint8Array =>
  readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

// Of fontTools 4.68.0, all Unicode subtables of dejavu-fonts-ttf 2.37.3: how many, and their sum.
test.each([
  ["DejaVuSans", 5918, 130_203_720],
  ["DejaVuSans-Bold", 5898, 127_598_476],
])("%s: the characters are those that fontTools reads", (name, count, sum) => {
  const characters = charactersOf(font(name));
  expect(characters.size).toBe(count);
  expect([...characters].reduce((total, point) => total + point, 0)).toBe(sum);
});

test("what has no shape, and what turns the words around it, is told by its number", () => {
  const has = charactersOf(font("DejaVuSans"));
  expect(drawable("é ‒ كبد\n😀", has)).toBe("é ‒ كبد\n😀");
  expect(drawable("a🩻肝b\u202Ec", has)).toBe("a⟨U+1FA7B⟩⟨U+809D⟩b⟨U+202E⟩c");
});

test("bytes that are no font are refused", () => {
  expect(() => charactersOf(new Uint8Array(0))).toThrow(RangeError);
  expect(() => charactersOf(new Uint8Array(64))).toThrow("a font without the table cmap");
});
