import { expect, test } from "vitest";
import { errorCodes, HeparError, toHeparError } from "./errors.ts";

const broken = new HeparError("nifti.truncated", "the voxels are cut off", {
  hint: "copy the file again",
  file: "scan.nii",
  cause: new Error("short read"),
});

test("codes are unique and read folder.reason", () => {
  expect(new Set(errorCodes).size).toBe(errorCodes.length);
  expect(errorCodes.filter((code) => !/^[a-z]+(\.[a-z]+(-[a-z]+)*)?$/.test(code))).toEqual([]);
});

test("an error survives JSON", () => {
  const plain: unknown = JSON.parse(JSON.stringify(broken));
  expect(plain).toEqual({
    name: "HeparError",
    code: "nifti.truncated",
    message: "the voxels are cut off",
    hint: "copy the file again",
    file: "scan.nii",
  });
  const again = toHeparError(plain);
  expect(again).toBeInstanceOf(HeparError);
  expect(again.toJSON()).toEqual(plain);
});

test("an error survives a worker's structured clone", () => {
  const again = toHeparError(structuredClone(broken.toJSON()));
  expect(again).toMatchObject({ code: "nifti.truncated", file: "scan.nii" });
});

test("an error without hint or file has none after JSON either", () => {
  const plain: unknown = JSON.parse(JSON.stringify(new HeparError("run.stopped", "stopped")));
  expect(plain).toEqual({ name: "HeparError", code: "run.stopped", message: "stopped" });
});

test("inFile names the file once, and keeps code, hint and cause", () => {
  const nameless = new HeparError("nifti.empty", "the file is empty", { hint: "copy it again" });
  const named = nameless.inFile("a.nii");
  expect(named).toMatchObject({ code: "nifti.empty", file: "a.nii", hint: "copy it again" });
  expect(named.inFile("b.nii").file).toBe("a.nii");
  expect(broken.inFile("b.nii")).toBe(broken);
});

test("whatever else is thrown is a defect of ours", () => {
  const cause = new TypeError("x is not a function");
  expect(toHeparError(cause)).toMatchObject({ code: "defect", message: cause.message, cause });
  expect(toHeparError("text")).toMatchObject({ code: "defect", message: "text" });
  expect(toHeparError(undefined)).toMatchObject({ code: "defect", message: "undefined" });
  expect(toHeparError({ name: "HeparError", code: "no.such", message: "x" }).code).toBe("defect");
});
