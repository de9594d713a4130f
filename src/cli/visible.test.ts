import { expect, test } from "vitest";
import { visible } from "./visible.ts";

test("what a file's name could do to a terminal is shown instead", () => {
  expect(visible("volume-\u001b[31m4\u0007\r.nii\u202e\u009b1J")).toBe(
    "volume-\\u001b[31m4\\u0007\\u000d.nii\\u202e\\u009b1J",
  );
  expect(visible("é 腫瘍 😀 שלום")).toBe("é 腫瘍 😀 שלום");
});

test("a line stays one line", () => {
  expect(visible("two\nlines\r\n\tand\u2028more\u2029")).toBe(
    "two\\u000alines\\u000d\\u000a\\u0009and\\u2028more\\u2029",
  );
});

test("where hepar writes colours they stay, and nothing else does", () => {
  expect(visible("\u001b[1mbold\u001b[22m \u001b[2J", { colours: true })).toBe(
    "\u001b[1mbold\u001b[22m \\u001b[2J",
  );
});
