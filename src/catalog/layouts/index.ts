import { bids } from "./bids.ts";
import { decathlon } from "./decathlon.ts";
import type { Layout } from "./layout.ts";
import { lits } from "./lits.ts";
import { nnunet } from "./nnunet.ts";

export type { ClaimedFile } from "./layout.ts";

/** The layouts that are recognised, by the name that `--layout` takes. */
const table = { lits, decathlon, nnunet, bids } as const satisfies Readonly<Record<string, Layout>>;

export type LayoutName = keyof typeof table;

export const layouts: { readonly [Name in LayoutName]: Layout } = table;

export const layoutNames = Object.keys(layouts) as readonly LayoutName[];
