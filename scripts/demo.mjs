// `npm run demo`: phantoms, and everything that hepar does with them, in a fresh clone too.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { buildIfNeeded } from "./build-if-needed.mjs";
import { installIfNeeded } from "./install-if-needed.mjs";
import { root } from "./process.mjs";

const folder = "demo-output";
const seed = "1";

installIfNeeded();
buildIfNeeded();
rmSync(join(root, folder), { recursive: true, force: true });

const started = performance.now();
hepar("phantom", "--out", `${folder}/data`, "--seed", seed);
const result = JSON.parse(
  hepar(
    ...["run", `${folder}/data`, "--out", `${folder}/cohort`],
    ...["--recipe", "demo", "--seed", seed, "--json"],
  ),
);
const { summary } = result;
const dice = (structure) => {
  const { dicePerCase, diceGlobal, definedCases } = structure;
  const said = (value) => (value === null ? "undefined" : value.toFixed(3));
  return `${said(dicePerCase)} a case (mean of ${definedCases}), ${said(diceGlobal)} over all voxels`;
};
console.log(`
On ${summary.cases} phantoms that training never saw:
  liver Dice   ${dice(summary.liver)}
  tumour Dice  ${dice(summary.tumour)}
Report:  ${folder}/cohort/${result.report}
Time:    ${Math.round((performance.now() - started) / 1000)} s, the install and the build aside`);

/** Runs a command to its end; progress is shown, and its standard output returned. */
function hepar(...args) {
  console.error(`\n$ hepar ${args.join(" ")}`);
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, "dist/cli/main.js"), ...args],
    { cwd: root, encoding: "utf8", stdio: ["inherit", "pipe", "inherit"] },
  );
  if (status !== 0) {
    console.error(stdout);
    process.exit(status ?? 1);
  }
  return stdout;
}
