"""The sample release opens in the tools that its readers use.

    python tests/python/reading.py target/sample/release/2026.11.21-sample
"""
import contextlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import traceback

import duckdb
import frictionless
import mlcroissant
import pandas
import polars
import pyarrow.parquet

TABLES = ["articles", "mentions", "events", "stories"]
PERSONAL = {"text", "body", "author", "name", "person"}

release = pathlib.Path(sys.argv[1])
package = json.loads((release / "datapackage.json").read_text("utf-8"))
resources = {resource["name"]: resource for resource in package["resources"]}
path = lambda table: str(release / f"{table}.parquet")
footer = lambda table: pyarrow.parquet.read_metadata(path(table)).metadata
columns = lambda table: [field["name"] for field in resources[table]["schema"]["fields"]]
tests = []


class Skipped(Exception):
    """The machine lacks what the test needs: neither passed nor failed."""


def test(function):
    tests.append(function)
    return function


@test
def pandas_reads_all_tables():
    for table in TABLES:
        frame = pandas.read_parquet(path(table))
        assert list(frame.columns) == columns(table), list(frame.columns)
        assert len(frame) == resources[table]["rowCount"], (table, len(frame))


@test
def polars_reads_all_tables():
    for table in TABLES:
        frame = polars.read_parquet(path(table))
        assert frame.columns == columns(table), frame.columns
        assert frame.height == resources[table]["rowCount"], (table, frame.height)
        assert polars.scan_parquet(path(table)).select(polars.len()).collect().item() == frame.height


@test
def duckdb_reads_all_tables():
    for table in TABLES:
        count = duckdb.sql(f"SELECT count(*) FROM '{path(table)}'").fetchall()[0][0]
        assert count == resources[table]["rowCount"], (table, count)
        assert duckdb.sql(f"SELECT * FROM '{path(table)}' LIMIT 0").columns == columns(table)


@test
def the_three_agree_on_the_sums():
    sql = f"SELECT event_type, sum(value) FROM '{path('events')}' WHERE scope = 'incident' AND unit = 'kg' GROUP BY ALL"
    by_duckdb = dict(duckdb.sql(sql).fetchall())
    frame = pandas.read_parquet(path("events"))
    frame = frame[(frame.scope == "incident") & (frame.unit == "kg")]
    by_pandas = frame.groupby("event_type", observed=True).value.sum().to_dict()
    lazy = polars.scan_parquet(path("events")).filter(polars.col("scope") == "incident", polars.col("unit") == "kg")
    by_polars = dict(lazy.group_by("event_type").agg(polars.col("value").sum()).collect().iter_rows())
    assert by_duckdb, "the sample has seizures by weight"
    assert by_duckdb.keys() == by_pandas.keys() == by_polars.keys()
    for kind, value in by_duckdb.items():
        assert abs(by_pandas[kind] - value) < 1e-6 * max(1, value), kind
        assert abs(by_polars[kind] - value) < 1e-6 * max(1, value), kind


@test
def foreign_keys_join():
    sql = """SELECT count(*) FROM '{m}' m LEFT JOIN '{a}' a USING (article_id) LEFT JOIN '{e}' e ON e.event_id = m.event_id
             WHERE a.article_id IS NULL OR e.event_id IS NULL"""
    lost = duckdb.sql(sql.format(m=path("mentions"), a=path("articles"), e=path("events"))).fetchall()[0][0]
    assert lost == 0, f"{lost} mentions without their article or event"


@test
def frictionless_finds_the_package_valid():
    report = frictionless.validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]


@test
def croissant_finds_the_release_valid_and_reads_its_tables():
    described = str(release / "croissant.json")
    checked = subprocess.run(
        [pathlib.Path(sys.executable).parent / "mlcroissant", "validate", "--jsonld", described], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Found the following" not in checked.stderr, checked.stderr
    dataset = mlcroissant.Dataset(jsonld=described)
    for table in TABLES:
        assert len(list(dataset.records(table))) == resources[table]["rowCount"], table
        of = next(r for r in dataset.metadata.record_sets if r.id == table)
        assert all(field.description for field in of.fields), table


@test
def arrow_cpp_reads_all_tables_and_shows_their_columns_descriptions():
    for table in TABLES:
        read = pyarrow.parquet.read_table(path(table))
        assert read.num_rows == resources[table]["rowCount"] and read.column_names == columns(table), table
        for field in read.schema:
            assert field.metadata and field.metadata[b"description"], (table, field.name)
            assert field.metadata.get(b"unit") or field.name not in ("evidence_start", "evidence_end"), field.name
        assert footer(table)[b"version"].decode() == package["version"]


@test
def polars_duckdb_and_frictionless_tell_the_descriptions():
    for table in TABLES:
        stored = polars.read_parquet_metadata(path(table))["table_schema"]
        sql = "SELECT decode(value) FROM parquet_kv_metadata('{}') WHERE decode(key) = 'table_schema'"
        by_duckdb = duckdb.sql(sql.format(path(table))).fetchall()[0][0]
        of_package = resources[table]["schema"]
        for schema in (json.loads(stored), json.loads(by_duckdb), of_package):
            assert [field["name"] for field in schema["fields"]] == columns(table)
            assert all(field["description"] and field["description_ru"] for field in schema["fields"]), table


@test
def r_reads_the_tables():
    """The CSV with R alone, and the Parquet where R has a package for it: Debian 12 has none."""
    if not shutil.which("Rscript"):
        raise Skipped("no R on this machine: sudo apt-get install r-base-core")
    script = """
        folder <- commandArgs(TRUE)[1]
        for (table in c("articles", "mentions", "events", "stories")) {
            rows <- read.csv(gzfile(file.path(folder, paste0(table, ".csv.gz"))), encoding = "UTF-8")
            for (package in c("arrow", "nanoparquet"))
                if (requireNamespace(package, quietly = TRUE)) {
                    same <- getExportedValue(package, "read_parquet")(file.path(folder, paste0(table, ".parquet")))
                    stopifnot(nrow(same) == nrow(rows), names(same) == names(rows))
                }
            cat(table, nrow(rows), ncol(rows), "\n")
            if (table == "events") events <- rows
        }
        stopifnot(is.numeric(events$value), !anyNA(as.Date(events$first_published_at[events$first_published_at != ""])))
        stopifnot(is.logical(as.logical(events$is_disputed)), any(Encoding(events$evidence) == "UTF-8"))
        sums <- aggregate(value ~ event_type, events, sum)
        cat(paste(sums$event_type, sprintf("%.3f", sums$value), nchar(sums$event_type)), sep = "\n")"""
    said = subprocess.run(["Rscript", "-e", script, str(release)], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    lines = [line.split() for line in said.stdout.splitlines()]
    wide = {table: [str(resources[table]["rowCount"]), str(len(columns(table)))] for table in TABLES}
    assert {name: rest for name, *rest in lines[:4]} == wide, lines
    sums = duckdb.sql(f"SELECT event_type, sum(value) FROM '{path('events')}' WHERE value IS NOT NULL GROUP BY ALL").fetchall()
    assert {name: float(value) for name, value, _ in lines[4:]} == {name: round(value, 3) for name, value in sums}


@test
def a_sample_says_so_everywhere():
    assert package["sample"] is True and package["version"].endswith("-sample")
    assert "SAMPLE" in package["description"] and "sample" in package["title"]
    assert "SAMPLE" in (release / "README.md").read_text("utf-8")
    assert footer("events")[b"sample"] == b"true"


@test
def no_text_leaves_the_private_layer():
    for table in TABLES:
        assert not PERSONAL & set(columns(table)), table
    longest = duckdb.sql(f"SELECT max(length(evidence)) FROM '{path('mentions')}'").fetchall()[0][0]
    assert longest is not None and longest <= 240, longest


@test
def the_lines_of_the_readme_run():
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text("utf-8")
    readme = readme.replace("output/sample/release/2026.11.21-sample", str(release))
    blocks = re.findall(r"```(python|sql|r)\n(.*?)```", readme, re.DOTALL)
    assert [language for language, _ in blocks] == ["python", "python", "sql", "r"], "pandas, Polars, DuckDB, R"
    for language, block in blocks:
        if language == "r":
            if shutil.which("Rscript"):
                subprocess.run(["Rscript", "-e", block], check=True, capture_output=True)
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            exec(block, {}) if language == "python" else duckdb.sql(block).show()


failed = skipped = 0
for function in tests:
    try:
        function()
        print(f"ok      {function.__name__}")
    except Skipped as reason:
        skipped += 1
        print(f"skipped {function.__name__}: {reason}")
    except Exception:
        failed += 1
        print(f"FAILED  {function.__name__}")
        traceback.print_exc()
print(f"{len(tests) - failed - skipped} passed, {skipped} skipped, {failed} failed")
sys.exit(1 if failed else 0)
