import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it; one that is there already is fine.
 *
 * Not Node's own `recursive`: where the system refuses with "no such file" below a folder that is
 * there, as in /proc, that one tries again without end.
 *
 * @throws what the system says, for `writeError` to explain
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    if (!(await isFolder(dirname(path)))) await makeFolder(dirname(path));
    // Once more even below a folder that is there: it may be only just.
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    const isThere = (thrown as NodeJS.ErrnoException).code === "EEXIST" && (await isFolder(path));
    if (!isThere) throw thrown;
  }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
