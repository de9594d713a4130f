/**
 * Does the work on each item, so many at a time, in their order; the next item is asked for when
 * there is room for it. After one that fails no other is begun.
 *
 * All that was begun has ended before this throws: nothing goes on in the background.
 */
export async function inLanes<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: { readonly lanes: number; readonly work: (item: Item) => Promise<void> },
): Promise<void> {
  const { lanes, work } = options;
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item)
        .catch((thrown: unknown) => void failures.push(thrown))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= lanes) await Promise.race(running);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}
