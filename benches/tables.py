"""Times pyarrow and polars on a Parquet file: `benches/tables.py FILE` writes it again, zstd, and prints rows a second."""
import os, sys, tempfile, time

import polars
import pyarrow.parquet

path = sys.argv[1]
target = os.path.join(tempfile.mkdtemp(), "copy.parquet")


def best(write, rows):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        write()
        times.append(time.perf_counter() - start)
    return rows / min(times) / 1e6


table, frame = pyarrow.parquet.read_table(path), polars.read_parquet(path)
print(f"{table.num_rows} rows, {table.num_columns} columns, million rows a second (best of 5)")
print(f"pyarrow {best(lambda: pyarrow.parquet.write_table(table, target, compression='zstd'), table.num_rows):.2f}")
print(f"polars  {best(lambda: frame.write_parquet(target, compression='zstd'), table.num_rows):.2f}")
