// `npm run bench -- <subject> [--json]`: ours and the peers in turn, medians, ratio = fastest peer ÷ ours.
import { existsSync } from "node:fs";
import { buildIfNeeded } from "./build-if-needed.mjs";

const subjects = ["train-step"];
const [subject] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const asJson = process.argv.includes("--json");
if (!subjects.includes(subject)) {
  console.error(`usage: npm run bench -- <subject> [--json]; subjects: ${subjects.join(", ")}`);
  process.exit(2);
}
buildIfNeeded();
if (!existsSync(new URL("../bench/.venv", import.meta.url))) {
  console.error("the peers are not installed (bench/peers/install.sh): ours alone is measured");
}
const { measure } = await import(`../bench/${subject}.mjs`);
const results = await measure({ log: (line) => console.error(line) });
if (asJson) console.log(JSON.stringify(results, null, 2));
else {
  for (const { input, ours, peers, ratio } of results) {
    console.log(`\n${input}`);
    for (const [who, { seconds, peakMb }] of Object.entries({ ours, ...peers })) {
      console.log(`  ${who.padEnd(40)} ${seconds.toFixed(4)} s  ${peakMb.toFixed(0)} MB`);
    }
    console.log(`  fastest peer ÷ ours: ${ratio?.toFixed(2) ?? "no peer"}`);
  }
}
