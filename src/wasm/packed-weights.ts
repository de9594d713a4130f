import { sizeOf } from "../onnx/index.ts";
import { tileHeight } from "./conv-kernel.ts";
import { freshPlace, type Place, transposed } from "./place.ts";

/**
 * Weights [o, c, …] as the convolution reads them: for each tile of outputs [kernel…, c, outputs], the
 * last tile lower where they do not divide.
 *
 * @returns where they will lie, and what is to be copied for it
 */
export function packWeights(weight: Place): {
  readonly packed: Place;
  readonly copies: readonly { readonly from: Place; readonly to: Place }[];
} {
  const [outputs, channels, ...kernel] = weight.shape;
  const [step, ...steps] = weight.strides;
  const packed = freshPlace([sizeOf(weight.shape)]);
  const pack = (first: number, { tiles, height }: { tiles: number; height: number }) => {
    const inTiles: Place = {
      buffer: weight.buffer,
      offset: weight.offset + first * step,
      shape: [tiles, height, channels, ...kernel],
      strides: [height * step, step, ...steps],
    };
    const from = transposed(inTiles, [0, ...kernel.map((_, axis) => axis + 3), 2, 1]);
    const offset = first * channels * sizeOf(kernel);
    return { from, to: { ...freshPlace(from.shape), buffer: packed.buffer, offset } };
  };
  const rest = outputs % tileHeight;
  const tiles = Math.floor(outputs / tileHeight);
  return {
    packed,
    copies: [
      ...(tiles > 0 ? [pack(0, { tiles, height: tileHeight })] : []),
      ...(rest > 0 ? [pack(outputs - rest, { tiles: 1, height: rest })] : []),
    ],
  };
}
