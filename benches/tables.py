"""Writes one table of 25 columns as Parquet with dalel, pyarrow and polars: rows a second.

    python benches/tables.py target/release/examples/write_table FILE [ROWS]

All write the same rows from memory to a file, zstd at its first level, in row groups of 122,880 rows, with statistics; the
best of five runs counts. Processor seconds are those of all threads; the wall clock favours who uses several.
"""
import json
import pathlib
import resource
import subprocess
import sys
import time

import polars
import pyarrow.parquet

program, file = sys.argv[1], pathlib.Path(sys.argv[2])
rows = int(sys.argv[3]) if len(sys.argv) > 3 else 500_000
GROUP = 122_880
file.parent.mkdir(parents=True, exist_ok=True)
subprocess.run([program, "make", str(file), str(rows)], check=True)


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def best(write):
    wall = cpu = float("inf")
    for _ in range(5):
        begin, used = time.perf_counter(), processor()
        write()
        wall, cpu = min(wall, time.perf_counter() - begin), min(cpu, processor() - used)
    return wall, cpu


table = pyarrow.parquet.read_table(file)
target = file.with_suffix(".pyarrow.parquet")
options = dict(compression="zstd", compression_level=1, row_group_size=GROUP, write_page_index=True)
results = {"pyarrow": best(lambda: pyarrow.parquet.write_table(table, target, **options)) + (target.stat().st_size,)}
del table
frame = polars.read_parquet(file)
target = file.with_suffix(".polars.parquet")
results["polars"] = best(
    lambda: frame.write_parquet(target, compression="zstd", compression_level=1, row_group_size=GROUP, statistics=True)
) + (target.stat().st_size,)
del frame
own = json.loads(subprocess.run([program, "write", str(file)], check=True, capture_output=True, text=True).stdout)
assert own["rows"] == rows and own["columns"] == 25, own
results = {"dalel": (own["wall"], own["cpu"], own["bytes"])} | results
print(f"{rows} rows of {own['columns']} columns")
print(f"{'':10}{'rows/s wall':>14}{'rows/s cpu':>14}{'MB':>8}")
for name, (wall, cpu, size) in results.items():
    print(f"{name:10}{rows / wall:14,.0f}{rows / cpu:14,.0f}{size / 1e6:8.1f}")
