// What the benchmarks of components and of distances have in common.
import { figuresOf, ours, peer, peersAreThere } from "./process.mjs";
import { dims, maskFile, spacing } from "./voxels-job.mjs";

/**
 * Both sides say one number of what they made: how many components, or the largest distance. A peer
 * that takes ten times as long is asked once.
 *
 * @param tolerance how far a peer's may be from ours, as a share of it
 */
export async function compareVoxels({ rounds = 3, log, subject, jobs, peers, tolerance }) {
  if (!peersAreThere()) {
    log("the peers are not installed (bench/peers/install.sh): ours alone is measured");
  }
  const results = [];
  for (const { name, mask, ...how } of jobs) {
    const job = JSON.stringify({ ...how, file: await maskFile(mask), dims, spacing });
    const runs = { ours: [] };
    for (let round = 0; round < rounds; round++) {
      runs.ours.push(await ours("voxels-ours.mjs", [job]));
      log(`${name}: ours ${runs.ours.at(-1).seconds.toFixed(3)} s`);
      for (const [who, [library, threads]] of Object.entries(peersAreThere() ? peers : {})) {
        if (runs[who]?.[0].seconds > 10 * runs.ours[0].seconds) continue;
        const result = await peer("voxels.py", [job, library, String(threads)]);
        const { answer } = runs.ours[0];
        if (!(Math.abs(result.answer - answer) <= tolerance * answer)) {
          throw new Error(`${who}: ${result.answer}, ours ${answer}`);
        }
        runs[who] = [...(runs[who] ?? []), result];
        log(`${name}: ${who} ${result.seconds.toFixed(3)} s`);
      }
    }
    results.push({ subject, input: `${name}, ${dims.join(" × ")}`, ...figuresOf(runs) });
  }
  return results;
}
