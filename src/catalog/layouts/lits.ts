import type { Layout } from "./layout.ts";

const names = { scan: /^(test-|)volume-(\d+)$/i, mask: /^(test-|)segmentation-(\d+)$/i };

/** LiTS, as on Kaggle, in any folders: the number pairs. Its second half is called test-volume-N. */
export const lits: Layout = {
  shown: "volume-N with segmentation-N, anywhere (LiTS, as on Kaggle)",
  claim({ stem }) {
    for (const kind of ["scan", "mask"] as const) {
      const found = names[kind].exec(stem);
      if (found !== null) return { kind, key: found.slice(1).join("/").toLowerCase() };
    }
    return undefined;
  },
};
