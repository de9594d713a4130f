import type { Layout } from "./layout.ts";

const kinds: Readonly<Record<string, "scan" | "mask">> = {
  ct: "scan",
  dseg: "mask",
  mask: "mask",
  seg: "mask",
};

/** What a mask's name may say of itself, beyond the name of its scan. */
const ofMasksOnly = new Set(["space", "res", "den", "desc", "label", "seg", "atlas"]);

/**
 * Names in the manner of BIDS, in any folders: `sub-01_ses-02_run-1_ct`, its mask beside it or in
 * derivatives as `sub-01_ses-02_run-1_desc-expert_dseg`. Subjects are patients, sessions visits.
 *
 * @see Brain Imaging Data Structure 1.10, common principles, and imaging derivatives
 */
export const bids: Layout = {
  shown: "sub-X[_ses-Y]_ct with …_dseg, …_seg or …_mask, anywhere (as in BIDS)",
  claim({ stem }) {
    const parts = stem.split("_");
    const kind = kinds[parts.pop()?.toLowerCase() ?? ""];
    const entities = parts.map((part) => /^([a-z0-9]+)-(.+)$/is.exec(part));
    if (kind === undefined || entities.includes(null)) return undefined;
    const named = entities.map((entity) => [entity?.[1].toLowerCase() ?? "", entity?.[2] ?? ""]);
    const [[first, subject] = [], [second, session] = []] = named;
    if (first !== "sub" || subject === undefined) return undefined;
    const own = named.filter(([name]) => kind === "scan" || !ofMasksOnly.has(name));
    return {
      kind,
      key: own.map(([name, value]) => `${name}-${value}`.toLowerCase()).join("_"),
      case: parts.join("_"),
      patient: `sub-${subject}`,
      ...(second === "ses" && session !== undefined ? { visit: `ses-${session}` } : {}),
    };
  },
};
