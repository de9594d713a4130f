import { Assembler, drop, lanes, splat } from "./assembler.ts";

let known: boolean | undefined;

/** Whether this machine's WebAssembly can multiply and add in one instruction (relaxed SIMD). */
export function hasFusedMultiplyAdd(): boolean {
  known ??= WebAssembly.validate(probe());
  return known;
}

function probe(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  assembler.func(0, (body) => drop(lanes.relaxedMultiplyAdd(splat(1), splat(2), splat(3)))(body));
  return assembler.bytes({ pages: 1, shared: false });
}
