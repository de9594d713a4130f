import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { layers } from "../src/layers.ts";

const root = resolve(import.meta.dirname, "..");

test("every layer's doors are published, and nothing else", () => {
  const doors = layers
    .filter((layer) => layer !== "cli")
    .flatMap((layer) => [
      [`./${layer}`, `${layer}/index`],
      [`./${layer}/node`, `${layer}/index.node`],
      [`./${layer}/web`, `${layer}/index.web`],
    ])
    .filter(([, door]) => existsSync(`${root}/src/${door}.ts`))
    .map(([name, door]) => [name, { types: `./dist/${door}.d.ts`, default: `./dist/${door}.js` }]);
  const { exports } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
  expect(exports).toEqual({
    ...Object.fromEntries(doors),
    "./package.json": "./package.json",
  });
});
