import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256OfFile, sha256OfJson } from "./hash.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hepar-hash-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// FIPS 180-4 example.
const ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("a file's hash is that of its bytes", async () => {
  const path = join(folder, "abc");
  await writeFile(path, "abc");
  expect(await sha256OfFile(path)).toBe(ofAbc);
});

test("a file that cannot be read is input.unreadable", async () => {
  await expect(sha256OfFile(join(folder, "none"))).rejects.toMatchObject({
    code: "input.unreadable",
    message: expect.stringContaining("ENOENT"),
  });
  await expect(sha256OfFile(folder)).rejects.toMatchObject({ code: "input.unreadable" });
});

test.skipIf(process.platform === "win32")("a pipe nobody writes to does not hang", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  await expect(sha256OfFile(path)).rejects.toMatchObject({
    code: "input.unreadable",
    message: `cannot read ${path} (it is a folder, device or pipe)`,
    file: path,
  });
});

test("the order of keys does not matter, at any depth", () => {
  const one = sha256OfJson({ a: 1, b: { c: [1, 2], d: null } });
  expect(sha256OfJson({ b: { d: null, c: [1, 2] }, a: 1 })).toBe(one);
  // printf '%s' '{"a":1,"b":{"c":[1,2],"d":null}}' | sha256sum
  expect(one).toBe("6146dd4938e3bf91d7c43fbcd7072936d0fc295ac5f55e80da21fad03fa23831");
});

test("the order of lists, and every value, does matter", () => {
  const hashes = [{ a: [1, 2] }, { a: [2, 1] }, { a: ["1", 2] }, { a: [1, 2], b: 0 }, [], {}, null];
  expect(new Set(hashes.map(sha256OfJson)).size).toBe(hashes.length);
});

test("fields that are undefined do not count", () => {
  expect(sha256OfJson({ a: 1, b: undefined })).toBe(sha256OfJson({ a: 1 }));
  expect(sha256OfJson(undefined)).toMatch(/^[0-9a-f]{64}$/);
});

test("a key named __proto__ is a key", () => {
  const a: unknown = JSON.parse('{"__proto__":{"x":1}}');
  expect(sha256OfJson(a)).not.toBe(sha256OfJson({}));
});
