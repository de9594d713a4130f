import { expect, test } from "vitest";
import { nameFromNnunet } from "./nnunet-names.ts";

test("each kind of tensor, by hand, of six stages", () => {
  const names = {
    "encoder.stem.convs.0.conv.bias": "stem.conv.bias",
    "encoder.stages.5.0.convs.1.norm.weight": "encoder.5.1.norm.weight",
    "encoder.stages.3.blocks.2.conv1.conv.weight": "encoder.3.2.0.conv.weight",
    "encoder.stages.3.blocks.2.conv2.norm.bias": "encoder.3.2.1.norm.bias",
    "encoder.stages.3.blocks.0.skip.1.conv.weight": "encoder.3.0.skip.conv.weight",
    "encoder.stages.0.blocks.0.skip.0.norm.bias": "encoder.0.0.skip.norm.bias",
    "decoder.stages.0.convs.1.conv.weight": "decoder.4.1.conv.weight",
    "decoder.transpconvs.4.weight": "up.0.weight",
    "decoder.seg_layers.4.bias": "head.bias",
    "decoder.seg_layers.0.weight": "heads.4.weight",
    "module.decoder.seg_layers.3.weight": "heads.1.weight",
  };
  for (const [theirs, ours] of Object.entries(names)) expect(nameFromNnunet(theirs, 6)).toBe(ours);
});

test("a second name of a tensor is none", () => {
  for (const again of [
    "decoder.encoder.stages.0.0.convs.0.conv.weight",
    "encoder.stages.0.0.convs.0.all_modules.0.weight",
    "module.decoder.stages.1.convs.0.all_modules.1.bias",
  ]) {
    expect(nameFromNnunet(again, 6)).toBeUndefined();
  }
});

test("a tensor of another network is refused by name", () => {
  expect(() => nameFromNnunet("layer1.0.conv1.weight", 6)).toThrow(
    "no tensor layer1.0.conv1.weight",
  );
});
