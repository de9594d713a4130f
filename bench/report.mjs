// The report of 131 cases, as many as LiTS has for training, and of a quarter of them, to see how memory grows.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, ours } from "./process.mjs";
import { makeCohort } from "./report-cohort.mjs";

export async function measure({ rounds = 3, log }) {
  const results = [];
  for (const cases of [33, 131]) {
    const folder = await mkdtemp(join(tmpdir(), "hepar-bench-report-"));
    try {
      const cohort = await makeCohort(folder, cases);
      const runs = { ours: [] };
      for (let round = 0; round < rounds; round++) {
        const made = await ours("report-ours.mjs", [JSON.stringify({ cohort })]);
        if (made.pages !== cases) throw new Error(`${made.pages} pages of cases, not ${cases}`);
        runs.ours.push(made);
        const { seconds, megabytes, pageBytes } = made;
        log(
          `${cases} cases: ${seconds.toFixed(1)} s, ${megabytes.toFixed(1)} MB, of which the first page ${(pageBytes / 1e6).toFixed(2)} MB`,
        );
      }
      const input = `${cases} phantom cases of 512²: page, PDF, Markdown, JSON, a page a case`;
      results.push({ subject: "report", input, ...figuresOf(runs) });
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return results;
}
