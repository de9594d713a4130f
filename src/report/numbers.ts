const nbsp = "\u00A0";

/** How a language writes numbers. All methods are pure; units are set off by a no-break space. */
export interface Numbers {
  whole(value: number): string;
  /** Exactly so many digits after the decimal sign. */
  fixed(value: number, digits: number): string;
  /** Two decimals; below 0.1 two significant digits, so that a small tumour is not written 0. */
  amount(value: number): string;
  /** An amount with the percent sign, from 0 to 100. */
  percent(value: number): string;
  ml(value: number): string;
  mm(value: number): string;
  /** Hounsfield units, whole, with the language's own abbreviation. */
  hu(value: number): string;
  /** Three decimals. */
  dice(value: number): string;
  /** Up to so many significant digits, and a power of ten where the number is tiny. */
  significant(value: number, digits: number): string;
  duration(seconds: number): string;
  /** A day and time in UTC from ISO 8601; any other text as it is. */
  moment(iso: string): string;
  /** `1 scan`, `3 scans`: by the language's own plural rule. */
  count(value: number, words: { readonly one: string; readonly other: string }): string;
  list(items: readonly string[]): string;
}

/** The numbers of a locale such as `en-GB` or `fr`. */
export function numbersOf(tag: string): Numbers {
  const formats = new Map<string, Intl.NumberFormat>();
  const format = (value: number, options: Intl.NumberFormatOptions): string => {
    const key = JSON.stringify(options);
    const found = formats.get(key) ?? new Intl.NumberFormat(tag, options);
    formats.set(key, found);
    return found.format(value);
  };
  const plurals = new Intl.PluralRules(tag);
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });

  const whole = (value: number): string => format(value, { maximumFractionDigits: 0 });
  const fixed = (value: number, digits: number): string =>
    format(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const significant = (value: number, digits: number): string =>
    value !== 0 && Math.abs(value) < 1e-4
      ? powerOfTen(value, (mantissa) => format(mantissa, { maximumSignificantDigits: digits }))
      : format(value, { maximumSignificantDigits: digits });
  const amount = (value: number): string => {
    if (value === 0) return "0";
    return Math.abs(value) < 0.1 ? format(value, { maximumSignificantDigits: 2 }) : fixed(value, 2);
  };
  return {
    whole,
    fixed,
    amount,
    // French sets a narrow no-break space before the sign: Intl knows, so its pattern is asked.
    percent: (value) => percentPattern(tag).replace("1", amount(value)),
    ml: (value) => `${amount(value)}${nbsp}mL`,
    mm: (value) => `${fixed(value, 1)}${nbsp}mm`,
    hu: (value) => `${whole(value)}${nbsp}${tag.startsWith("fr") ? "UH" : "HU"}`,
    dice: (value) => fixed(value, 3),
    significant,
    duration(seconds) {
      if (seconds < 60) return `${fixed(seconds, 1)}${nbsp}s`;
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) {
        const rest = Math.floor(seconds % 60);
        return `${whole(Math.floor(seconds / 60))}${nbsp}min ${whole(rest)}${nbsp}s`;
      }
      return `${whole(Math.floor(minutes / 60))}${nbsp}h ${whole(minutes % 60)}${nbsp}min`;
    },
    moment(iso) {
      const milliseconds = Date.parse(iso);
      if (Number.isNaN(milliseconds)) return iso;
      const style = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
      return `${new Intl.DateTimeFormat(tag, style).format(milliseconds)} UTC`;
    },
    count: (value, words) =>
      `${whole(value)}${nbsp}${plurals.select(value) === "one" ? words.one : words.other}`,
    list: (items) => lists.format(items),
  };
}

/** How a language writes one percent: `1%` or `1 %`. */
const percentPattern = (tag: string): string =>
  new Intl.NumberFormat(tag, { style: "percent" }).format(0.01);

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** `1.5 × 10⁻⁶` for a number below 1; the mantissa in the language's writing. */
function powerOfTen(value: number, write: (mantissa: number) => string): string {
  const exponent = -Math.floor(Math.log10(Math.abs(value)));
  const power = [...String(exponent)].map((digit) => superscripts[Number(digit)]).join("");
  return `${write(value * 10 ** exponent)}${nbsp}×${nbsp}10⁻${power}`;
}
