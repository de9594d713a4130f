// Every codec on the slices of an input: codecs-ours.mjs <input>. Prints JSON.
import sharp from "sharp";
import {
  channelsOf,
  frequencyHistogramBins,
  greyChannelsOf,
  windowRange,
} from "../dist/slices/index.js";
import { inputs } from "./codecs-inputs.mjs";
import { median } from "./process.mjs";

sharp.concurrency(1);
sharp.cache(false);

const jpeg = (quality, chromaSubsampling) => (image) =>
  image.jpeg({ quality, chromaSubsampling, mozjpeg: false, optimiseCoding: false });
const png = { compressionLevel: 6, adaptiveFiltering: false, palette: false };
const codecs = {};
for (const chroma of ["4:2:0", "4:4:4"]) {
  for (const quality of [80, 90, 95, 100]) {
    codecs[`JPEG ${chroma}, ${quality}`] = { bits: 8, encode: jpeg(quality, chroma) };
  }
}
codecs.PNG = { bits: 8, encode: (image) => image.png(png) };
codecs["WebP, lossless"] = { bits: 8, encode: (image) => image.webp({ lossless: true }) };
codecs["WebP, lossless, effort 0"] = {
  bits: 8,
  encode: (image) => image.webp({ lossless: true, effort: 0 }),
};
codecs["16-bit PNG"] = { bits: 16, encode: (image) => image.toColourspace("rgb16").png(png) };

const slices = await inputs[process.argv[2]].slices(inputs[process.argv[2]].file);
const prepared = slices.map(({ width, height, hu }) => ({
  ...{ width, height, hu },
  bytes: channelsOf(hu, { layout: "interleaved" }),
  words: wordsOf(greyChannelsOf(hu)),
  ramps: rampsOf(hu),
}));
const rows = [];
for (const [codec, how] of Object.entries(codecs)) rows.push(await costsOf(codec, how));
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rows, peakMb }));

async function costsOf(codec, { bits, encode }) {
  const [encodeTimes, decodeTimes, sizes] = [[], [], []];
  const [hu, levels] = [0, 1].map(() => [[], [], []]);
  for (const slice of prepared) {
    const raw = { width: slice.width, height: slice.height, channels: 3 };
    const pixels = bits === 8 ? slice.bytes : slice.words;
    const [file, encodeSeconds] = await timed(() => encode(sharp(pixels, { raw })).toBuffer());
    const [decoded, decodeSeconds] = await timed(() => decode(file, bits));
    encodeTimes.push(encodeSeconds);
    decodeTimes.push(decodeSeconds);
    sizes.push(file.length);
    gatherErrors({ slice, pixels, decoded, bits }, { hu, levels });
  }
  return {
    codec,
    encodeSeconds: median(encodeTimes),
    decodeSeconds: median(decodeTimes),
    bytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
    hu: hu.map(summary),
    levels: levels.map(summary),
  };
}

async function decode(file, bits) {
  const image = sharp(file);
  if (bits === 8) return image.raw().toBuffer();
  const words = await image.toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer();
  return new Uint16Array(Uint8Array.from(words).buffer);
}

/** A slice's result and the seconds it took: the faster of two. */
async function timed(work) {
  let result;
  let seconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 2; run++) {
    const started = performance.now();
    result = await work();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return [result, seconds];
}

/**
 * Errors of every voxel in levels of 255, and in HU of those between black and white of a channel,
 * which its levels stand for: the middle of what was cut off.
 */
function gatherErrors({ slice, pixels, decoded, bits }, { hu, levels }) {
  const white = bits === 8 ? 255 : 65535;
  const middle = bits === 8 ? 0.5 : 0;
  for (let c = 0; c < 3; c++) {
    const ramp = slice.ramps[c];
    for (let i = 0, at = c; i < slice.hu.length; i++, at += 3) {
      levels[c].push((Math.abs(decoded[at] - pixels[at]) * 255) / white);
      if (!(slice.hu[i] > ramp[0] && slice.hu[i] < ramp.at(-1))) continue;
      hu[c].push(Math.abs(along(ramp, (decoded[at] + middle) / white) - slice.hu[i]));
    }
  }
}

/** The HU of black, of white, and of those in between that are evenly apart in grey. */
function rampsOf(hu) {
  return [windowRange("liver"), windowRange("custom"), [...frequencyHistogramBins(hu)]];
}

function along(ramp, grey) {
  const place = Math.min(Math.max(grey, 0), 1) * (ramp.length - 1);
  const below = Math.min(Math.floor(place), ramp.length - 2);
  return ramp[below] + (place - below) * (ramp[below + 1] - ramp[below]);
}

function wordsOf(greys) {
  const pixels = greys.length / 3;
  return Uint16Array.from(greys, (_, at) =>
    Math.round(65535 * greys[(at % 3) * pixels + Math.floor(at / 3)]),
  );
}

function summary(errors) {
  const sorted = Float32Array.from(errors).sort();
  return {
    mean: sorted.reduce((sum, error) => sum + error, 0) / sorted.length,
    p99: sorted[Math.floor(0.99 * (sorted.length - 1))],
    max: sorted[sorted.length - 1],
  };
}
