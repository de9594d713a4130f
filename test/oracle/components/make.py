"""26-connected components of random masks, by cc3d.

python make.py > cc3d.json          (connected-components-3d 4.1.1, numpy 2.4.6)
`bits` is the mask, first axis fastest, eight voxels a byte, highest bit first, in hex. Components
are numbered by their first voxel; `labels` of a small mask is the whole answer.
"""
import json
from importlib.metadata import version

import cc3d
import numpy as np

random = np.random.default_rng(11)
cases = []
for dims, share in [
    ((6, 5, 4), 0.2),
    ((9, 8, 7), 0.1),
    ((16, 12, 10), 0.05),
    ((16, 12, 10), 0.1),
    ((16, 12, 10), 0.3),
    ((31, 17, 13), 0.08),
    ((1, 40, 30), 0.3),
    ((40, 1, 30), 0.3),
    ((40, 30, 1), 0.3),
    ((1, 1, 64), 0.5),
]:
    mask = random.random(dims) < share
    labels = cc3d.connected_components(mask, connectivity=26).ravel(order="F")
    numbers, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.argsort(first[numbers > 0])
    by_first = numbers[numbers > 0][order]
    renumbered = np.zeros(int(labels.max()) + 1, int)
    renumbered[by_first] = np.arange(1, len(by_first) + 1)
    case = {
        "dims": dims,
        "bits": np.packbits(mask.ravel(order="F")).tobytes().hex(),
        "sizes": [int(x) for x in sizes[numbers > 0][order]],
    }
    if mask.size <= 600:
        case["labels"] = [int(x) for x in renumbered[labels]]
    cases.append(case)

print(json.dumps({"cc3d": version("connected-components-3d"), "numpy": np.__version__, "cases": cases}))
