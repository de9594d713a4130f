import { channelOf } from "./channel.ts";
import { folderOf, type Layout } from "./layout.ts";

/**
 * nnU-Net's raw data: a scan's name is its case's and four digits for the channel, a mask's is the
 * case's alone.
 *
 * @see nnU-Net v2, documentation/dataset_format.md
 */
export const nnunet: Layout = {
  shown: "imagesTr/CASE_0000 with labelsTr/CASE, and imagesTs/CASE_0000 (nnU-Net raw)",
  describedBy: "dataset.json",
  claim(place) {
    const folder = folderOf(place).toLowerCase();
    if (folder === "labelstr" || folder === "labelsts") {
      return { kind: "mask", key: place.stem.toLowerCase() };
    }
    if (folder !== "imagestr" && folder !== "imagests") return undefined;
    const named = channelOf(place.stem);
    if (named === undefined) return undefined;
    const { case: name, channel } = named;
    return { kind: "scan", key: name.toLowerCase(), case: name, channel };
  },
};
