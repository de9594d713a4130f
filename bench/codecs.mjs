// What each way of storing a slice's three channels costs: error, bytes, time. Logs tables in Markdown.
import { existsSync } from "node:fs";
import { inputs } from "./codecs-inputs.mjs";
import { ours } from "./process.mjs";

/** One result an input and a codec: `ours` is the time of encoding a slice. No peer does it. */
export async function measure({ log }) {
  const results = [];
  for (const [name, { file, title }] of Object.entries(inputs)) {
    if (file !== undefined && !existsSync(file)) {
      log(`left out, not there: ${file}`);
      continue;
    }
    const { rows, peakMb } = await ours("codecs-ours.mjs", [name]);
    log(["", `### ${title}`, "", ...tableOf(rows)].join("\n"));
    for (const { codec, encodeSeconds, ...figures } of rows) {
      results.push({
        subject: "codecs",
        input: `${title}: ${codec}`,
        ours: { seconds: encodeSeconds, peakMb },
        peers: {},
        ratio: null,
        ...figures,
      });
    }
  }
  return results;
}

function tableOf(rows) {
  const head = [
    "codec",
    ...["liver", "custom", "histogram"].map((channel) => `${channel}, HU`),
    ...["liver", "custom", "histogram"].map((channel) => `${channel}, bytes`),
    ...["kB a slice", "encode, ms", "decode, ms"],
  ];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map((row) =>
      line([
        row.codec,
        ...row.hu.map((error, channel) => errorText(error, channel < 2 ? 1 : 0)),
        ...row.levels.map((error) => errorText(error, 0)),
        (row.bytes / 1000).toFixed(1),
        (1000 * row.encodeSeconds).toFixed(1),
        (1000 * row.decodeSeconds).toFixed(1),
      ]),
    ),
  ];
}

const errorText = ({ mean, p99, max }, digits) =>
  `${mean.toFixed(2)} · ${p99.toFixed(digits)} · ${max.toFixed(digits)}`;
