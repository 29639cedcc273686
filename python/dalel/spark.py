"""The pipeline on a cluster: the same functions as `dalel run`, on Spark's executors and through its shuffle.

    from pyspark.sql import SparkSession
    import dalel.spark

    spark = SparkSession.builder.getOrCreate()
    tables = dalel.spark.run(spark, ["/data/cc-news"], "/data/dalel", job=open("pipelines/backfill.toml").read())
    tables["events"].show()

Map: each file is read, cleaned and extracted where it lies (`mapInArrow`). Dedup: articles meet under their band
hashes and block keys (one shuffle), pairs are compared (one more), connected components of the pairs that bind keep
together what must be seen together, and each component becomes its events and stories. Every step is written to
`work/` below the output, so that a lost executor costs its own tasks and no more; retries are Spark's business.

The tables are row for row those of a local run: `articles`, `mentions`, `events`, `stories`, `rejects`, in files that
are sorted within and in the order of their names. Only reviewers' decisions that find no record any more are not told
here: run `dalel run` or `dalel review` for those.
"""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ._dalel import ENOUGH, Engine, Meets, schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["TABLES", "clean", "components", "extract", "files", "run"]

TABLES = {
    "articles": ["article_id"],
    "mentions": ["article_id", "evidence_start", "mention_id"],
    "events": ["event_id"],
    "stories": ["story_id"],
    "rejects": ["stage", "reason", "record_id", "detail"],
}
"""The tables, and the columns by which each is sorted."""

_KINDS = (".warc", ".html", ".htm", ".txt", ".jsonl")


@functools.cache
def _engine(job: str | None) -> Engine:
    """One engine a process; a Python worker lives for many tasks."""
    return Engine(job)


def _types(arrow: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(arrow)


def files(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    """The input files of files and folders, sorted. Addresses with a scheme (`s3://`, `hdfs://`) stay as they are."""
    found: set[str] = set()
    for path in map(os.fspath, paths):
        if "://" in path or not os.path.isdir(path):
            if "://" not in path and not os.path.exists(path):
                raise FileNotFoundError(f"{path}: no such file or folder")
            found.add(path)
            continue
        for folder, _, names in os.walk(path):
            known = (n for n in names if n.lower().removesuffix(".gz").endswith(_KINDS) or n.lower().endswith(".parquet"))
            found.update(os.path.join(folder, name) for name in known)
    if not found:
        raise FileNotFoundError(f"{', '.join(map(str, paths))}: no file of a kind that dalel reads")
    return sorted(found)


@contextlib.contextmanager
def _local(path: str) -> Iterator[str]:
    """A file of another file system, for as long as it is read."""
    if "://" not in path:
        yield path
        return
    from pyarrow import fs

    system, inner = fs.FileSystem.from_uri(path)
    with tempfile.TemporaryDirectory(prefix="dalel-") as folder:
        copy = os.path.join(folder, os.path.basename(inner))
        with system.open_input_stream(inner, compression=None) as source, open(copy, "wb") as target:
            while block := source.read(1 << 22):
                target.write(block)
        yield copy


def _read(job: str | None) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            paths = batch.column("path").to_pylist()
            here = [path for path in paths if "://" not in path]
            if here:
                yield from _engine(job).read(here)
            for path in paths:
                if "://" in path:
                    with _local(path) as copy:
                        yield from _engine(job).read([copy])

    return read


def _meet(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    meets = Meets()
    for batch in batches:
        yield meets.push(batch)


def _pairs(job: str | None) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def pairs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return (_engine(job).pairs(batch) for batch in batches)

    return pairs


def _part(job: str | None) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = list(batches)
        if rows:
            yield from _engine(job).part(rows)

    return part


def _stage(name: str, table: str, job: str | None) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def stage(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        plain = schema(table, plain=True)
        for batch in batches:
            found = getattr(_engine(job), name)(batch)[0]
            columns = [column.cast(field.type) for column, field in zip(found.columns, plain, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=plain)

    return stage


def clean(pages: DataFrame, job: str | None = None) -> DataFrame:
    """Pages (columns as `dalel.clean_batch` takes them) → articles with their text; what is refused is dropped."""
    return pages.mapInArrow(_stage("clean", "articles", job), _types(schema("articles", plain=True)))


def extract(articles: DataFrame, job: str | None = None) -> DataFrame:
    """Articles (columns as `dalel.extract_batch` takes them) → mentions; what is refused is dropped."""
    return articles.mapInArrow(_stage("extract", "mentions", job), _types(schema("mentions", plain=True)))


def components(edges: DataFrame, save: Callable[[DataFrame, str], DataFrame]) -> DataFrame:
    """Connected components by alternating large and small stars (Kiveris et al., 2014).

    edges: columns `a`, `b` (long).
    save: writes a step and reads it back, so that the plan does not grow with the rounds.
    Gives `node`, `component` (the smallest node) for every node that is not itself the smallest.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    def ends(frame: DataFrame) -> DataFrame:
        frame = frame.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b"))
        return frame.where("a <> b").distinct()

    def large(frame: DataFrame) -> DataFrame:
        both = frame.union(frame.select(F.col("b").alias("a"), F.col("a").alias("b")))
        least = F.least("a", F.min("b").over(Window.partitionBy("a")))
        return both.withColumn("least", least).where("b > a").select(F.col("b").alias("a"), F.col("least").alias("b"))

    def small(frame: DataFrame) -> DataFrame:
        least = frame.withColumn("least", F.min("b").over(Window.partitionBy("a")))
        return least.select("a", F.col("least").alias("b")).union(least.select(F.col("b").alias("a"), F.col("least").alias("b")))

    def state(frame: DataFrame) -> Any:
        return frame.agg(F.count("*"), F.sum(F.xxhash64("a", "b").cast("decimal(38,0)"))).first()

    frame = save(ends(edges), "star-0")
    before, turn = state(frame), 0
    while True:
        turn += 1
        frame = save(ends(small(ends(large(frame)))), f"star-{turn}")
        now = state(frame)
        if now == before:
            return frame.select(F.col("a").alias("node"), F.col("b").alias("component"))
        before = now


def run(
    spark: SparkSession,
    input: Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    job: str | None = None,
    partitions: int | None = None,
) -> dict[str, DataFrame]:
    """Runs the pipeline and writes the five tables below `output`; gives them.

    input: files and folders that all executors see (WARC, Parquet, HTML, text, JSONL), or addresses of single files
        that pyarrow can open (`s3://…`, `hdfs://…`), which are copied to the executor that reads them.
    output: a folder or address that all executors see. What an earlier run left there is replaced.
    job: content of a job file (TOML), for its thresholds and limits; its inputs and its release are not used.
    partitions: tasks of a step; four for each core unless given. One task holds its share of the articles' rows
        without their texts in memory, so take one for each 50,000 articles at least.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.window import Window

    Engine(job)  # A mistake in the job is told here, not by a task.
    output = os.fspath(output)
    paths = files(input)
    tasks = partitions or 4 * spark.sparkContext.defaultParallelism
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(tasks),
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.parquet.compression.codec": "zstd",
    }
    before = {name: spark.conf.get(name, None) for name in settings}

    def save(frame: DataFrame, name: str) -> DataFrame:
        place = f"{output}/{name}" if name in TABLES else f"{output}/work/{name}"
        frame.write.mode("overwrite").parquet(place)
        return spark.read.schema(frame.schema).parquet(place)

    try:
        for name, value in settings.items():
            spark.conf.set(name, value)
        # Map: one row for each article, one for the refusals of each chunk.
        listed = spark.createDataFrame(list(enumerate(paths)), "n long, path string")
        listed = listed.repartitionByRange(min(len(paths), tasks), "n")
        units = save(listed.mapInArrow(_read(job), _types(schema("units"))), "units")

        # Each id once: of several contents the one with the smallest hash. Positions in the order of publication.
        of_id = Window.partitionBy("article.article_id").orderBy("article.content_hash", F.asc_nulls_first("article.fetched_at"))
        known = units.where("article is not null")
        ranked = known.withColumn("rank", F.row_number().over(of_id)).withColumn(
            "winner", F.first("article.content_hash").over(of_id)
        )
        first_of_id = ranked.where("rank = 1")
        erased = first_of_id.where("erased").select(
            F.lit("erase").alias("stage"),
            F.lit("erased").alias("reason"),
            F.col("article.article_id").alias("record_id"),
            F.lit("on request").alias("detail"),
        )
        ready = first_of_id.where("not erased").drop("rank", "winner", "rejects", "erased")
        ready = ready.orderBy(F.asc_nulls_first("article.published_at"), "article.article_id")
        ready = save(ready.withColumn("position", F.monotonically_increasing_id()), "ready")
        content = F.when(F.col("winner") == F.col("article.content_hash"), "the same content").otherwise("another content")
        doubles = ranked.where("rank > 1").select(
            F.lit("identify").alias("stage"),
            F.lit("duplicate_id").alias("reason"),
            F.col("article.article_id").alias("record_id"),
            F.concat(
                F.lit("this id was read more than once, with "), content, F.lit(": "), "article.content_hash"
            ).alias("detail"),
        )

        # Block: who shares a key meets; who meets often enough is compared.
        keys = ready.select(F.explode("keys").alias("key"), "position")
        keys = keys.repartition(tasks, "key").sortWithinPartitions("key", "position")
        hits = keys.mapInArrow(_meet, _types(schema("hits")))
        met = hits.groupBy("a", "b").agg(F.count_distinct("hit").alias("hits")).where(F.col("hits") >= ENOUGH)
        met = save(met.select("a", "b"), "met")
        first = ready.select(F.col("position").alias("a"), F.col("print").alias("print_a"))
        second = ready.select(F.col("position").alias("b"), F.col("print").alias("print_b"))
        compared = met.join(first, "a").join(second, "b").select("a", "b", "print_a", "print_b")
        pairs = save(compared.mapInArrow(_pairs(job), _types(schema("pairs"))), "pairs")

        # Cluster: what binds is one component; a component is one task's, with all pairs within it.
        binding = pairs.where("binds").select("a", "b").union(_joined(spark, ready, job))
        labels = components(binding, save)
        member = ready.join(labels, F.col("position") == F.col("node"), "left")
        member = member.select(
            F.coalesce("component", "position").alias("component"),
            "position",
            F.col("article").dropFields("text").alias("article"),
            "mentions",
            "print",
        )
        place = member.select("component", "position")
        inside = pairs.join(place.select(F.col("component").alias("of_a"), F.col("position").alias("a")), "a")
        inside = inside.join(place.select(F.col("component").alias("of_b"), F.col("position").alias("b")), "b")
        inside = inside.where("of_a = of_b").select(F.col("of_a").alias("component"), "a", "b", "score")
        rows = member.unionByName(inside, allowMissingColumns=True).repartition(tasks, "component")
        parts = save(rows.mapInArrow(_part(job), _types(schema("part"))), "parts")

        # Tables.
        stories = parts.where("article_id is not null").select("article_id", F.col("story_id").alias("story"))
        articles = ready.select("article.*").join(stories, "article_id").withColumn("story_id", F.col("story"))
        refused = units.select(F.explode("rejects").alias("reject")).select("reject.*")
        tables = {
            "articles": articles,
            "mentions": parts.where("mention is not null").select("mention.*"),
            "events": parts.where("event is not null").select("event.*"),
            "stories": parts.where("story is not null").select("story.*"),
            "rejects": refused.unionByName(doubles).unionByName(erased),
        }
        for name, frame in tables.items():
            columns = schema(name, plain=True).names
            tables[name] = save(frame.select(*columns).orderBy(*TABLES[name]), name)
        return tables
    finally:
        for name, value in before.items():
            spark.conf.unset(name) if value is None else spark.conf.set(name, value)


def _joined(spark: SparkSession, ready: DataFrame, job: str | None) -> DataFrame:
    """The pairs that reviewers joined, as positions."""
    from pyspark.sql import functions as F

    of_articles, of_mentions = _engine(job).joined()
    found = spark.createDataFrame([], "a long, b long")
    places = [
        (of_articles, ready.select(F.col("article.article_id").alias("id"), "position")),
        (of_mentions, ready.select(F.explode("mentions.mention_id").alias("id"), "position")),
    ]
    for pairs, place in places:
        if pairs:
            given = spark.createDataFrame(pairs, "x string, y string")
            given = given.join(place.select(F.col("id").alias("x"), F.col("position").alias("a")), "x")
            given = given.join(place.select(F.col("id").alias("y"), F.col("position").alias("b")), "y")
            found = found.union(given.select("a", "b"))
    return found
