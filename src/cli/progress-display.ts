import pc from "picocolors";
import type { Progress, ProgressEvent } from "../core/index.ts";
import { type BarState, barLine, durationText, plainLine, unitsText } from "./bar.ts";
import { visible } from "./visible.ts";

/** Where progress is shown: standard error, or a test's list of lines. */
export interface Screen {
  readonly write: (text: string) => void;
  /** A terminal gets a live bar, anything else a plain line now and then. */
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly colours: boolean;
  readonly clock: () => number;
}

const redrawMs = 80;
const plainLineMs = 10_000;

/** Draws progress events; `close` leaves the cursor on a clean line. */
export function progressDisplay(screen: Screen): { progress: Progress; close: () => void } {
  const colours = pc.createColors(screen.colours);
  let bar: BarState | undefined;
  let startedMs = 0;
  let drawnMs = 0;
  let isDrawn = false;

  const clear = (): void => {
    if (isDrawn) screen.write("\r\u001b[2K");
    isDrawn = false;
  };
  const line = (text: string): void => {
    clear();
    screen.write(`${visible(text, screen)}\n`);
    if (bar !== undefined && screen.isTerminal) draw(bar);
  };
  const draw = (state: BarState): void => {
    drawnMs = screen.clock();
    clear();
    isDrawn = screen.isTerminal;
    screen.write(
      isDrawn ? visible(barLine(state, screen.columns())) : `${visible(plainLine(state))}\n`,
    );
  };

  const start = (event: Extract<ProgressEvent, { kind: "start" }>): void => {
    const { step, total, unit } = event;
    startedMs = screen.clock();
    drawnMs = startedMs;
    bar = { step, total, unit, done: 0, seconds: 0, note: "" };
    if (screen.isTerminal) draw(bar);
  };
  const advance = (event: Extract<ProgressEvent, { kind: "advance" }>): void => {
    if (bar === undefined) return;
    const now = screen.clock();
    const { done, note = bar.note } = event;
    bar = { ...bar, done, note, seconds: (now - startedMs) / 1000 };
    if (now - drawnMs >= (screen.isTerminal ? redrawMs : plainLineMs)) draw(bar);
  };
  const end = (event: Extract<ProgressEvent, { kind: "end" }>): void => {
    if (bar === undefined) return;
    const { step, total, unit } = bar;
    const seconds = (screen.clock() - startedMs) / 1000;
    const remark = event.note === undefined ? "" : ` · ${event.note}`;
    bar = undefined;
    line(
      `${colours.green("✓")} ${step}: ${unitsText(total, unit)} in ${durationText(seconds)}${remark}`,
    );
  };

  return {
    close: clear,
    progress(event) {
      if (event.kind === "start") start(event);
      else if (event.kind === "advance") advance(event);
      else if (event.kind === "end") end(event);
      else if (event.kind === "note") line(colours.dim(event.message));
      else line(`${colours.yellow("warning:")} ${event.message}`);
    },
  };
}
