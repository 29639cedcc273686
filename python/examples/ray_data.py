"""Pages to event mentions on Ray Data: `python ray_data.py PAGES.parquet FOLDER`.

PAGES has the columns `html` and `url`; FOLDER gets the mentions as Parquet. Ray cuts the pages into blocks and runs the
two functions on each, on whatever machines it has; the wheel must be installed on all of them. Mentions are merged to
events where they are together: `dalel.dedup` on one machine, `dalel.spark` on many.
"""
import sys

import dalel
import pyarrow as pa
import ray


def clean(pages: pa.Table) -> pa.Table:
    return pa.Table.from_batches([dalel.clean_batch(pages).articles])


def extract(articles: pa.Table) -> pa.Table:
    return pa.Table.from_batches([dalel.extract_batch(articles).mentions])


def run(pages: str, folder: str) -> None:
    found = ray.data.read_parquet(pages).map_batches(clean, batch_format="pyarrow")
    found.map_batches(extract, batch_format="pyarrow").write_parquet(folder)


if __name__ == "__main__":
    run(*sys.argv[1:])
