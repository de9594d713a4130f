import { checkLines } from "../check-text.ts";
import { type CommandResult, command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { flag, manyArguments } from "../option.ts";

/** The command that tells what is wrong with files before anything is learned from them. */
export const checkCommand = command({
  name: "check",
  summary: "what is wrong with scans, masks and folders, and what to do about it",
  arguments: {
    files: manyArguments("scans, masks, a scan and its mask, or folders of them"),
  },
  options: {
    headersOnly: flag("reads no voxels: ten thousand files in seconds, geometry only"),
    strict: flag("warnings count as errors for the exit status"),
  },
  example: "hepar check ~/lits",
  async run({ files, headersOnly, strict }, { progress, signal, width, colours }) {
    const { checkOnThreads } = await import("../../cohort/index.node.ts");
    const report = await checkOnThreads(files, { headersOnly, progress, signal });
    const isBad = report.errors > 0 || (strict && report.warnings > 0);
    const { findings, ...summary } = report;
    return {
      status: isBad ? exitStatus.input : exitStatus.done,
      json: { summary: { ...summary, strict }, findings },
      lines: checkLines(report, { width, colours }),
    } satisfies CommandResult;
  },
});
