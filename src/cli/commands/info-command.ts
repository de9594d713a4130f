import { availableParallelism } from "node:os";
import { counted, errorCodes } from "../../core/index.ts";
import { type Command, command } from "../command.ts";
import { describeCommands } from "../describe.ts";
import { exitStatus, statusOf } from "../exit-status.ts";

/**
 * The command that tells what this hepar is and can.
 *
 * @param table - every command, itself included, asked for when it runs
 */
export const infoCommand = (table: () => readonly Command[]): Command =>
  command({
    name: "info",
    summary: "the version, the machine, the runtime in use and every command",
    arguments: {},
    options: {},
    example: "hepar info --json",
    async run(_values, { version }) {
      const { runtimeDevices, runtimeName } = await import("../../onnx/index.node.ts");
      // Without a runtime hepar still catalogues, studies and converts.
      const runtime = await runtimeName().catch(() => null);
      const devices = runtime === null ? [] : await runtimeDevices();
      const { lesionColumns, studiedColumns } = await import("../../study/index.ts");
      const machine = {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        threads: availableParallelism(),
      };
      return {
        status: exitStatus.done,
        json: {
          version,
          runtime,
          devices,
          machine,
          commands: describeCommands(table()),
          // By column, what it holds: text, whole or other numbers, yes or no.
          tables: { catalog: studiedColumns, lesions: lesionColumns },
          errors: errorCodes.map((code) => ({ code, exitStatus: statusOf[code] })),
        },
        lines: [
          `hepar    ${version}`,
          `runtime  ${runtime ?? "none: no network can be trained or run"}`,
          `devices  ${devices.join(", ") || "none"}${devices.length > 1 ? " (the others than cpu where the machine has them)" : ""}`,
          `node     ${machine.node}, ${machine.platform}, ${counted(machine.threads, "thread")}`,
          `commands ${table()
            .map(({ name }) => name)
            .join(", ")}`,
        ],
      };
    },
  });
