/**
 * What a terminal obeys instead of showing it: controls but for tab and line end, and marks that turn
 * the direction of the text. File names may hold any of them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that hepar itself writes
const colour = /(\u001b\[\d+m)/;

/**
 * Text as a terminal may be given it: control characters become `\u001b` and the like.
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
