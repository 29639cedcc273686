"""A cluster of two executors gives the tables of a local run, row for row; a killed executor changes nothing.

`make spark-test` runs it: it needs pyspark, Java and pages (PAGES, see benches/end_to_end).
"""
import os
import pathlib
import signal
import sys
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark")
if "PAGES" not in os.environ:
    pytest.skip("no PAGES: run `make spark-test`", allow_module_level=True)

import dalel  # noqa: E402
import dalel.spark  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
JOB = ROOT / "benches" / "end_to_end" / "job.toml"
PAGES = pathlib.Path(os.environ["PAGES"]).resolve()


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    import pyspark
    from pyspark.sql import SparkSession

    os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_WORKER_DIR"] = str(tmp_path_factory.mktemp("workers"))
    builder = SparkSession.builder.master("local-cluster[2,1,2048]").appName("dalel")
    for name, value in {
        "spark.executor.memory": "2g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.network.timeout": "300s",
        "spark.executor.heartbeatInterval": "30s",
        "spark.local.dir": str(tmp_path_factory.mktemp("shuffle")),
        # Shuffle files of a dead executor are lost with it, as on machines that die.
        "spark.shuffle.service.enabled": "false",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """The tables of `dalel run` on the same pages."""
    output = tmp_path_factory.mktemp("local")
    dalel.Engine(JOB.read_text()).run([PAGES], output)
    return {name: table(output, name) for name in dalel.spark.TABLES}


def table(output, name):
    """A table in the order of its files, without the differences that Parquet writers make."""
    files = sorted((pathlib.Path(output) / name).glob("*.parquet"))
    plain = dalel.schema(name, plain=True)
    return pa.concat_tables([pq.read_table(file).select(plain.names).cast(plain) for file in files])


def equal(found, expected):
    for name, rows in expected.items():
        assert rows.num_rows > 0, name
        if not found[name].equals(rows):
            mine, theirs = found[name].to_pylist(), rows.to_pylist()
            differing = [(a, b) for a, b in zip(mine, theirs) if a != b]
            pytest.fail(f"{name}: {len(mine)} rows, expected {len(theirs)}; first difference: {differing[:1]}")


def executors():
    """The executors of this process's cluster: processes of Java below it."""
    parents, names = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                names[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                continue

    def is_ours(pid):
        while pid in parents:
            pid = parents[pid]
            if pid == os.getpid():
                return True
        return False

    return sorted(pid for pid, name in names.items() if b"CoarseGrainedExecutorBackend" in name and is_ours(pid))


def test_the_rows_are_those_of_a_local_run(spark, local, tmp_path):
    start = time.monotonic()
    dalel.spark.run(spark, [PAGES], tmp_path / "out", job=JOB.read_text(), partitions=4)
    print(f"\n{local['articles'].num_rows} articles on two executors: {time.monotonic() - start:.0f} s")
    equal({name: table(tmp_path / "out", name) for name in dalel.spark.TABLES}, local)


def test_killed_executors_change_nothing(spark, local, tmp_path):
    """One is killed while it reads, one while pairs are compared."""
    output, killed = tmp_path / "out", []

    def kill():
        for step in ("units", "pairs"):
            # The step's folder appears when its first task begins to write.
            while not (output / "work" / step).exists():
                time.sleep(0.05)
            victims = executors()
            os.kill(victims[0], signal.SIGKILL)
            killed.append(step)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    dalel.spark.run(spark, [PAGES], output, job=JOB.read_text(), partitions=4)
    killer.join(timeout=10)
    assert killed == ["units", "pairs"]
    equal({name: table(output, name) for name in dalel.spark.TABLES}, local)


def test_frames_and_addresses(spark, tmp_path):
    from pyspark.sql import functions as F

    page = (ROOT / "tests/pages/wordpress_ru.html").read_text(encoding="utf-8")
    pages = spark.createDataFrame([("a", page), ("b", "<p>")], "id string, html string")
    articles = dalel.spark.clean(pages)
    assert [row.article_id for row in articles.collect()] == ["a"]
    mentions = dalel.spark.extract(articles)
    assert mentions.where(F.col("article_id") == "a").count() == len(
        dalel.extract_batch(dalel.clean_batch(pa.table({"id": ["a"], "html": [page]})).articles).mentions
    )
    source = tmp_path / "page.html"
    source.write_text(page, encoding="utf-8")
    tables = dalel.spark.run(spark, [source.as_uri()], tmp_path / "out", partitions=2)
    assert tables["articles"].first().article_id == "page" and tables["events"].count() > 0
    with pytest.raises(FileNotFoundError, match="nowhere"):
        dalel.spark.run(spark, ["/nowhere"], tmp_path / "none")
    with pytest.raises(ValueError, match="reed"):
        dalel.spark.run(spark, [source], tmp_path / "none", job="[reed]")


def test_components_are_those_of_union_find(spark, tmp_path):
    import random

    draw = random.Random(5)
    edges = [(draw.randrange(300), draw.randrange(300)) for _ in range(170)] + [(i, i + 1) for i in range(1000, 1060)]
    parent = {}

    def find(x):
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for a, b in edges:
        a, b = find(a), find(b)
        parent[max(a, b)] = min(a, b)

    def save(frame, name):
        frame.write.mode("overwrite").parquet(str(tmp_path / name))
        return spark.read.schema(frame.schema).parquet(str(tmp_path / name))

    spark.conf.set("spark.sql.shuffle.partitions", "4")
    found = dalel.spark.components(spark.createDataFrame(edges, "a long, b long"), save)
    assert {row.node: row.component for row in found.collect()} == {x: find(x) for x in parent if find(x) != x}
