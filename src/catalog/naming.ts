const ending = /\.(nii|hdr|img)(\.gz)?$/i;

/** The endings that are looked for, as a person reads them. */
export const endingsLookedFor = ".nii, .nii.gz, or .hdr with .img";

/** Whether a name ends as NIfTI does: in one file, or in two (`.hdr` with `.img`). */
export const isNiftiName = (fileName: string): boolean => ending.test(fileName);

/** A NIfTI file's name without its ending. */
export const stemOf = (fileName: string): string => fileName.replace(ending, "");

/** Whether a name is that of the voxels whose header lies in a file of its own. */
export const isVoxelsName = (fileName: string): boolean => /\.img(\.gz)?$/i.test(fileName);

/** What the header's file may be called whose voxels are in this file: `a.img.gz` → `a.hdr` or `a.hdr.gz`. */
export const headerNamesOf = (voxelsName: string): readonly string[] =>
  ["hdr", "HDR", "hdr.gz"].map((own) => `${stemOf(voxelsName)}.${own}`);

/** What the voxels' file may be called whose header is in this file; [] for a file that holds both. */
export const voxelsNamesOf = (headerName: string): readonly string[] =>
  /\.hdr(\.gz)?$/i.test(headerName)
    ? ["img", "IMG", "img.gz"].map((own) => `${stemOf(headerName)}.${own}`)
    : [];

/**
 * A scan's name without its ending, fit to name folders and files: what some system refuses in a
 * name (and `;`, which separates warnings) becomes `_`, and very long names are cut.
 */
export function caseNameOf(fileName: string): string {
  const safe = stemOf(fileName)
    .replace(/[\p{C}\\/:*?"<>|;]/gu, "_")
    .replace(/^[. ]+|[. ]+$/g, "_");
  return [...safe].slice(0, 60).join("") || "scan";
}
