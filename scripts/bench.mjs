// `npm run bench -- <subject> [--rounds n] [--curve] [--json]`: ours and the peers in turn, medians, ratio = fastest peer ÷ ours.
import { parseArgs } from "node:util";
import { buildIfNeeded } from "./build-if-needed.mjs";

const subjects = [
  "read",
  "train-step",
  "train-step-browser",
  "resample",
  "study",
  "evaluate",
  "catalog",
  "check",
  "convert",
  "components",
  "distance",
  "codecs",
  "report",
  "predict",
  "predict-browser",
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean" },
    curve: { type: "boolean" },
    rounds: { type: "string", default: "3" },
  },
});
const [subject] = positionals;
const rounds = Number(values.rounds);
if (!subjects.includes(subject) || !(rounds >= 1)) {
  console.error(
    `usage: npm run bench -- <subject> [--rounds n] [--curve] [--json]; subjects: ${subjects.join(", ")}`,
  );
  process.exit(2);
}
buildIfNeeded();
const { measure } = await import(`../bench/${subject}.mjs`);
const results = await measure({ rounds, curve: values.curve, log: (line) => console.error(line) });
if (values.json) console.log(JSON.stringify(results, null, 2));
else {
  for (const { input, ours, peers, ratio } of results) {
    console.log(`\n${input}`);
    for (const [who, { seconds, peakMb }] of Object.entries({ ours, ...peers })) {
      console.log(`  ${who.padEnd(40)} ${seconds.toFixed(4)} s  ${peakMb.toFixed(0)} MB`);
    }
    console.log(`  fastest peer ÷ ours: ${ratio?.toFixed(2) ?? "no peer"}`);
  }
}
