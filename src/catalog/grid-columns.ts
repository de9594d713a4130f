import { axisCodes, type Grid, spacingIsKnown, spacingOf } from "../volume/index.ts";
import type { CatalogRow } from "./row.ts";

/** What a grid says in a row of the catalogue; nulls where its file says nothing. */
export function gridColumns(
  grid: Grid,
): Pick<
  CatalogRow,
  "width" | "height" | "depth" | "spacing_x_mm" | "spacing_y_mm" | "spacing_z_mm" | "orientation"
> {
  const [width, height, depth] = grid.dims;
  const spacing = spacingIsKnown(grid) ? spacingOf(grid.affine) : [null, null, null];
  return {
    width,
    height,
    depth,
    spacing_x_mm: spacing[0],
    spacing_y_mm: spacing[1],
    spacing_z_mm: spacing[2],
    orientation: grid.affineFrom === "default" ? null : axisCodes(grid.affine),
  };
}
