/** The labels of a slice, exactly: 16 bits where a label is above 255. */
export type SliceLabels = Uint8Array | Uint16Array;

/** From one size to another, in pixels. A side may change more than the other: it is stretched. */
export interface Resize {
  readonly width: number;
  readonly height: number;
  readonly toWidth: number;
  readonly toHeight: number;
}

/** How each target pixel of one axis is made: `weights[to · taps + n]` of source `first[to] + n`. */
interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Bytes at another size: the mean of the area that a pixel covers on an axis that shrinks, linear
 * between pixel centres on one that grows; rounded to the nearest byte once, at the end.
 *
 * @param planes - planar [c, height, width], any number of planes
 * @returns planar [c, toHeight, toWidth]
 */
export function resizeBytes(planes: Uint8Array, resize: Resize): Uint8Array {
  if (sameSize(resize)) return planes.slice();
  const resized = new Uint8Array(planeCount(planes, resize) * resize.toWidth * resize.toHeight);
  resizeInto(resized, planes, resize);
  return resized;
}

/** As `resizeBytes`, of 16 bits. */
export function resizeWords(planes: Uint16Array, resize: Resize): Uint16Array {
  if (sameSize(resize)) return planes.slice();
  const resized = new Uint16Array(planeCount(planes, resize) * resize.toWidth * resize.toHeight);
  resizeInto(resized, planes, resize);
  return resized;
}

function resizeInto<Pixels extends Uint8Array | Uint16Array>(
  resized: Pixels,
  planes: Pixels,
  resize: Resize,
): void {
  const x = byteAxis(resize.width, resize.toWidth);
  const y = byteAxis(resize.height, resize.toHeight);
  // Half is added before the cut, so that the conversion to a whole number rounds.
  eachRow(planes, { resize, x, y }, (row, at) => {
    for (let i = 0; i < row.length; i++) resized[at + i] = row[i] + 0.5;
  });
}

/**
 * Labels at another size, any labels: each pixel the one that covers most of it, as `resizeClasses`
 * says; of labels that a slice does not have, none appears.
 *
 * @param labels - [height, width]
 * @returns [toHeight, toWidth], of the same type
 */
export function resizeLabels(labels: SliceLabels, resize: Resize): SliceLabels {
  if (sameSize(resize)) return labels.slice();
  const present = [...new Set(labels)].sort((one, other) => one - other);
  if (present.length > 256) return nearestLabels(labels, resize);
  const classOf = new Map(present.map((label, index) => [label, index]));
  const classes = Uint8Array.from(labels, (label) => classOf.get(label) ?? 0);
  const resized = resizeClasses(classes, { ...resize, classCount: present.length });
  const made = labelsLike(labels, resized.length);
  for (let i = 0; i < made.length; i++) made[i] = present[resized[i]];
  return made;
}

/** Each pixel the label at its centre: for masks of so many structures that shares of all are too much. */
function nearestLabels(labels: SliceLabels, resize: Resize): SliceLabels {
  const { width, height, toWidth, toHeight } = resize;
  const resized = labelsLike(labels, toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const row = Math.floor(((y + 0.5) * height) / toHeight) * width;
    for (let x = 0; x < toWidth; x++) {
      resized[x + y * toWidth] = labels[row + Math.floor(((x + 0.5) * width) / toWidth)];
    }
  }
  return resized;
}

/**
 * Logits at another size: linear between pixel centres, whether it grows or shrinks.
 *
 * @param logits - [c, height, width]
 * @returns [c, toHeight, toWidth]
 * @see torch.nn.functional.interpolate, bilinear, align_corners=False
 */
export function resizeLogits(logits: Float32Array, resize: Resize): Float32Array {
  if (sameSize(resize)) return logits.slice();
  const x = linearAxis(resize.width, resize.toWidth);
  const y = linearAxis(resize.height, resize.toHeight);
  const resized = new Float32Array(planeCount(logits, resize) * resize.toWidth * resize.toHeight);
  eachRow(logits, { resize, x, y }, (row, at) => resized.set(row, at));
  return resized;
}

/**
 * Classes at another size: each pixel the class that covers most of it, in the same geometry as
 * `resizeBytes`, so that a target lies exactly on its image. On a tie the higher class wins: thin
 * lesions are what a smaller picture loses first.
 *
 * @param classes - [height, width], class numbers below `classCount`
 * @returns [toHeight, toWidth]
 */
export function resizeClasses(
  classes: Uint8Array,
  { classCount, ...resize }: Resize & { readonly classCount: number },
): Uint8Array {
  if (sameSize(resize)) return classes.slice();
  const pixels = classes.length;
  const planes = new Uint8Array(classCount * pixels);
  for (let p = 0; p < pixels; p++) planes[classes[p] * pixels + p] = 255;
  const shares = resizeBytes(planes, resize);
  const resized = new Uint8Array(resize.toWidth * resize.toHeight);
  for (let p = 0; p < resized.length; p++) {
    for (let label = 1; label < classCount; label++) {
      const share = shares[label * resized.length + p];
      if (share >= shares[resized[p] * resized.length + p]) resized[p] = label;
    }
  }
  return resized;
}

const labelsLike = (labels: SliceLabels, length: number): SliceLabels =>
  labels instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);

const sameSize = ({ width, height, toWidth, toHeight }: Resize): boolean =>
  width === toWidth && height === toHeight;

const planeCount = (planes: ArrayLike<number>, { width, height }: Resize): number =>
  planes.length / (width * height);

const byteAxis = (from: number, to: number): AxisWeights =>
  to < from ? areaAxis(from, to) : linearAxis(from, to);

// Target pixel i covers the source from i·s to (i+1)·s, s = from/to; each source pixel weighs its
// share of that. The products are whole, so a whole factor has whole borders.
function areaAxis(from: number, to: number): AxisWeights {
  const border = (i: number): number => (i * from) / to;
  const covered = Array.from(
    { length: to },
    (_, i) => Math.ceil(border(i + 1)) - Math.floor(border(i)),
  );
  const taps = Math.max(...covered);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let i = 0; i < to; i++) {
    first[i] = Math.min(Math.floor(border(i)), from - taps);
    for (let n = 0; n < taps; n++) {
      const pixel = first[i] + n;
      const share = Math.min(border(i + 1), pixel + 1) - Math.max(border(i), pixel);
      weights[i * taps + n] = Math.max(0, share) / (from / to);
    }
  }
  return { taps, first, weights };
}

// The target's centre lies at (i + ½)·from/to − ½ between two source centres; edges are repeated.
function linearAxis(from: number, to: number): AxisWeights {
  if (from === 1)
    return { taps: 1, first: new Int32Array(to), weights: new Float32Array(to).fill(1) };
  const first = new Int32Array(to);
  const weights = new Float32Array(to * 2);
  for (let i = 0; i < to; i++) {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    first[i] = Math.min(Math.floor(centre), from - 2);
    const share = centre - first[i];
    weights[i * 2] = 1 - share;
    weights[i * 2 + 1] = share;
  }
  return { taps: 2, first, weights };
}

/** Mixes rows first (they are long and lie in one piece), then columns; hands out each result. */
function eachRow(
  planes: Uint8Array | Uint16Array | Float32Array,
  { resize, x, y }: { readonly resize: Resize; readonly x: AxisWeights; readonly y: AxisWeights },
  use: (row: Float32Array, at: number) => void,
): void {
  const { width, height, toWidth, toHeight } = resize;
  const mixed = new Float32Array(width);
  const row = new Float32Array(toWidth);
  const planesCount = planeCount(planes, resize);
  for (let plane = 0; plane < planesCount; plane++) {
    for (let to = 0; to < toHeight; to++) {
      mixRows(planes, { y, to, start: plane * width * height, mixed });
      mixColumns(mixed, x, row);
      use(row, (plane * toHeight + to) * toWidth);
    }
  }
}

function mixRows(
  planes: Uint8Array | Uint16Array | Float32Array,
  options: {
    readonly y: AxisWeights;
    readonly to: number;
    readonly start: number;
    readonly mixed: Float32Array;
  },
): void {
  const { y, to, start, mixed } = options;
  const { length } = mixed;
  mixed.fill(0);
  // Two rows at a time: half the passes over `mixed`.
  for (let n = 0; n < y.taps; n += 2) {
    const weight = y.weights[to * y.taps + n];
    const nextWeight = n + 1 < y.taps ? y.weights[to * y.taps + n + 1] : 0;
    const row = start + (y.first[to] + n) * length;
    const nextRow = nextWeight === 0 ? row : row + length;
    for (let i = 0; i < length; i++) {
      mixed[i] += weight * planes[row + i] + nextWeight * planes[nextRow + i];
    }
  }
}

function mixColumns(
  mixed: Float32Array,
  { taps, first, weights }: AxisWeights,
  row: Float32Array,
): void {
  for (let i = 0; i < row.length; i++) {
    let sum = 0;
    for (let n = 0; n < taps; n++) sum += weights[i * taps + n] * mixed[first[i] + n];
    row[i] = sum;
  }
}
