import type { Random } from "../../core/index.ts";
import { channelNames, inputOf } from "../../slices/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { factorOf, occurs } from "./chance.ts";

/** What a network gets for each byte, −1 to 1. */
const unchanged = inputOf(Uint8Array.from({ length: 256 }, (_, byte) => byte));

/**
 * The grey of each byte after changes of gamma, contrast and brightness: one table a window, since
 * another phase or scanner moves the windows differently. Changing 256 numbers is all it takes.
 *
 * @returns a Float32Array of 256 for each window, −1 to 1
 */
export const greyTables = (settings: Augmentation, random: Random): Float32Array[] =>
  channelNames.map((name) => greyTable(settings, random.fork(name)));

function greyTable(
  { gamma, invertedGamma, contrast, brightness }: Augmentation,
  random: Random,
): Float32Array {
  const power = factorOf(gamma, random.fork("gamma"));
  const negativePower = factorOf(invertedGamma, random.fork("inverted gamma"));
  const gain = factorOf(contrast, random.fork("contrast"));
  const lifting = random.fork("brightness");
  // The range is 2 wide.
  const offset = occurs(brightness, lifting)
    ? 2 * lifting.between(-brightness.share, brightness.share)
    : 0;
  return unchanged.map((input) => {
    let grey = input;
    if (power !== 1) grey = 2 * ((grey + 1) / 2) ** power - 1;
    if (negativePower !== 1) grey = 1 - 2 * ((1 - grey) / 2) ** negativePower;
    return Math.min(1, Math.max(-1, grey * gain + offset));
  });
}
