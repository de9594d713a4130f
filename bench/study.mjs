// The study of a scan and its mask: ours and nibabel + numpy + scipy + scikit-image in turn; a packed
// case beside inflating alone; several cases at once beside one after another; a long scan's memory.
import { availableParallelism } from "node:os";
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";
import { caseFiles } from "./study-job.mjs";

const theirs = "nibabel, numpy, scipy, scikit-image";

export async function measure({ rounds = 3, log }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): ours alone is measured");
  }
  const plain = await caseFiles({ depth: 450 });
  const packed = await caseFiles({ depth: 450, gzip: true });
  const long = await caseFiles({ depth: 1000 });
  const json = JSON.stringify;
  const mine = (files) => () => ours("study-ours.mjs", [json(files)]);
  const other = (files) => ({ [theirs]: () => peer("study.py", [json(files)]) });
  const inflating = {
    "inflating alone": () => ours("study-inflate.mjs", [json(packed)]),
    "inflating alone, both at once": () => ours("study-inflate.mjs", [json(packed), "at once"]),
  };
  const several = (threads) => () =>
    ours("study-cases.mjs", [json({ files: packed, cases: 4, threads })]);
  const threads = availableParallelism();
  const size = "512 × 512 × 450, 6 lesions";
  const sides = {
    [`${size}, .nii`]: [mine(plain), other(plain)],
    // The peer inflates as slowly as it studies: inflating alone is asked in the same minutes.
    [`${size}, .nii.gz`]: [mine(packed), { ...inflating, ...other(packed) }],
    [`4 cases of ${size}, .nii.gz, ${threads} threads`]: [
      several(threads),
      { "one thread": several(1) },
    ],
    "512 × 512 × 1000, 6 lesions, .nii": [mine(long), other(long)],
  };
  const results = [];
  for (const [name, [ourSide, peers]] of Object.entries(sides)) {
    results.push(await compare(name, { ourSide, peers, rounds, log }));
  }
  return results;
}

async function compare(name, { ourSide, peers, rounds, log }) {
  const runs = { ours: [] };
  for (let round = 0; round < rounds; round++) {
    runs.ours.push(await ourSide());
    log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(2)} s`);
    for (const [who, side] of Object.entries(peers)) {
      if (who === theirs && !peersAreThere()) continue;
      runs[who] = [...(runs[who] ?? []), await side()];
      log(`${name}: ${who} ${runs[who].at(-1).seconds.toFixed(2)} s`);
    }
  }
  if (runs[theirs] !== undefined) requireSame(runs.ours[0].numbers, runs[theirs][0].numbers);
  return { subject: "study", input: name, ...figuresOf(runs) };
}

/** The same numbers, or the comparison is worth nothing. */
function requireSame(mine, other) {
  const same = (what, a, b, tolerance) => {
    if (Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))) return;
    throw new Error(`${what}: ours ${a}, theirs ${b}`);
  };
  same("liver mL", mine.liver.volumeMl, other.liverMl, 1e-9);
  same("tumour mL", mine.tumour.volumeMl, other.tumourMl, 1e-9);
  [mine.scanHu, mine.liver.hu, mine.tumour.hu].forEach((hu, part) => {
    sameHu(hu, other.hu[part]);
  });
  same("lesions", mine.lesions.length, other.lesions.length, 0);
  mine.lesions.forEach((lesion, index) => {
    const { hu, centroid, ...sizes } = other.lesions[index];
    for (const [name, value] of Object.entries(sizes))
      same(name, lesion[name], value, looseness(name));
    sameHu(lesion.hu, hu);
  });

  function sameHu({ meanHu, sdHu, p10Hu, p25Hu, medianHu, p75Hu, p90Hu }, numbers) {
    [meanHu, sdHu, p10Hu, p25Hu, medianHu, p75Hu, p90Hu].forEach((value, n) => {
      same(`HU ${n}`, value, numbers[n], 1e-9);
    });
  }
}

/** scikit-image draws other triangles in some cells (Lewiner's), and keeps them in float32. */
const looseness = (name) => (name === "surfaceAreaMm2" || name === "sphericity" ? 0.03 : 1e-5);
