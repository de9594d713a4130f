import { expect, test } from "vitest";
import { progressDisplay } from "./progress-display.ts";

function fakeScreen(isTerminal: boolean) {
  const state = { text: "", now: 0 };
  const display = progressDisplay({
    write: (text) => {
      state.text += text;
    },
    isTerminal,
    columns: () => 80,
    colours: false,
    clock: () => state.now,
  });
  return { state, ...display };
}

test("a pipe gets a plain line every ten seconds and one at the end", () => {
  const { state, progress } = fakeScreen(false);
  progress({ kind: "start", step: "study", total: 4, unit: "cases" });
  for (const done of [1, 2, 3, 4]) {
    state.now += 6000;
    progress({ kind: "advance", step: "study", done });
  }
  progress({ kind: "end", step: "study", note: "2 with tumour" });
  expect(state.text).toBe(
    "study: 2/4 cases · 6.0 s each · 12 s left\n" +
      "study: 4/4 cases · 6.0 s each\n" +
      "✓ study: 4 cases in 24 s · 2 with tumour\n",
  );
});

test("a terminal's bar makes room for a warning and comes back", () => {
  const { state, progress, close } = fakeScreen(true);
  progress({ kind: "start", step: "study", total: 4, unit: "cases" });
  state.text = "";
  progress({ kind: "warning", message: "no spacing" });
  const clear = "\r\u001b[2K";
  expect(state.text.startsWith(`${clear}warning: no spacing\nstudy`)).toBe(true);
  state.text = "";
  close();
  expect(state.text).toBe(clear);
});
