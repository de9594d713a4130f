import type { Command } from "./command.ts";
import { agreementCommand } from "./commands/agreement-command.ts";
import { checkCommand } from "./commands/check-command.ts";
import { cohortCommands } from "./commands/cohort-commands.ts";
import { exportCommand } from "./commands/export-command.ts";
import { figureCommand } from "./commands/figure-command.ts";
import { importCommand } from "./commands/import-command.ts";
import { infoCommand } from "./commands/info-command.ts";
import { measureCommand } from "./commands/measure-command.ts";
import { phantomCommand } from "./commands/phantom-command.ts";
import { scoreCommand } from "./commands/score-command.ts";
import { recipesCommand } from "./commands/training-commands.ts";

/** Every command, in the order in which help shows them. */
export const commandTable: readonly Command[] = [
  ...cohortCommands,
  checkCommand,
  measureCommand,
  scoreCommand,
  agreementCommand,
  exportCommand,
  importCommand,
  figureCommand,
  recipesCommand,
  phantomCommand,
  infoCommand(() => commandTable),
];
