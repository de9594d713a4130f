import { sizeOf } from "../onnx/index.ts";
import { get, i32 } from "./assembler.ts";
import { type Kernel, pointersAt, share } from "./kernel.ts";
import { writeDots } from "./matmul-dots.ts";
import type { Geometry } from "./matmul-job.ts";
import { writeRows } from "./matmul-rows.ts";
import { addressOf, broadcast, type Place } from "./place.ts";

/** A product's operands: a […, m, k], b […, k, n], target […, m, n], strided as they may be. */
export interface Product {
  readonly a: Place;
  readonly b: Place;
  readonly target: Place;
}

const number = 4;

function geometryOf({ a, b, target }: Product): Geometry {
  const [am, ak] = a.strides.slice(-2).map((stride) => stride * number);
  const [bk, bn] = b.strides.slice(-2).map((stride) => stride * number);
  const [cm, cn] = target.strides.slice(-2).map((stride) => stride * number);
  const [m, n] = target.shape.slice(-2);
  return { m, n, k: a.shape.at(-1) ?? 1, am, ak, bk, bn, cm, cn };
}

/** How a product can be computed on its operands as they lie; undefined if it cannot. */
function wayOf({ n, am, ak, bk, bn, cn }: Geometry): "rows" | "dots" | undefined {
  if ([am, ak, bk, bn].some((stride) => stride < 0)) return undefined;
  if (bn === number && cn === number) return "rows";
  if (ak === number && bk === number) return "dots";
  return n === 1 ? "rows" : undefined;
}

export const productFits = (product: Product): boolean => wayOf(geometryOf(product)) !== undefined;

export function productKernel(product: Product): Kernel {
  const { a, b, target } = product;
  const geometry = geometryOf(product);
  const lead = target.shape.slice(0, -2);
  return {
    reads: [a, b],
    writes: [target],
    about: `product ${a.shape.join("×")} · ${b.shape.join("×")}`,
    cost: (sizeOf(target.shape) * geometry.k) / 4,
    write: (to) =>
      to.assembler.func(1, (body, [thread]) => {
        const places = [
          broadcast(a, [...lead, ...a.shape.slice(-2)]),
          broadcast(b, [...lead, ...b.shape.slice(-2)]),
          target,
        ];
        const walk = {
          shape: lead,
          pointers: places.map((place) => ({
            start: i32(addressOf(place)),
            strides: place.strides.slice(0, -2).map((stride) => stride * number),
          })),
        };
        const batches = sizeOf(lead);
        const whole = batches % to.threads === 0;
        const [batch, end] = whole
          ? share(body, thread, { total: batches, threads: to.threads })
          : [body.let("i32", i32(0)), body.let("i32", i32(batches))];
        body.loop(batch, get(end), {
          step: 1,
          body: () => {
            const pointers = pointersAt(body, walk, batch);
            const job = { geometry, pointers, to, thread: whole ? undefined : thread };
            if (wayOf(geometry) === "dots") writeDots(body, job);
            else writeRows(body, job);
          },
        });
      }),
  };
}
