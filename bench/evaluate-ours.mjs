// Our side of the evaluation's benchmark: one pair, both masks read before. Prints JSON.
import { performance } from "node:perf_hooks";
import { scoreLitsCase, scorePair } from "../dist/evaluate/index.js";
import { readLabels } from "../dist/volume/index.node.js";
import { peakMb } from "./read-side.mjs";

const { reference, prediction, mode } = JSON.parse(process.argv[2]);
const [truth, found] = [await readLabels(reference), await readLabels(prediction)];
const started = performance.now();
const scores = mode === "lits" ? scoreLitsCase(truth, found) : scorePair(truth, found);
const seconds = (performance.now() - started) / 1000;
const of = ({ dice, voe, assd, assdMm, rmsd, msd, msdMm, hd95Mm, nsd }) =>
  mode === "lits"
    ? { dice, voe, assd, rmsd, msd }
    : { dice, assd: assdMm, msd: msdMm, hd95: hd95Mm, nsd };
const numbers =
  mode === "lits"
    ? {
        liver: of(scores.liver),
        lesions: scores.lesions.length,
        found: scores.detection.above50.truePositives,
        tumourDice: scores.lesionDice,
      }
    : { liver: of(scores.liver), tumour: of(scores.tumour) };
process.stdout.write(`${JSON.stringify({ seconds, peakMb: peakMb(), numbers })}\n`);
