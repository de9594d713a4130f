import { type Body, type Expr, get, type Local, lanes, splat } from "./assembler.ts";
import { multiplyAdd, type Target } from "./kernel.ts";

/** A tile of `height` × `width` sums that stays in registers while it grows by outer products. */
export class Tile {
  readonly #body: Body;
  readonly #target: Target;
  readonly #width: 8 | 4 | 1;
  readonly #sums: Local[][];
  readonly #right: Local[];
  readonly #left: Local;

  constructor(
    body: Body,
    { height, width, target }: { height: number; width: 8 | 4 | 1; target: Target },
  ) {
    this.#body = body;
    this.#target = target;
    this.#width = width;
    const vectors = width === 8 ? 2 : 1;
    const some = (): Local[] => Array.from({ length: vectors }, () => body.local("v128"));
    this.#sums = Array.from({ length: height }, some);
    this.#right = some();
    this.#left = body.local("v128");
  }

  /** Adds left[m] · right[n]. `left` gives the address and offset of each row's number. */
  grow(
    right: { readonly address: Expr; readonly offset: number; readonly apart?: 1 | 2 },
    left: { readonly address: Expr; readonly offsetOf: (row: number) => number },
  ): void {
    this.#right.forEach((local, n) => {
      this.#body.set(local, this.#loadRight(right, n));
    });
    this.#sums.forEach((sums, row) => {
      this.#body.set(this.#left, lanes.loadSplat(left.address, left.offsetOf(row)));
      sums.forEach((sum, n) => {
        const next = multiplyAdd(this.#target, get(this.#left), get(this.#right[n]), get(sum));
        this.#body.set(sum, next);
      });
    });
  }

  #loadRight(
    { address, offset, apart = 1 }: { address: Expr; offset: number; apart?: 1 | 2 },
    n: number,
  ): Expr {
    if (this.#width === 1) return lanes.loadOne(address, offset);
    const at = offset + 16 * n * apart;
    if (apart === 1) return lanes.load(address, at);
    // Every second of eight numbers; the last load begins one earlier to end where they do.
    const order = [0, 1, 2, 3, 8, 9, 10, 11, 20, 21, 22, 23, 28, 29, 30, 31];
    return lanes.shuffle(lanes.load(address, at), lanes.load(address, at + 12), order);
  }

  clear(): void {
    for (const sum of this.#sums.flat()) this.#body.set(sum, splat(0));
  }

  /** Stores each row; `strideBytes` from one to the next. */
  store(address: Expr, strideBytes: number): void {
    this.#sums.forEach((sums, row) => {
      sums.forEach((sum, n) => {
        const offset = row * strideBytes + 16 * n;
        if (this.#width === 1) this.#body.storeOne(address, get(sum), offset);
        else this.#body.store(address, get(sum), offset);
      });
    });
  }
}
