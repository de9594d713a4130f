"""How other programs read catalog.parquet, a catalogue of three rows that hepar wrote.

python read.py > readers.json

Nothing is converted: the types are those that each reader chooses by itself. A column of whole
numbers with gaps is float64 in pandas, which has no integer gap of its own there; pyarrow, polars
and DuckDB keep it whole.
"""
import json
import os

import duckdb
import fastparquet
import pandas as pd
import polars as pl
import pyarrow
import pyarrow.parquet as pq

path = os.path.join(os.path.dirname(__file__), "catalog.parquet")


def plain(frame):
    """Rows as JSON has them, gaps as null."""
    return json.loads(frame.to_json(orient="records"))


arrow = pd.read_parquet(path, engine="pyarrow")
fast = pd.read_parquet(path, engine="fastparquet")
print(
    json.dumps(
        {
            "versions": {
                "pandas": pd.__version__,
                "pyarrow": pyarrow.__version__,
                "fastparquet": fastparquet.__version__,
                "polars": pl.__version__,
                "duckdb": duckdb.__version__,
            },
            "dtypes": {
                "pandas, pyarrow": {name: str(kind) for name, kind in arrow.dtypes.items()},
                "pandas, fastparquet": {name: str(kind) for name, kind in fast.dtypes.items()},
                "pyarrow": {field.name: str(field.type) for field in pq.read_schema(path)},
                "polars": {n: str(kind) for n, kind in pl.read_parquet(path).schema.items()},
                "duckdb": dict(
                    duckdb.sql(f"select column_name, column_type from (describe from '{path}')")
                    .fetchall()
                ),
            },
            "rows": plain(arrow),
            "same": plain(arrow) == plain(fast) == pl.read_parquet(path).to_dicts(),
        },
        indent=1,
    )
)
