/**
 * A number of things as English says it: `1 scan`, `3,000 scans`, `0 scans`.
 *
 * @param noun - of one of them
 * @param several - of more or none; not given: with an s
 */
export const counted = (count: number, noun: string, several = `${noun}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : several}`;
