import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

const ownFolder = join(import.meta.dirname, "golden");

/**
 * Compares with the golden file of that name. A difference is written beside it as `-changed`, to
 * be looked at and, if it is right, renamed; a golden file that is not there yet is made.
 */
export function expectGolden(
  name: string,
  actual: string,
  { folder = ownFolder }: { readonly folder?: string } = {},
): void {
  const dot = name.lastIndexOf(".");
  const golden = join(folder, name);
  const changed = join(folder, `${name.slice(0, dot)}-changed${name.slice(dot)}`);
  const expected = read(golden);
  if (expected === undefined) {
    if (process.env.CI) expect.fail(`there is no golden file ${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(golden, actual);
    return;
  }
  if (expected === actual) {
    rmSync(changed, { force: true });
    return;
  }
  writeFileSync(changed, actual);
  expect.fail(`${name} has changed: compare it with ${changed}`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
