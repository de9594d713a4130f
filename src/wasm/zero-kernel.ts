import { get, i32, multiply, subtract } from "./assembler.ts";
import { type Kernel, share } from "./kernel.ts";
import { addressOf, type Place } from "./place.ts";

/** Zeros everywhere in a tensor that lies in a row. */
export const zeroKernel = (target: Place): Kernel => {
  const total = target.shape.reduce((product, size) => product * size, 1);
  return {
    reads: [],
    writes: [target],
    about: `zeros ${target.shape.join("×")}`,
    cost: total / 4,
    write: ({ assembler, threads }) =>
      assembler.func(1, (body, [thread]) => {
        const [from, until] = share(body, thread, { total, threads, grain: 16 });
        const start = body.let("i32", multiply(get(from), i32(4)));
        body.increase(start, i32(addressOf(target)));
        body.fill(get(start), multiply(subtract(get(until), get(from)), i32(4)));
      }),
  };
};
