import { HeparError } from "../core/index.ts";
import type { NetworkSpec } from "../model/index.ts";
import type { Session } from "../onnx/index.ts";

/** A network, ready to run. */
export interface LoadedNetwork {
  readonly spec: NetworkSpec;
  readonly session: Session;
}

/** What a network says of patches, whatever its tensors' names and layout. */
export interface PatchNetwork {
  /** Patches that it takes at once at most; undefined: as many as one likes. */
  readonly batch: number | undefined;
  /**
   * @param patches - [n, channels, …patch]
   * @returns [n, classes, …patch]
   * @throws `model.invalid` when its output is of another size
   */
  run(patches: Float32Array, n: number): Promise<Float32Array>;
}

/**
 * A network by the shapes and names of its description.
 *
 * @param options.shape - of one patch in space, 2 or 3 lengths
 */
export function patchNetwork(
  { spec, session }: LoadedNetwork,
  options: { readonly channels: number; readonly shape: readonly number[] },
): PatchNetwork {
  const { channels, shape } = options;
  const classes = spec.output.classes.length;
  const inputName = nameOf(
    spec.input.name,
    session.inputs?.map(({ name }) => name),
    "input",
  );
  const outputName = nameOf(spec.output.name, session.outputs, "output");
  const declared = session.inputs?.find(({ name }) => name === inputName)?.shape[0];
  const size = shape.reduce((product, length) => product * length, 1);
  const isLast = spec.input.channels === "last";
  return {
    // A session that says nothing of its inputs was made for one patch.
    batch: session.inputs === undefined ? 1 : (declared ?? undefined),
    async run(patches, n) {
      const data = isLast ? transposed(patches, { n, rows: channels, columns: size }) : patches;
      const dims = isLast ? [n, ...shape, channels] : [n, channels, ...shape];
      const outputs = await session.run({ [inputName]: data }, { [inputName]: dims });
      const values = outputs[outputName];
      if (values?.length !== n * classes * size) {
        throw new HeparError(
          "model.invalid",
          `${spec.name}: the output ${outputName} should hold ${n} × ${classes} classes × ${shape.join(" × ")} = ${n * classes * size} numbers, got ${values?.length ?? "none"}`,
          { hint: "the description's classes or patch are not those of the network" },
        );
      }
      return isLast ? transposed(values, { n, rows: size, columns: classes }) : values;
    },
  };
}

function nameOf(
  said: string | undefined,
  there: readonly string[] | undefined,
  what: "input" | "output",
): string {
  const [only, ...others] = there ?? [];
  if (said !== undefined && (there === undefined || there.includes(said))) return said;
  if (said === undefined && only !== undefined && others.length === 0) return only;
  const found = there?.join(", ") ?? "unknown names";
  throw new HeparError(
    "model.invalid",
    said === undefined
      ? `the network has several ${what}s: ${found}`
      : `the network has no ${what} ${said}: it has ${found}`,
    { hint: `name the ${what} in the network's description` },
  );
}

/** [n, rows, columns] → [n, columns, rows]. */
function transposed(
  matrices: Float32Array,
  { n, rows, columns }: { readonly n: number; readonly rows: number; readonly columns: number },
): Float32Array {
  const into = new Float32Array(matrices.length);
  for (let m = 0; m < n; m++) {
    const start = m * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        into[start + column * rows + row] = matrices[start + row * columns + column];
      }
    }
  }
  return into;
}
