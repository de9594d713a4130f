import { channelOf } from "./channel.ts";
import { folderOf, type Layout } from "./layout.ts";

const kinds: Readonly<Record<string, "scan" | "mask">> = {
  imagests: "scan",
  imagestr: "scan",
  labelstr: "mask",
  labelsts: "mask",
};

/**
 * The Medical Segmentation Decathlon: a scan and its mask have one name, in two folders.
 *
 * @see Antonelli et al. 2022, doi:10.1038/s41467-022-30695-9
 */
export const decathlon: Layout = {
  shown: "imagesTr/CASE with labelsTr/CASE, and imagesTs/CASE (Medical Segmentation Decathlon)",
  describedBy: "dataset.json",
  claim(place) {
    const kind = kinds[folderOf(place).toLowerCase()];
    if (kind === undefined) return undefined;
    if (kind === "scan" && channelOf(place.stem) !== undefined) return undefined;
    return { kind, key: place.stem.toLowerCase() };
  },
};
