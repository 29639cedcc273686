"""The native half of dalel."""

import os
from collections.abc import Iterator, Sequence
from typing import Any, final

import pyarrow as pa

ENOUGH: int
"""How many different hits make two articles worth comparing."""
__version__: str

@final
class Engine:
    """The stages, compiled once with the thresholds of a job. Safe to share between threads; no method holds the
    interpreter's lock while it works."""

    def __new__(cls, job: str | None = None, knowledge: str | os.PathLike[str] | None = None) -> Engine:
        """job: content of a job file (TOML), for its thresholds and limits.
        knowledge: a checkout whose `pipelines/` and `schemas/` to use instead of those built in.

        Raises ValueError for a mistake in either, with its place."""
    def clean(self, pages: Any) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Pages → articles and rejects."""
    def extract(self, articles: Any) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Articles → mentions and rejects."""
    def dedup(self, articles: Any, mentions: Any) -> list[pa.RecordBatch]:
        """Articles and mentions → articles, mentions, events, stories."""
    def run(
        self,
        input: Sequence[str | os.PathLike[str]],
        output: str | os.PathLike[str],
        *,
        publish: bool = False,
        threads: int = 0,
    ) -> dict[str, int]:
        """The whole pipeline on this machine, as `dalel run` does it: files and folders → the five tables below
        `output`, and a release of them with `publish`. Gives the number of rows of each table. `threads`: 0 is one
        for each core. What an interrupted run has done is not done again."""
    def read(self, paths: Sequence[str | os.PathLike[str]]) -> Iterator[pa.RecordBatch]:
        """Files (WARC, HTML, text, JSONL, Parquet) → batches of `schema("units")`, streamed."""
    def pairs(self, candidates: pa.RecordBatch) -> pa.RecordBatch:
        """Rows `a`, `b`, `print_a`, `print_b` → `schema("pairs")`."""
    def part(self, rows: Sequence[pa.RecordBatch]) -> list[pa.RecordBatch]:
        """Rows of whole components → `schema("part")`."""
    def joined(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Pairs of article ids, and of mention ids, that reviewers joined."""

@final
class Meets:
    """Who meets under the keys of one partition."""

    def __new__(cls) -> Meets: ...
    def push(self, keys: pa.RecordBatch) -> pa.RecordBatch:
        """Rows `key`, `position`, sorted by both over all calls → `schema("hits")`."""

def schema(name: str, plain: bool = False) -> pa.Schema:
    """The Arrow schema of a table (`articles`, `mentions`, `events`, `stories`, `rejects`), with each column's
    description and unit in its metadata. `plain`: without dictionaries and required columns, as Spark has it."""
