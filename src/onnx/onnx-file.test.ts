import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { encodeModel } from "./encode.ts";
import { ModelProtoSchema } from "./onnx_pb.ts";
import { readOnnxFile, withMetadata, withNumbersInside } from "./onnx-file.ts";
import { conv, input } from "./ops.ts";

const convolution = conv(input("x", [1, 1, 4, 4]), input("w", [2, 1, 3, 3]), {
  ...{ strides: [1, 1], padsBefore: [1, 1], padsAfter: [1, 1] },
});
const own = encodeModel(
  { y: convolution },
  { weights: { w: new Float32Array(18) }, metadata: { one: "1", two: "2" } },
);

test("a file that hepar wrote says what it takes, gives and needs", () => {
  expect(readOnnxFile(own)).toEqual({
    inputs: [{ name: "x", type: "FLOAT", shape: [1, 1, 4, 4] }],
    outputs: [{ name: "y", type: "FLOAT", shape: [1, 2, 4, 4] }],
    opsets: { "": 17, "com.microsoft": 1 },
    operators: ["Conv"],
    external: [],
    metadata: { one: "1", two: "2" },
  });
});

test("metadata is replaced by name, and nothing else changes", () => {
  const changed = withMetadata(own, { two: "zwei", three: "3" });
  const { metadata, ...rest } = readOnnxFile(changed);
  expect(metadata).toEqual({ one: "1", two: "zwei", three: "3" });
  const { metadata: _before, ...before } = readOnnxFile(own);
  expect(rest).toEqual(before);
  expect(Buffer.from(withMetadata(changed, {})).equals(Buffer.from(changed))).toBe(true);
});

/** A branch within a branch, a function, and numbers elsewhere in both a weight and a constant. */
const nested = toBinary(
  ModelProtoSchema,
  create(ModelProtoSchema, {
    opsetImport: [{ domain: "ai.onnx", version: 20n }],
    functions: [
      { name: "f", domain: "pkg.mine", node: [{ opType: "Softplus", domain: "ai.onnx" }] },
    ],
    graph: {
      input: [
        {
          name: "x",
          type: {
            value: {
              case: "tensorType",
              value: {
                elemType: 10,
                shape: {
                  dim: [
                    { value: { case: "dimParam", value: "batch" } },
                    { value: { case: "dimValue", value: 3n } },
                    {},
                  ],
                },
              },
            },
          },
        },
        { name: "w" }, // old files name weights as inputs too
      ],
      output: [{ name: "y" }],
      initializer: [
        {
          name: "w",
          dataLocation: 1,
          externalData: [
            { key: "location", value: "a.bin" },
            { key: "offset", value: "4096" },
            { key: "length", value: "4" },
          ],
        },
      ],
      node: [
        {
          opType: "If",
          attribute: [
            {
              name: "then_branch",
              g: {
                node: [
                  {
                    opType: "f",
                    domain: "pkg.mine",
                    attribute: [
                      {
                        name: "value",
                        t: {
                          name: "c",
                          dataLocation: 1,
                          externalData: [{ key: "location", value: "b.bin" }],
                        },
                      },
                    ],
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  }),
);

test("branches, functions, open lengths and numbers elsewhere are seen", () => {
  expect(readOnnxFile(nested)).toEqual({
    inputs: [{ name: "x", type: "FLOAT16", shape: ["batch", 3, null] }],
    outputs: [{ name: "y", type: "none", shape: [] }],
    opsets: { "": 20 },
    operators: ["If", "Softplus", "pkg.mine.f"],
    external: [
      { name: "c", location: "b.bin", offset: 0, length: null },
      { name: "w", location: "a.bin", offset: 4096, length: 4 },
    ],
    metadata: {},
  });
});

test("numbers come into the file from where they are, each once", async () => {
  const asked: string[] = [];
  const inside = await withNumbersInside(nested, async ({ location }) => {
    asked.push(location);
    return new TextEncoder().encode(`bytes of ${location}`);
  });
  expect(asked).toEqual(["b.bin", "a.bin"]);
  expect(readOnnxFile(inside).external).toEqual([]);
  for (const name of asked) expect(Buffer.from(inside).includes(`bytes of ${name}`)).toBe(true);
});

test("a place that is no number, and a model without a graph, are refused", () => {
  const bytes = Buffer.from(nested);
  bytes.write("4o96", bytes.indexOf("4096"));
  expect(() => readOnnxFile(bytes)).toThrow('the offset of w is "4o96": expected a whole number');
  const empty = toBinary(ModelProtoSchema, create(ModelProtoSchema, { producerName: "x" }));
  expect(() => readOnnxFile(empty)).toThrow("there is no graph in it");
});
