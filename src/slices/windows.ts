import { HeparError } from "../core/index.ts";

/** A grey-scale window: the HU values between black and white. */
export interface Window {
  /** HU from black to white. */
  readonly width: number;
  /** HU of middle grey. */
  readonly level: number;
}

/**
 * The windows by name, in HU.
 *
 * @see fastai `dicom_windows` (fastai/medical/imaging.py); `custom` is the LiTS notebooks' own
 */
export const windows = {
  brain: { width: 80, level: 40 },
  subdural: { width: 254, level: 100 },
  stroke: { width: 8, level: 32 },
  brain_bone: { width: 2800, level: 600 },
  brain_soft: { width: 375, level: 40 },
  lungs: { width: 1500, level: -600 },
  mediastinum: { width: 350, level: 50 },
  abdomen_soft: { width: 400, level: 50 },
  liver: { width: 150, level: 30 },
  spine_soft: { width: 250, level: 50 },
  spine_bone: { width: 1800, level: 400 },
  custom: { width: 200, level: 60 },
} as const satisfies Record<string, Window>;

export type WindowName = keyof typeof windows;

/**
 * The window of a name, or the given one.
 *
 * @throws `usage.argument` for an unknown name, a width below 2 HU (fastai divides by zero) and
 *   anything that is not finite
 */
export function windowOf(choice: WindowName | Window): Window {
  const window = typeof choice === "string" ? windows[choice] : choice;
  if (window === undefined) {
    throw new HeparError("usage.argument", `there is no window called ${choice}`, {
      hint: `use one of ${Object.keys(windows).join(", ")}, or a width and a level in HU`,
    });
  }
  const { width, level } = window;
  if (width >= 2 && Number.isFinite(width) && Number.isFinite(level)) return window;
  throw new HeparError(
    "usage.argument",
    `expected a window of at least 2 HU, got width ${width} and level ${level}`,
    { hint: "give the width and the level in HU, such as 150 and 30 for the liver" },
  );
}

/**
 * The HU values that become 0 and 1. An odd width loses its last unit, as in fastai.
 *
 * @throws `usage.argument` as `windowOf`
 */
export function windowRange(choice: WindowName | Window): readonly [black: number, white: number] {
  const { width, level } = windowOf(choice);
  const half = Math.floor(width / 2);
  return [level - half, level + half];
}

/**
 * Each voxel's grey between 0 (black) and 1 (white), in float32 arithmetic. NaN stays NaN.
 *
 * @param slice - HU, any shape
 * @throws `usage.argument` as `windowOf`
 * @see fastai `Tensor.windowed`: equal bit for bit
 */
export function windowed(slice: ArrayLike<number>, window: WindowName | Window): Float32Array {
  const ramp = rampOf(window);
  const grey = new Float32Array(slice.length);
  for (let i = 0; i < grey.length; i++) grey[i] = greyOf(slice[i], ramp);
  return grey;
}

/** A window as float32 numbers: black, white, and the HU between them. */
export interface Ramp {
  readonly black: number;
  readonly white: number;
  readonly span: number;
}

/** @throws `usage.argument` as `windowOf` */
export function rampOf(window: WindowName | Window): Ramp {
  const [black, white] = windowRange(window);
  return {
    black: Math.fround(black),
    white: Math.fround(white),
    span: Math.fround(white - black),
  };
}

// (x − black) / (white − black), rounded to float32 after each operation as torch does.
const greyOf = (value: number, { black, white, span }: Ramp): number =>
  Math.fround(Math.fround(Math.min(Math.max(value, black), white) - black) / span);

/** The byte of a grey between 0 and 1: ·255, cut off, never rounded (fastai `save_jpg`). */
export const byteOfGrey = (grey: number): number => Math.trunc(Math.fround(grey * 255));

/** The byte of one voxel in a window. NaN, which has no grey, is black. */
export function windowByte(value: number, ramp: Ramp): number {
  const grey = greyOf(value, ramp);
  return grey >= 0 ? byteOfGrey(grey) : 0;
}

/** `windowByte` of every 16-bit HU; entry 0 is −32768. */
export function windowTable(window: WindowName | Window): Uint8Array {
  const ramp = rampOf(window);
  return Uint8Array.from({ length: 65536 }, (_, at) => windowByte(at - 32768, ramp));
}
