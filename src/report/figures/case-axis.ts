import { withoutControls } from "../html.ts";
import { textWidth } from "./drawing.ts";

const mostRows = 40;
const rowHeight = 21;
const longestName = 24;

/**
 * How cases are laid out along an axis. Few: one row each, all named. Many: one column each, and as
 * many names as fit.
 */
export interface CaseAxis {
  readonly direction: "rows" | "columns";
  readonly width: number;
  readonly height: number;
  readonly marginLeft: number;
  readonly marginBottom: number;
  /** Cases by position, so that two with one shortened name stay two. */
  readonly positions: readonly number[];
  /** Positions whose names are written. */
  readonly ticks: readonly number[];
  name(position: number): string;
}

/**
 * The layout for cases in order.
 *
 * @param cases - names; [] gives an axis without rows
 * @param top - pixels above the plot, for keys
 */
export function caseAxis(cases: readonly string[], top: number): CaseAxis {
  const names = cases.map(shorten);
  const positions = names.map((_, index) => index);
  const widest = Math.max(20, ...names.map(textWidth));
  const name = (position: number): string => names[position] ?? "";
  if (cases.length <= mostRows) {
    const marginBottom = 44;
    return {
      direction: "rows",
      width: 760,
      height: top + cases.length * rowHeight + marginBottom,
      marginLeft: Math.ceil(widest) + 18,
      marginBottom,
      positions,
      ticks: positions,
      name,
    };
  }
  const width = 1060;
  const marginLeft = 56;
  // Names stand upright: each needs the height of a line.
  const every = Math.ceil((cases.length * 16) / (width - marginLeft - 20));
  return {
    direction: "columns",
    width,
    height: top + 260 + Math.ceil(widest),
    marginLeft,
    marginBottom: Math.ceil(widest) + 22,
    positions,
    ticks: positions.filter((position) => position % every === 0),
    name,
  };
}

/** The beginning and the end of a long name, since names differ at their ends. */
function shorten(name: string): string {
  const letters = Array.from(withoutControls(name));
  if (letters.length <= longestName) return letters.join("");
  return `${letters.slice(0, 11).join("")}…${letters.slice(-12).join("")}`;
}
