import { counted } from "../core/index.ts";

/** A step's progress at one moment. */
export interface BarState {
  readonly step: string;
  /** Several of them: `cases`. */
  readonly unit: string;
  readonly total: number;
  readonly done: number;
  /** Since the step started. */
  readonly seconds: number;
  readonly note: string;
}

const width = 24;

/**
 * One line: `convert ━━━━━━────── 5/19 cases · 1.2/s · 12 s left · volume-4`.
 *
 * @param columns - the terminal's width; the line is cut so that it never wraps
 */
export function barLine(state: BarState, columns: number): string {
  const { step, done, total } = state;
  const full = total === 0 ? width : Math.round((width * Math.min(done, total)) / total);
  const bar = "━".repeat(full) + "─".repeat(width - full);
  return cut(`${step.padEnd(9)} ${bar} ${progressText(state)}`, columns - 1);
}

/** So many units: `1 case`, `2 cases`. */
export const unitsText = (total: number, unit: string): string =>
  counted(total, unit.replace(/s$/, ""), unit);

/** The same without a bar, for a log. */
export const plainLine = (state: BarState): string => `${state.step}: ${progressText(state)}`;

function progressText({ unit, total, done, seconds, note }: BarState): string {
  // Part of an epoch is progress too.
  const count = Number.isInteger(done) ? done.toLocaleString("en") : done.toFixed(1);
  const parts = [`${count}/${unitsText(total, unit)}`];
  if (done > 0 && seconds > 0) {
    const perSecond = done / seconds;
    parts.push(
      perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(1 / perSecond).toFixed(1)} s each`,
    );
    if (done < total) parts.push(`${durationText((total - done) / perSecond)} left`);
  }
  if (note !== "") parts.push(note);
  return parts.join(" · ");
}

/** Seconds as people say them: `8 s`, `2 min 05 s`, `1 h 12 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

const cut = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
