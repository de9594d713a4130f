import { expect, test } from "vitest";
import { toHeparError } from "../core/index.ts";
import { encodeModel } from "./encode.ts";
import { add, input } from "./ops.ts";
import { openSession, runtimeDevices } from "./session.node.ts";

const x = input("x", [2]);
const double = encodeModel({ y: add(x, x) });

test("a session says what it runs on and gives every output", async () => {
  const session = await openSession(double, { threads: 1 });
  expect(session.runtime).toMatch(/^onnxruntime-node \d+\.\d+\.\d+ \(cpu, 1 thread\)$/);
  expect(await session.run({ x: Float32Array.of(1, -2.5) })).toEqual({ y: Float32Array.of(2, -5) });
  await session.release();
});

test("a feed of another length is refused with both lengths", async () => {
  const session = await openSession(double, { threads: 1 });
  await expect(session.run({ x: Float32Array.of(1) })).rejects.toMatchObject({
    code: "graph.shape",
    message: "the input x takes 2 numbers, got 1",
  });
  await session.release();
});

test("bytes that are no model are refused as a model", async () => {
  await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
    code: "model.invalid",
  });
});

test("a device is a thing of the runtime: without it the model is not blamed", async () => {
  expect(await runtimeDevices()).toContain("cpu");
  // Where there is CUDA it runs; everywhere else the error says what is missing.
  const outcome = await openSession(double, { device: "cuda" }).then(
    async (session) => ({ ...(await session.run({ x: Float32Array.of(1, 2) })) }),
    (thrown) => toHeparError(thrown).toJSON(),
  );
  if ("code" in outcome) {
    expect(outcome.code).toBe("runtime.missing");
    expect(outcome.message).toBe("ONNX Runtime cannot compute on cuda on this machine");
    expect(outcome.hint).toMatch(/^CUDA needs .*or leave the device out/);
  } else {
    expect(outcome).toEqual({ y: Float32Array.of(2, 4) });
  }
});
