/**
 * What a terminal obeys instead of showing it: controls, line ends among them, and marks that turn the
 * direction of the text. File names may hold any of them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that hepar itself writes
const colour = /(\u001b\[\d+m)/;

/**
 * One line as a terminal may be given it: control characters become `\u001b` and the like, so that it
 * stays one line.
 *
 * @param options.colours - colours are kept
 */
export const visible = (text: string, { colours = false }: { colours?: boolean } = {}): string =>
  colours
    ? text
        .split(colour)
        .map((part, n) => (n % 2 === 1 ? part : shown(part)))
        .join("")
    : shown(text);

const shown = (text: string): string =>
  text.replace(obeyed, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
