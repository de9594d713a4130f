import type { NetworkSpec } from "../model/index.ts";
import { largestClass, meanOfNetworks, sureTumour } from "./classes.ts";
import type { Plane } from "./patch-planes.ts";

type Output = NetworkSpec["output"];

/** How a plane of numbers becomes labels and probabilities. */
export interface Labelling {
  /**
   * The labels of a plane, of one network or of the mean of several.
   *
   * @param into - [pixels], filled with label numbers
   */
  readonly labels: (each: readonly Plane[], into: Uint8Array) => void;
  /** Each class's probability, the mean over networks: [classes, pixels]. */
  readonly probabilities: (each: readonly Plane[]) => Plane;
  /** The place of a label among the classes; −1 where there is none. */
  readonly classOf: (label: number) => number;
  /** Whether classes overlap, so that their probabilities do not add up to 1. */
  readonly regions: boolean;
}

/**
 * @param options.tumourThreshold - see `sureTumour`; only of background, liver and tumour
 */
export function labellingOf(
  output: Output,
  { tumourThreshold }: { readonly tumourThreshold: number | undefined },
): Labelling {
  const labels = output.classes.map(({ label }) => label);
  const classOf = (label: number): number => labels.indexOf(label);
  const probabilities = (each: readonly Plane[]): Plane => meanProbabilities(each, output);
  if (output.activation === "sigmoid") {
    return {
      classOf,
      probabilities,
      regions: true,
      labels: (each, into) => lastRegion(probabilities(each), { into, labels }),
    };
  }
  return {
    classOf,
    probabilities,
    regions: false,
    labels(each, into) {
      const logits = logitsOf(each, { pixels: into.length, output });
      if (tumourThreshold === undefined) largestClass(logits, into);
      else sureTumour(logits, { into, threshold: tumourThreshold });
      relabel(into, labels);
    },
  };
}

/** Numbers of which the largest, and the difference, mean what logits mean. */
function logitsOf(
  each: readonly Plane[],
  { pixels, output }: { readonly pixels: number; readonly output: Output },
): Plane {
  if (output.values === "logits") return meanOfNetworks(each, { pixels });
  return meanProbabilities(each, output).map((value) => Math.log(Math.max(value, 1e-12)));
}

function meanProbabilities(each: readonly Plane[], { activation, values, classes }: Output): Plane {
  const [first = new Float32Array(0)] = each;
  const pixels = first.length / classes.length;
  if (activation === "softmax" && values === "logits")
    return softmax(meanOfNetworks(each, { pixels }), pixels);
  const mean = new Float32Array(first.length);
  for (const plane of each) {
    for (let i = 0; i < mean.length; i++) {
      const value = values === "logits" ? 1 / (1 + Math.exp(-plane[i])) : plane[i];
      mean[i] += value / each.length;
    }
  }
  return mean;
}

function softmax(logits: Plane, pixels: number): Plane {
  const made = new Float32Array(logits.length);
  for (let p = 0; p < pixels; p++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let at = p; at < logits.length; at += pixels) top = Math.max(top, logits[at]);
    let sum = 0;
    for (let at = p; at < logits.length; at += pixels) {
      made[at] = Math.exp(logits[at] - top);
      sum += made[at];
    }
    for (let at = p; at < logits.length; at += pixels) made[at] /= sum;
  }
  return made;
}

/** Of regions above ½ the last one counts, as nnU-Net's regions_class_order. */
function lastRegion(
  probabilities: Plane,
  { into, labels }: { readonly into: Uint8Array; readonly labels: readonly number[] },
): void {
  into.fill(0);
  labels.forEach((label, c) => {
    const start = c * into.length;
    for (let p = 0; p < into.length; p++) if (probabilities[start + p] > 0.5) into[p] = label;
  });
}

function relabel(into: Uint8Array, labels: readonly number[]): void {
  if (labels.every((label, place) => label === place)) return;
  for (let p = 0; p < into.length; p++) into[p] = labels[into[p]];
}
