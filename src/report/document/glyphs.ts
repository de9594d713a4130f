/**
 * The characters that a font has, from its TrueType file.
 *
 * @throws RangeError when the bytes end too early
 * @see OpenType 1.9, "cmap": formats 4 and 12 are those of Unicode
 */
export function charactersOf(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const found = new Set<number>();
  const table = tableNamed(view, "cmap");
  const encodings = view.getUint16(table + 2);
  for (let index = 0; index < encodings; index++) {
    const at = table + view.getUint32(table + 4 + 8 * index + 4);
    const format = view.getUint16(at);
    if (format === 4) addSegments(view, at, found);
    if (format === 12) addGroups(view, at, found);
  }
  return found;
}

function tableNamed(view: DataView, name: string): number {
  const tables = view.getUint16(4);
  for (let index = 0; index < tables; index++) {
    const entry = 12 + 16 * index;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(entry + byte)));
    if (tag === name) return view.getUint32(entry + 8);
  }
  throw new RangeError(`a font without the table ${name}`);
}

function addSegments(view: DataView, at: number, found: Set<number>): void {
  const double = view.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + double];
  const [deltas, offsets] = [starts + double, starts + 2 * double];
  for (let segment = 0; segment < double; segment += 2) {
    const end = view.getUint16(ends + segment);
    const start = view.getUint16(starts + segment);
    const delta = view.getUint16(deltas + segment);
    const offset = view.getUint16(offsets + segment);
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const listed =
        offset === 0 ? code : view.getUint16(offsets + segment + offset + 2 * (code - start));
      const glyph = offset === 0 || listed !== 0 ? (listed + delta) & 0xffff : 0;
      if (glyph !== 0) found.add(code);
    }
  }
}

function addGroups(view: DataView, at: number, found: Set<number>): void {
  const groups = view.getUint32(at + 12);
  for (let group = 0; group < groups; group++) {
    const entry = at + 16 + 12 * group;
    const [start, end] = [view.getUint32(entry), view.getUint32(entry + 4)];
    for (let code = start; code <= end; code++) found.add(code);
  }
}

/** Characters that turn the direction of what follows: on paper nothing ends what they began. */
const turning = /[\u202A-\u202E\u2066-\u2069]/;

/**
 * Text of which every character can be drawn: another is written by its number, `⟨U+1FA7B⟩`, so that
 * nothing of a name is lost. So are those that would turn the direction of the words around it.
 */
export function drawable(text: string, has: ReadonlySet<number>): string {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return (has.has(point) && !turning.test(character)) || point === 0x0a || point === 0x09
      ? character
      : `⟨U+${point.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  }).join("");
}
