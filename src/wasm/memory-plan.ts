import type { Buffer } from "./place.ts";
import type { Schedule } from "./schedule.ts";

/** Buffers begin at whole cache lines, and reads in fours may go beyond their end. */
const line = 64;
const bytesOf = ({ size }: Buffer): number => Math.ceil((size * 4 + line) / line) * line;

/**
 * Gives every buffer its address; buffers that are never needed at the same time share memory.
 *
 * @param start - the first free byte
 * @returns the first byte after all
 */
export function planMemory(
  { kernels, inputs, outputs, constants }: Schedule,
  start: number,
): number {
  const last = kernels.length;
  const spans = new Map<Buffer, { from: number; to: number }>();
  const extend = (buffer: Buffer, at: number): void => {
    const span = spans.get(buffer) ?? { from: at, to: at };
    spans.set(buffer, { from: Math.min(span.from, at), to: Math.max(span.to, at) });
  };
  for (const { buffer } of constants.keys()) {
    extend(buffer, -1);
    extend(buffer, last);
  }
  for (const { buffer } of inputs.values()) extend(buffer, -1);
  kernels.forEach(({ reads, writes }, at) => {
    for (const { buffer } of [...reads, ...writes]) extend(buffer, at);
  });
  for (const { buffer } of outputs.values()) extend(buffer, last);

  // Large first, each at the lowest address that is free while it lives.
  const placed: { buffer: Buffer; from: number; to: number }[] = [];
  let end = start;
  const bySize = [...spans].sort(([a], [b]) => b.size - a.size);
  for (const [buffer, { from, to }] of bySize) {
    const others = placed
      .filter((other) => other.from <= to && from <= other.to)
      .sort((a, b) => a.buffer.address - b.buffer.address);
    let address = start;
    for (const other of others) {
      if (other.buffer.address - address >= bytesOf(buffer)) break;
      address = Math.max(address, other.buffer.address + bytesOf(other.buffer));
    }
    buffer.address = address;
    placed.push({ buffer, from, to });
    end = Math.max(end, address + bytesOf(buffer));
  }
  return end;
}
