import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { HeparError, toHeparError } from "../core/index.ts";
import { freeMemory } from "../files/index.node.ts";
import {
  type CaseJobInput,
  type CaseJobName,
  type CaseJobOutput,
  doJob,
  type JobOutcome,
  type PostedJob,
} from "./case-jobs.node.ts";

/** Does jobs on several cases at once, within bounds of memory. */
export interface CasePool {
  /** How many jobs can be at work at once. */
  readonly threads: number;
  /**
   * What the job gives. It waits for a free thread, and until the memory that it needs is there;
   * a job that needs more than there is runs alone.
   *
   * @param options.bytes - of memory that it will take
   * @throws what the job throws; `defect` when its thread dies of it
   */
  run<Name extends CaseJobName>(
    name: Name,
    input: CaseJobInput<Name>,
    options: { readonly bytes: number },
  ): Promise<CaseJobOutput<Name>>;
  /** Ends the threads; what is not done yet is refused. */
  close(): Promise<void>;
}

export interface CasePoolOptions {
  /** Default: all processors. With one, jobs are done in the calling thread. */
  readonly threads?: number;
  /** Bytes of all jobs at once; half of the free memory if not given. */
  readonly budget?: number;
}

/** Opens a pool. Its threads start when there is work for them. */
export const openCasePool = (options: CasePoolOptions = {}): CasePool => new ThreadPool(options);

interface Waiting {
  readonly job: PostedJob;
  readonly bytes: number;
  readonly settle: (outcome: JobOutcome) => void;
}

class ThreadPool implements CasePool {
  readonly threads: number;
  readonly #budget: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #closed = false;

  constructor({ threads = availableParallelism(), budget = freeMemory() / 2 }: CasePoolOptions) {
    this.threads = threads;
    this.#budget = budget;
  }

  async run<Name extends CaseJobName>(
    name: Name,
    input: CaseJobInput<Name>,
    { bytes }: { readonly bytes: number },
  ): Promise<CaseJobOutput<Name>> {
    const job: PostedJob = { name, input };
    if (this.threads < 2) return (await doJob(job)) as CaseJobOutput<Name>; // a row of caseJobs
    const outcome = await new Promise<JobOutcome>((settle) => {
      this.#waiting.push({ job, bytes, settle });
      this.#post();
    });
    if ("failure" in outcome) throw toHeparError(outcome.failure);
    return outcome.value as CaseJobOutput<Name>; // the same, from the other thread
  }

  async close(): Promise<void> {
    this.#closed = true;
    const failure = new HeparError("run.stopped", "the threads were ended");
    const open = [...this.#waiting.splice(0), ...this.#busy.values()];
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    this.#busy.clear();
    for (const { settle } of open) settle({ failure });
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** In the order in which they came: a large job waits for memory, and those after it for that job. */
  #post(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const fits = this.#busy.size === 0 || this.#bytes + next.bytes <= this.#budget;
      if (!fits || this.#busy.size === this.threads) return;
      this.#waiting.shift();
      const worker = this.#idle.pop() ?? this.#start();
      this.#busy.set(worker, next);
      this.#bytes += next.bytes;
      worker.postMessage(next.job);
    }
  }

  #start(): Worker {
    // The worker lies beside this file and ends as it does: .ts in tests, .js once compiled.
    const file = new URL(`./case-worker.node${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { name: "case" });
    let fate: unknown = "a thread ended in the middle of a case";
    worker.on("message", (outcome: JobOutcome) => {
      if (this.#settle(worker, outcome)) this.#idle.push(worker);
      this.#post();
    });
    worker.on("error", (thrown) => {
      fate = thrown;
    });
    worker.on("exit", () => {
      this.#settle(worker, { failure: toHeparError(fate).toJSON() });
      if (!this.#closed) this.#post(); // with a new thread in place of this one
    });
    return worker;
  }

  #settle(worker: Worker, outcome: JobOutcome): boolean {
    const done = this.#busy.get(worker);
    if (done === undefined) return false;
    this.#busy.delete(worker);
    this.#bytes -= done.bytes;
    done.settle(outcome);
    return true;
  }
}
