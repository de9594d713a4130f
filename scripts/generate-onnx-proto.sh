#!/usr/bin/env bash
# Makes src/onnx/onnx_pb.ts from the onnx.proto that the Python package onnx ships. Needed only when
# ONNX's format moves on; Python and protoc are no part of hepar.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.20.1 grpcio-tools==1.85.1
npm install --prefix "$work" --no-save --silent @bufbuild/protoc-gen-es@2.17.0
cp "$("$work/venv/bin/python" -c 'import onnx, pathlib; print(pathlib.Path(onnx.__file__).parent / "onnx.proto")')" "$work"
"$work/venv/bin/python" -m grpc_tools.protoc -I"$work" \
  --plugin=protoc-gen-es="$work/node_modules/.bin/protoc-gen-es" \
  --es_out="$work" --es_opt=target=ts,import_extension=ts,erasable_syntax=true onnx.proto
{
  echo "// @ts-nocheck: generated; scripts/generate-onnx-proto.sh makes it from onnx.proto (onnx 1.20.1, Apache-2.0)."
  cat "$work/onnx_pb.ts"
} > src/onnx/onnx_pb.ts
