import { HeparError, type Progress } from "../core/index.ts";
import type { BatchSource } from "./batches/batch-source.node.ts";
import type { SliceStore } from "./batches/slice-store.node.ts";
import { planOf, type TrainingData } from "./batches/training-data.node.ts";
import { betterEpoch, watchScore } from "./best-epoch.ts";
import { divergedLoss, requireNumbers } from "./diverged.ts";
import type { EpochRow } from "./row.ts";
import type { TrainingState } from "./state.node.ts";
import { rateOf } from "./step/schedule.ts";
import { type Stepper, type StepState, vectorsToUse } from "./step/stepper.ts";
import type { Watch } from "./watch.node.ts";

export interface EpochTools {
  readonly data: TrainingData;
  readonly stepper: Stepper;
  readonly watch: Watch;
  readonly heldOut: SliceStore;
  /** Of patients set aside to choose the best epoch by. */
  readonly setAside: SliceStore | undefined;
  /** The training's batches, from the state's next step on. */
  readonly source: BatchSource;
  readonly stepsPerEpoch: number;
  /** Where the state is kept, for people. */
  readonly stateFolder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
}

/**
 * One epoch further. An epoch that was broken off can be run again and ends the same.
 *
 * @throws `train.diverged`, `run.stopped`, `image.unreadable`
 */
export async function runEpoch(before: TrainingState, tools: EpochTools): Promise<TrainingState> {
  const { watch, now, stateFolder } = tools;
  const started = now();
  const { state, losses, waitingShare } = await runSteps(before, tools);
  const at = { epochs: before.epochs.length, stateFolder };
  const { weights, statistics, memory } = state;
  requireNumbers({ weights, statistics, ...memory }, at);
  const vectors = vectorsToUse(state);
  const heldOut = await watch.look(vectors, tools.heldOut);
  const setAside =
    tools.setAside === undefined ? undefined : await watch.look(vectors, tools.setAside);
  requireNumbers({ "held-out loss": [heldOut.loss] }, at);
  const epoch = before.epochs.length + 1;
  const row: EpochRow = {
    epoch,
    learning_rate: rateAt(state.steps - 1, tools),
    ...losses,
    held_out_loss: heldOut.loss,
    held_out_liver_dice: heldOut.liverDice,
    held_out_tumour_dice: heldOut.tumourDice,
    watch_loss: setAside?.loss ?? null,
    watch_liver_dice: setAside?.liverDice ?? null,
    watch_tumour_dice: setAside?.tumourDice ?? null,
    seconds: (now() - started) / 1000,
    waiting_share: waitingShare,
  };
  const score = setAside === undefined ? null : watchScore(setAside);
  return {
    ...state,
    epochs: [...before.epochs, row],
    best: betterEpoch(before.best, { epoch, score, vectors }),
  };
}

/** The state after an epoch's steps, their mean losses, and how long they waited. */
interface Stepped {
  readonly state: StepState;
  readonly losses: Pick<EpochRow, "train_loss" | "train_cross_entropy" | "train_dice_loss">;
  readonly waitingShare: number;
}

async function runSteps(before: TrainingState, tools: EpochTools): Promise<Stepped> {
  const { source, stepsPerEpoch, data, stepper, progress, now } = tools;
  const { accumulate } = data.recipe;
  const batches = stepsPerEpoch * accumulate;
  const epoch = before.epochs.length;
  const sums = { total: 0, crossEntropy: 0, dice: 0 };
  const started = now();
  let waited = 0;
  let state: StepState = before;
  for (let done = 0; done < batches; done++) {
    requireGoing(tools, epoch);
    const asked = now();
    const batch = await source.next();
    waited += now() - asked;
    const result = await stepper.step(state, { ...batch, rate: rateAt(state.steps, tools) });
    const { total, crossEntropy, dice } = result.losses;
    if (!Number.isFinite(total)) throw lossLost(total, { ...tools, before, done });
    state = result.state;
    sums.total += total;
    sums.crossEntropy += crossEntropy;
    sums.dice += dice;
    progress({
      kind: "advance",
      step: "train",
      done: epoch + (done + 1) / batches,
      note: noteOf(sums.total / (done + 1), share(waited, now() - started)),
    });
  }
  return {
    state,
    losses: {
      train_loss: sums.total / batches,
      train_cross_entropy: sums.crossEntropy / batches,
      train_dice_loss: sums.dice / batches,
    },
    waitingShare: share(waited, now() - started),
  };
}

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** The loss, and how much of the time goes into waiting for data, where that is worth a word. */
const noteOf = (loss: number, waiting: number): string =>
  `loss ${loss.toFixed(3)}${waiting < 0.01 ? "" : `, ${Math.round(100 * waiting)} % waiting for data`}`;

const rateAt = (step: number, { data, stepsPerEpoch }: EpochTools): number =>
  rateOf(data.recipe.schedule, {
    step,
    steps: stepsPerEpoch * data.recipe.epochs,
    maximum: data.recipe.learningRate,
  });

function requireGoing({ signal, data }: EpochTools, epoch: number): void {
  if (!signal?.aborted) return;
  throw new HeparError("run.stopped", `stopped in epoch ${epoch + 1} of ${data.recipe.epochs}`, {
    hint: "give the same command again: training goes on after the last whole epoch",
  });
}

/** The plan says again what was in the batch: nothing has to be remembered for it. */
function lossLost(
  loss: number,
  { before, done, data, stateFolder }: EpochTools & { before: TrainingState; done: number },
): HeparError {
  const { accumulate } = data.recipe;
  const [batch] = planOf(data, before.steps * accumulate + done);
  return divergedLoss(loss, {
    step: before.steps + Math.floor(done / accumulate) + 1,
    epochs: before.epochs.length,
    slices: batch.slices.map((index) => data.rows[index]),
    stateFolder,
  });
}
