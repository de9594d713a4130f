import { expect, test } from "vitest";
import { languageTags } from "../report/index.ts";
import { recipes, standardNetworks } from "../train/index.ts";
import { lang, trainOptions } from "./commands/choices.ts";
import { describeCommands } from "./describe.ts";
import { renderCliDocs } from "./docs.ts";
import { commandTable } from "./table.ts";

test("docs/cli.md is what the command table says (after a change: vitest -u)", async () => {
  await expect(renderCliDocs(commandTable)).toMatchFileSnapshot("../../docs/cli.md");
});

test("the choices that are offered are those that exist", () => {
  expect(trainOptions.arch.choices).toEqual(Object.keys(standardNetworks));
  for (const name of Object.keys(recipes)) expect(trainOptions.recipe.description).toContain(name);
  expect(lang.choices).toEqual(languageTags);
});

test("names are words that can be typed, and nothing is described twice", () => {
  const commands = describeCommands(commandTable);
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  for (const { name, options } of commands) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const { flags } of options) expect(flags).toMatch(/^--[a-z]+(-[a-z]+)*( <[a-z]+>)?$/);
  }
});
