import { HeparError } from "../core/index.ts";
import { channelCountOf, type NetworkSpec } from "../model/index.ts";
import type { OnnxFile, OnnxPort } from "../onnx/index.ts";

/** A graph's input and output, as the description means them. */
export interface NetworkPorts {
  readonly input: OnnxPort;
  readonly output: OnnxPort;
}

/**
 * The graph's input and output, checked against the description: names, types, ranks, channels and
 * lengths. Lengths that the graph leaves open fit anything.
 *
 * @throws `model.invalid`: what is described, and what the graph has
 */
export function requireFit(file: OnnxFile, spec: NetworkSpec): NetworkPorts {
  const ports = {
    input: portNamed(file.inputs, { name: spec.input.name, what: "input", only: true }),
    output: portNamed(file.outputs, { name: spec.output.name, what: "output", only: false }),
  };
  requireShape(ports.input, {
    what: "input",
    shape: inputShapeOf(spec),
    axes: axesOf(spec, spec.input.channels),
  });
  requireShape(ports.output, {
    what: "output",
    shape: outputShapeOf(spec),
    axes: axesOf(spec, spec.input.channels),
  });
  return ports;
}

/** [1, channels, …patch], or with the channels last. */
export const inputShapeOf = (spec: NetworkSpec): readonly number[] =>
  shapeWith(spec, channelCountOf(spec));

/** [1, classes, …patch], or with the classes last. */
export const outputShapeOf = (spec: NetworkSpec): readonly number[] =>
  shapeWith(spec, spec.output.classes.length);

const shapeWith = ({ input: { channels, patch } }: NetworkSpec, count: number): number[] =>
  channels === "first" ? [1, count, ...patch] : [1, ...patch, count];

function axesOf({ input }: NetworkSpec, channels: "first" | "last"): string[] {
  const space = input.kind === "3d" ? ["slices", "rows", "columns"] : ["rows", "columns"];
  return channels === "first" ? ["batch", "channels", ...space] : ["batch", ...space, "channels"];
}

function portNamed(
  ports: readonly OnnxPort[],
  options: { readonly name: string | undefined; readonly what: string; readonly only: boolean },
): OnnxPort {
  const { name, what, only } = options;
  const found = ports.map((port) => port.name).join(", ") || "none";
  const [first] = ports;
  const wanted = name === undefined ? first : ports.find((port) => port.name === name);
  const several = ports.length !== 1 && (only || name === undefined);
  if (wanted !== undefined && !several) return wanted;
  const expected = name === undefined || several ? `one ${what}` : `an ${what} ${name}`;
  throw differs(`expected ${expected}, got ${found}`, {
    hint:
      several && !only
        ? `say which in the description: ${what}.name`
        : `the description must name what the graph has: ${what}.name`,
  });
}

function requireShape(
  port: OnnxPort,
  {
    what,
    shape,
    axes,
  }: {
    readonly what: string;
    readonly shape: readonly number[];
    readonly axes: readonly string[];
  },
): void {
  if (port.type !== "FLOAT") {
    throw differs(`the ${what} ${port.name}: expected FLOAT (float32), got ${port.type}`, {
      hint:
        what === "output" && port.type.startsWith("INT")
          ? "export the network without its argmax: logits or probabilities, one channel a class"
          : "export the network in float32",
    });
  }
  // A graph may leave the output's shape out altogether; the trial run sees it.
  if (what === "output" && port.shape.length === 0) return;
  const got = `[${port.shape.map((length) => length ?? "?").join(", ")}]`;
  const expected = `[${shape.join(", ")}] (${axes.join(", ")})`;
  const fits =
    port.shape.length === shape.length &&
    port.shape.every((length, at) => typeof length !== "number" || length === shape[at]);
  if (!fits) {
    throw differs(`the ${what} ${port.name}: the description means ${expected}, got ${got}`, {
      hint: "correct the description: kind, patch, channels, neighbours, intensity and classes must be those of the network; export it for a batch of 1, or with that axis open",
    });
  }
}

const differs = (message: string, { hint }: { readonly hint: string }): HeparError =>
  new HeparError("model.invalid", `the network is not as described: ${message}`, { hint });
