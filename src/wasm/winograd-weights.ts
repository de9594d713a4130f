import { get, i32, type Local, lanes, splat } from "./assembler.ts";
import { type Kernel, pointersAt, share } from "./kernel.ts";
import { addressOf, type Place } from "./place.ts";
import { alongBoth, type Four } from "./winograd-transforms.ts";

/** Along one axis: g0, (g0 + g1 + g2)/2, (g0 − g1 + g2)/2, g2. */
const spread: Four = ([g0, g1, g2]) => {
  const half = splat(0.5);
  const ends = lanes.mul(lanes.add(g0, g2), half);
  const middle = lanes.mul(g1, half);
  return [g0, lanes.add(ends, middle), lanes.sub(ends, middle), g2];
};

/** Packed weights [tiles, 3, 3, c, 4] → [tiles, 4, 4, c, 4]. */
export function winogradWeights(from: Place, to: Place): Kernel {
  const [tiles, , , channels] = to.shape;
  const vector = 16;
  return {
    reads: [from],
    writes: [to],
    about: `Winograd's weights ${to.shape.join("×")}`,
    cost: tiles * channels * 100,
    write: ({ assembler, threads }) =>
      assembler.func(1, (body, [thread]) => {
        const total = tiles * channels;
        const walk = {
          shape: [tiles, channels],
          pointers: [
            { start: i32(addressOf(from)), strides: [9 * channels * vector, vector] },
            { start: i32(addressOf(to)), strides: [16 * channels * vector, vector] },
          ],
        };
        const [place, end] = share(body, thread, { total, threads });
        body.loop(place, get(end), {
          step: 1,
          body: () => {
            const [source, target] = pointersAt(body, walk, place);
            const given = Array.from(
              { length: 9 },
              (_, n): Local => body.let("v128", lanes.load(get(source), n * channels * vector)),
            );
            alongBoth(body, given, spread).forEach((local, n) => {
              body.store(get(target), get(local), n * channels * vector);
            });
          },
        });
      }),
  };
}
