// `npm run fuzz -- <subject> [--inputs n] [--seed s]`: many more broken inputs than `npm test` tries.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installIfNeeded } from "./install-if-needed.mjs";
import { root } from "./process.mjs";

const subjects = ["nifti"];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});
const [subject] = positionals;
if (!subjects.includes(subject) || !(Number(values.inputs) >= 1)) {
  console.error(
    `usage: npm run fuzz -- <subject> [--inputs n] [--seed s]; subjects: ${subjects.join(", ")}`,
  );
  process.exit(2);
}
installIfNeeded();
const folder = mkdtempSync(join(tmpdir(), "hepar-fuzz-report-"));
const report = join(folder, "report.json");
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", `test/bad-inputs/${subject}-fuzz.test.ts`],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      HEPAR_FUZZ_INPUTS: values.inputs,
      HEPAR_FUZZ_SEED: values.seed,
      HEPAR_FUZZ_REPORT: report,
    },
  },
);
if (existsSync(report)) console.log(readFileSync(report, "utf8"));
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
