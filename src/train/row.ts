import type { Columns } from "../catalog/index.ts";

/** One epoch of the journal, models/<model>/training.csv. */
export interface EpochRow {
  /** From 1. */
  readonly epoch: number;
  readonly learning_rate: number;
  readonly train_loss: number;
  readonly train_cross_entropy: number;
  /** 1 − mean soft Dice. */
  readonly train_dice_loss: number;
  /** On the held-out patients; watched, never used to choose anything. */
  readonly held_out_loss: number;
  /** Pooled over the held-out slices at the network's resolution; null when both are empty. */
  readonly held_out_liver_dice: number | null;
  readonly held_out_tumour_dice: number | null;
  /** On patients set aside from those to learn from: they choose the best epoch. null without any. */
  readonly watch_loss: number | null;
  readonly watch_liver_dice: number | null;
  readonly watch_tumour_dice: number | null;
  readonly seconds: number;
  /** Share of the steps' time in which they waited for data. */
  readonly waiting_share: number;
}

export const epochColumns: Columns<EpochRow> = {
  epoch: "whole",
  learning_rate: "number",
  train_loss: "number",
  train_cross_entropy: "number",
  train_dice_loss: "number",
  held_out_loss: "number",
  held_out_liver_dice: "number",
  held_out_tumour_dice: "number",
  watch_loss: "number",
  watch_liver_dice: "number",
  watch_tumour_dice: "number",
  seconds: "number",
  waiting_share: "number",
};
