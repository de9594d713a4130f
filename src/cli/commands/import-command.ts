import { HeparError } from "../../core/index.ts";
import { channelCountOf } from "../../model/index.ts";
import { type Command, command } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { type Argument, argument, requiredText, text } from "../option.ts";

const format: Argument<"onnx"> = {
  description: "onnx: a segmentation network, 2D, 2.5D or 3D",
  parse(typed) {
    if (typed === "onnx") return typed;
    throw new HeparError("usage.argument", `expected onnx, got "${typed}"`);
  },
};

/** The command that takes networks from elsewhere in. */
export const importCommand: Command = command({
  name: "import",
  summary: "a network that was trained elsewhere → a model that hepar predicts with",
  arguments: {
    format,
    file: argument("the .onnx file; numbers that it keeps in other files must lie in its folder"),
  },
  options: {
    description: text(
      "<file>",
      "JSON that says how the network wants its input and what its output means (docs/exchange.md); not needed for a file that hepar exported",
    ),
    out: requiredText("<folder>", "the model's folder, for hepar predict --model: new or empty"),
  },
  example: "hepar import onnx unet.onnx --description unet.json --out models/unet",
  async run({ file, description, out }) {
    const { importOnnx } = await import("../../exchange/index.node.ts");
    const { folder, spec, runtime, operators } = await importOnnx(file, { description, out });
    const { input, output, name } = spec;
    const labels = output.classes.map(({ label, name }) => `${label} ${name}`).join(", ");
    return {
      status: exitStatus.done,
      json: { folder, network: spec, runtime, operators },
      lines: [
        `${name}: ${input.kind}, ${channelCountOf(spec)} × ${input.patch.join(" × ")}, labels ${labels}`,
        `ran once on zeros: ${runtime}`,
        `model: ${folder}; use it with: hepar predict <scan> --model ${folder}`,
      ],
    };
  },
});
