/** What long work tells whoever watches. The command line draws it; `--json` leaves it out. */
export type ProgressEvent =
  | { readonly kind: "start"; readonly step: string; readonly total: number; readonly unit: string }
  | {
      readonly kind: "advance";
      readonly step: string;
      readonly done: number;
      /** A short remark beside the bar, such as the current loss. */
      readonly note?: string;
    }
  | { readonly kind: "end"; readonly step: string; readonly note?: string }
  | { readonly kind: "note"; readonly message: string }
  | { readonly kind: "warning"; readonly message: string; readonly file?: string };

export type Progress = (event: ProgressEvent) => void;

/** For callers that do not watch. */
export const silent: Progress = () => {};
