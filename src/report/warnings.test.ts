import { expect, test } from "vitest";
import { type FindingCode, findingRules, isWarning } from "../catalog/index.ts";
import { languageOf, languageTags } from "./language.ts";

/** What the catalogue keeps; what cannot be read at all is a problem, and is told as one. */
const codes = (Object.keys(findingRules) as FindingCode[]).filter(
  (code) =>
    isWarning(code) &&
    !/^(nifti|input|geometry|labels)\.|^(defect|left-out|mask-without-scan)$/.test(code),
);

test.each(languageTags)("every warning of the catalogue has its words in %s", (tag) => {
  const words: Readonly<Record<string, { short: string; long: string }>> =
    languageOf(tag).say.warnings;
  expect(Object.keys(words).sort()).toEqual(codes.sort());
  for (const { short, long } of Object.values(words)) {
    expect(short).not.toMatch(/\.$/);
    expect(long).toMatch(/^[A-Z].*\.$/);
  }
});
