"""Small networks that hepar must refuse, and one that keeps its numbers in another file.

    python docs/examples/onnx/export_from_pytorch.py test/golden/exchange
    python test/golden/exchange/make.py

Needs: pip install onnx numpy torch onnxscript.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = Path(__file__).parent
weights = numpy_helper.from_array(
    np.array([-1, 2, 0.5], np.float32).reshape(3, 1, 1, 1), "weights"
)


def save(name, nodes, output=(TensorProto.FLOAT, [1, 3, 8, 8]), kind=TensorProto.FLOAT, **how):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", kind, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info("logits", *output)],
        [weights],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("my.own", 1)]
    model = helper.make_model(graph, ir_version=8, opset_imports=opsets[: how.pop("domains", 1)])
    onnx.save(model, here / f"{name}.onnx", **how)


conv = helper.make_node("Conv", ["image", "weights"], ["logits"])
scores = helper.make_node("Conv", ["image", "weights"], ["scores"])
# 11 letters, as /etc/passwd and ../ghts.bin have: tests put those in its place.
save("beside", [conv], save_as_external_data=True, location="weights.bin", size_threshold=0)
save("own-operator", [helper.make_node("Magic", ["image"], ["logits"], domain="my.own")], domains=2)
save("no-operator", [helper.make_node("Magic", ["image"], ["logits"])])
save(
    "argmax",
    [scores, helper.make_node("ArgMax", ["scores"], ["logits"], axis=1)],
    output=(TensorProto.INT64, [1, 1, 8, 8]),
)
save("bytes", [helper.make_node("Cast", ["image"], ["logits"], to=1)], kind=TensorProto.UINT8)
save("nan", [scores, helper.make_node("Div", ["scores", "scores"], ["logits"])])
