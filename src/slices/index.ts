export {
  type ChannelOptions,
  type ChannelSet,
  channelNames,
  channelNamesOf,
  channelsOf,
  greyChannelsOf,
} from "./channels.ts";
export { cropResize } from "./crop-resize.ts";
export type { SliceDifference } from "./difference.ts";
export { frequencyHistogramBins, histScaled } from "./frequency-histogram.ts";
export { gaussianBlur } from "./gaussian-blur.ts";
export { histogramWords } from "./histogram-words.ts";
export { maskBox } from "./mask-box.ts";
export { maskFromBlur } from "./mask-from-blur.ts";
export { inputChannels, neighboursOf, stackNeighbours } from "./neighbours.ts";
export { type SliceOrientation, sliceCodes, sliceOrientations } from "./orientation.ts";
export type { ChannelLayout } from "./paint-channels.ts";
export {
  type Resize,
  resizeBytes,
  resizeClasses,
  resizeLogits,
  type SliceLabels,
} from "./resample.ts";
export { type IndexedSlice, type SliceRow, sliceColumns, sliceIndexColumns } from "./row.ts";
export {
  type ConvertChoices,
  type ConvertSettings,
  convertSettings,
  type ImageFormat,
  imageFormats,
} from "./settings.ts";
export { shareInWindow } from "./share-in-window.ts";
export {
  axialSlice,
  classCount,
  classesOf,
  inputOf,
  inputTensor,
  type SliceImage,
  type SliceMask,
  targetOf,
} from "./tensor.ts";
export {
  type Window,
  type WindowName,
  windowed,
  windowOf,
  windowRange,
  windows,
} from "./windows.ts";
