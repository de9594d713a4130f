import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { layers } from "../src/layers.ts";

const src = resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file.includes("/"))
  .sort();
const rank = new Map<string, number>(layers.map((layer, index) => [layer, index]));
const layerOf = (file: string): string => file.split("/")[0];
const machineLayers = new Set(["cli"]);
/** Files for the browser alone. */
const isWeb = (file: string): boolean => file.endsWith(".web.ts");
const isMachine = (file: string): boolean =>
  /\.node(\.test)?\.ts$/.test(file) ||
  machineLayers.has(layerOf(file)) ||
  file.endsWith(".test.ts");

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Types alone, of which nothing is left when the program runs. */
  readonly typeOnly: boolean;
  /** The imported file, relative to src; undefined for packages. */
  readonly to: string | undefined;
}

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(src, from), "utf8");
  const found = [...text.matchAll(/(import type [^;"]*)?(?:from|import)\s*\(?\s*"([^"]+)"/g)];
  return found.map(([, typeOnly, specifier]) => ({
    from,
    specifier,
    typeOnly: typeOnly !== undefined,
    to: specifier.startsWith(".")
      ? relative(src, resolve(src, dirname(from), specifier))
      : undefined,
  }));
});

test("every folder of src is a layer", () => {
  const folders = new Set(files.map(layerOf));
  expect([...folders].filter((folder) => !rank.has(folder))).toEqual([]);
});

test("imports never point right, and folders meet at their doors", () => {
  const lessons = imports.flatMap(({ from, to }) => {
    if (to === undefined || !to.includes("/") || layerOf(from) === layerOf(to)) return [];
    if ((rank.get(layerOf(to)) ?? 0) > (rank.get(layerOf(from)) ?? 0)) {
      return [`${from} → ${to} points right`];
    }
    return /^[a-z0-9-]+\/index(\.node|\.web)?\.ts$/.test(to)
      ? []
      : [`${from} → ${to} is not a door`];
  });
  expect(lessons).toEqual([]);
});

// Packages with native code or a file system behind them.
const machinePackages = /^(sharp|@duckdb\/|onnxruntime-|@resvg\/|yauzl$)/;

test("only files named .node.ts touch the machine, only files named .web.ts the browser", () => {
  const lessons = imports.flatMap(({ from, specifier, typeOnly, to }) => {
    if (from.endsWith(".test.ts")) return [];
    if (to !== undefined && isWeb(to) && !isWeb(from)) return [`${from} imports ${to}`];
    if (isMachine(from) || typeOnly) return [];
    if (isWeb(from) && specifier.startsWith("onnxruntime-web")) return [];
    if (specifier.startsWith("node:") || machinePackages.test(specifier)) {
      return [`${from} imports ${specifier}`];
    }
    return to?.endsWith(".node.ts") ? [`${from} imports ${to}`] : [];
  });
  expect(lessons).toEqual([]);
});

test("there are no cycles", () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (to !== undefined) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      return;
    }
    state.set(file, "open");
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, "done");
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("chance and time are arguments", () => {
  const offenders = files.filter(
    (file) =>
      !file.endsWith(".test.ts") &&
      !machineLayers.has(layerOf(file)) &&
      /Math\.random|Date\.now|new Date\(\)|performance\.now/.test(
        readFileSync(join(src, file), "utf8"),
      ),
  );
  expect(offenders).toEqual([]);
});
