import { HeparError } from "../core/index.ts";

/** How nnU-Net's names begin, and how ours do. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^encoder\.stem\.convs\.0\./, "stem."],
  [/^encoder\.stages\.(\d+)\.0\.convs\.(\d+)\./, "encoder.$1.$2."],
  [/^encoder\.stages\.(\d+)\.blocks\.(\d+)\.conv1\./, "encoder.$1.$2.0."],
  [/^encoder\.stages\.(\d+)\.blocks\.(\d+)\.conv2\./, "encoder.$1.$2.1."],
  // Second in its list after an average pool, else first.
  [/^encoder\.stages\.(\d+)\.blocks\.(\d+)\.skip\.[01]\./, "encoder.$1.$2.skip."],
  [/^decoder\.stages\.(\d+)\.convs\.(\d+)\./, "decoder.$1.$2."],
  [/^decoder\.transpconvs\.(\d+)\./, "up.$1."],
  [/^decoder\.seg_layers\.0\./, "head."],
  [/^decoder\.seg_layers\.(\d+)\./, "heads.$1."],
];

/**
 * Our name of a tensor of nnU-Net's PlainConvUNet or ResidualEncoderUNet, for a U-Net with deep
 * supervision: nnU-Net always has every head.
 *
 * @param theirs - a key of the state dict, with `module.` before it or without
 * @param stages - of the encoder
 * @returns undefined for another name of a tensor that the state dict also holds under its own
 * @throws `model.invalid` when these networks have no such tensor
 */
export function nameFromNnunet(theirs: string, stages: number): string | undefined {
  const name = theirs
    .replace(/^module\./, "")
    // They count the decoder's stages from the coarsest, we from full resolution.
    .replace(/^(decoder\.\w+\.)(\d+)/, (_, list, stage) => `${list}${stages - 2 - Number(stage)}`);
  // The decoder holds the encoder once more, and every block its parts in a list as well.
  if (/^decoder\.encoder\.|\.all_modules\./.test(name)) return undefined;
  const rule = beginnings.find(([beginning]) => beginning.test(name));
  if (rule !== undefined) return name.replace(...rule);
  throw new HeparError("model.invalid", `nnU-Net's networks have no tensor ${theirs}`, {
    hint: "of nnU-Net's networks, PlainConvUNet and ResidualEncoderUNet can be read",
  });
}
