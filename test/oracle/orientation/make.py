"""Axis codes that nibabel gives affines: straight, oblique, and where single axes collide.

python make.py > nibabel.json          (nibabel 5.4.2, numpy 2.4.6)
"""
import itertools
import json

import nibabel as nib
import numpy as np


def rotation(x, y, z):
    (cx, sx), (cy, sy), (cz, sz) = [(np.cos(t), np.sin(t)) for t in np.radians([x, y, z])]
    return (
        np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )


def turned(permutation, signs):
    m = np.zeros((3, 3))
    for column, (row, sign) in enumerate(zip(permutation, signs)):
        m[row, column] = sign
    return m


random = np.random.default_rng(3)
cases = []


def add(kind, m):
    affine = np.eye(4)
    affine[:3, :3] = m
    affine[:3, 3] = random.uniform(-300, 300, 3)
    affine = np.round(affine, 6)
    cases.append(
        {"kind": kind, "affine": [float(x) for x in affine.ravel()], "codes": "".join(nib.aff2axcodes(affine))}
    )


everything = [turned(p, s) for p in itertools.permutations(range(3)) for s in itertools.product([1, -1], repeat=3)]
for m in everything:
    add("straight", m @ np.diag([0.7, 0.8, 5]))
for n in range(60):
    spacing = np.diag(random.uniform(0.4, 6, 3))
    add("oblique", rotation(*random.uniform(-35, 35, 3)) @ everything[n % 48] @ spacing)
# Two voxel axes whose largest component is the same patient axis.
found = 0
while found < 20:
    m = rotation(*random.uniform(-180, 180, 3))
    largest = np.abs(m).argmax(axis=0)
    if len(set(largest)) == 3:
        continue
    found += 1
    add("colliding", m @ np.diag(random.uniform(0.4, 6, 3)))

print(json.dumps({"nibabel": nib.__version__, "numpy": np.__version__, "cases": cases}))
