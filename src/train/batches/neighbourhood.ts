import { neighboursOf, type SliceRow } from "../../slices/index.ts";

/** Which slices go into each sample. */
export interface Neighbourhoods {
  /** For each row the positions of its sample's rows, lowest slice first; itself in the middle. */
  readonly of: readonly (readonly number[])[];
  /** Cases in which slices are missing in between: the nearest that exist stand in for them. */
  readonly casesWithGaps: readonly string[];
}

/** The neighbours of each row among the rows of its case, which may come in any order. */
export function neighbourhoodsOf(
  rows: readonly Pick<SliceRow, "case" | "slice">[],
  neighbours: number,
): Neighbourhoods {
  const stacks = new Map<string, number[]>();
  for (const [position, row] of rows.entries()) {
    const stack = stacks.get(row.case);
    if (stack === undefined) stacks.set(row.case, [position]);
    else stack.push(position);
  }
  const of = new Array<readonly number[]>(rows.length);
  const casesWithGaps: string[] = [];
  for (const [name, stack] of stacks) {
    stack.sort((one, other) => rows[one].slice - rows[other].slice);
    const count = stack.length;
    stack.forEach((position, at) => {
      of[position] = neighboursOf(at, { count, neighbours }).map((neighbour) => stack[neighbour]);
    });
    if (rows[stack[count - 1]].slice - rows[stack[0]].slice >= count) casesWithGaps.push(name);
  }
  return { of, casesWithGaps };
}
