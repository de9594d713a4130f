import { type Body, get, i32, type Local, lessThan, multiply } from "./assembler.ts";

/** Tiles of nearly equal size: the first `large` of them have `size`, the others one less. */
export function tilesOf(
  total: number,
  most: number,
): { count: number; size: number; large: number } {
  const count = Math.ceil(total / most);
  const size = Math.ceil(total / count);
  return { count, size, large: total - count * (size - 1) };
}

/** Where panels of a width begin: the last one overlaps the one before rather than reach too far. */
export function panelsOf(total: number): { width: 8 | 4 | 1; count: number; last: number } {
  const width = total >= 8 ? 8 : total >= 4 ? 4 : 1;
  return { width, count: Math.ceil(total / width), last: total - width };
}

/** The first column of each panel. */
export function overPanels(
  body: Body,
  { width, count, last }: ReturnType<typeof panelsOf>,
  each: (column: Local) => void,
): void {
  const panel = body.let("i32", i32(0));
  const column = body.local("i32");
  body.loop(panel, i32(count), {
    step: 1,
    body: () => {
      body.set(column, multiply(get(panel), i32(width)));
      body.if(lessThan(i32(last), get(column)), () => body.set(column, i32(last)));
      each(column);
    },
  });
}
