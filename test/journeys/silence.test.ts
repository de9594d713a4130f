import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

// ONNX Runtime's own telemetry writes a device id and its queue into the home folder as soon as it is
// loaded, and asks for its maker's server some seconds later (docs/decisions/0007).
test("ONNX Runtime is loaded with its telemetry off: nothing appears in the home folder", () => {
  const home = mkdtempSync(join(tmpdir(), "hepar-home-"));
  const module = resolve(import.meta.dirname, "../../dist/onnx");
  const code = `
    const { openSession } = await import("${module}/index.node.js");
    const { encodeModel, input, mul } = await import("${module}/index.js");
    const x = input("x", [1]);
    const session = await openSession(encodeModel({ y: mul(x, x) }));
    const { y } = await session.run({ x: Float32Array.of(3) });
    await new Promise((done) => setTimeout(done, 500));
    console.log(y[0]);`;
  try {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      env: { PATH: process.env.PATH, HOME: home },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toBe("9\n");
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
