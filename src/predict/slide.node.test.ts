import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkSpecSchema } from "../model/index.ts";
import { openSession } from "../onnx/index.node.ts";
import type { Session } from "../onnx/index.ts";
import { type CtVolume, identityAffine } from "../volume/index.ts";
import type { LoadedNetwork } from "./network.ts";
import { lengthsOf, placePlane, sweeps } from "./patch-planes.ts";
import { segment } from "./segment.ts";
import { slide } from "./slide.ts";

const oracle = new URL("../../test/oracle/predict/", import.meta.url);

interface Case {
  readonly network: "plane" | "volume";
  readonly shape: readonly [number, number, number];
  readonly patch: readonly number[];
  readonly overlap: number;
  readonly mode: "gaussian" | "constant";
  readonly labels: string;
  readonly places: readonly number[];
  readonly logits: readonly (readonly number[])[];
}

const { cases } = JSON.parse(await readFile(new URL("sliding-window.json", oracle), "utf8")) as {
  cases: readonly Case[];
};

const sessions = new Map<string, Session>();
beforeAll(async () => {
  for (const name of ["plane", "volume"]) {
    const model = await readFile(new URL(`${name}.onnx`, oracle));
    sessions.set(name, await openSession(model, { threads: 1 }));
  }
});
afterAll(async () => {
  for (const session of sessions.values()) await session.release();
});

/** The oracle's linear congruential generator. */
function scanOf([depth, height, width]: Case["shape"]): CtVolume {
  const voxels = new Int16Array(depth * height * width);
  let state = 7;
  for (let n = 0; n < voxels.length; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    voxels[n] = ((state >>> 8) % 2001) - 1000;
  }
  // Columns to the left and rows to the back, so that nothing is turned.
  const affine = identityAffine.map((value, cell) => (cell === 0 || cell === 5 ? -value : value));
  return { kind: "ct", dims: [width, height, depth], affine, affineFrom: "sform", voxels };
}

function networkOf({ network, patch, overlap, mode }: Case): LoadedNetwork {
  const session = sessions.get(network);
  if (session === undefined) throw new Error(network);
  const spec = networkSpecSchema.parse({
    format: "hepar-network/1",
    name: network,
    input: {
      kind: network === "plane" ? "2d" : "3d",
      patch,
      intensity: { scheme: "range", range: [-1000, 1000] },
    },
    output: {
      classes: ["background", "liver", "tumour"].map((name, label) => ({ name, label })),
    },
    prediction: { overlap, weights: mode, largestLiver: false },
  });
  return { spec, session };
}

describe.each(cases)("$network $shape, patches of $patch, overlap $overlap, $mode", (given) => {
  test.each(sweeps.slice(0, given.network === "plane" ? 1 : 3))(
    "equals MONAI's sliding_window_inference, swept across axis $axis",
    async (sweep) => {
      const scan = scanOf(given.shape);
      const lengths = lengthsOf(scan.dims);
      const voxels = scan.voxels.length;
      const said = Array.from({ length: 3 }, () => new Float32Array(voxels));
      const { overlap, mode: weights } = given;
      let n = 0;
      for await (const plane of slide(scan, {
        network: networkOf(given),
        sliding: { overlap, weights, mirrors: [], batch: 3, air: true },
        sweep,
      })) {
        said.forEach((into, c) => {
          const area = plane.length / 3;
          placePlane(plane.subarray(c * area, (c + 1) * area), { n, sweep, lengths, into });
        });
        n++;
      }
      expect(n).toBe(lengths[sweep.axis]);
      given.places.forEach((place, row) => {
        said.forEach((logits, c) => {
          expect(Math.abs(logits[place] - given.logits[row][c])).toBeLessThan(2e-5);
        });
      });
    },
  );

  test("and its labels", async () => {
    const { mask } = await segment(scanOf(given.shape), {
      networks: [networkOf(given)],
      choices: { air: true },
    });
    const expected = [...given.labels].map(Number);
    const wrong = expected.filter((label, n) => label !== mask.voxels[n]).length;
    expect(expected).toHaveLength(mask.voxels.length);
    expect(wrong).toBe(0);
    expect(new Set(expected).size).toBeGreaterThan(1);
  });
});
