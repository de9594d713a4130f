/** A name in two parts, as nnU-Net makes it: `liver_0_0000` is channel 0 of `liver_0`. */
export function channelOf(stem: string): { case: string; channel: number } | undefined {
  const found = /^(.+)_(\d{4})$/s.exec(stem);
  return found === null ? undefined : { case: found[1], channel: Number(found[2]) };
}
