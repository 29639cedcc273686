"""The wheel: what is told in README.md, mistakes of users, Arrow from everywhere, no interpreter lock."""
import concurrent.futures
import datetime
import doctest
import inspect
import pathlib
import runpy
import threading
import time

import dalel
import pyarrow as pa
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGES = ROOT.parent / "tests" / "pages"
TEXT = "В Таразе задержан мужчина, изъято 3 кг марихуаны."


@pytest.mark.parametrize("place", ["README.md", "dalel/__init__.py"])
def test_the_examples_run(place):
    text = (ROOT / place).read_text(encoding="utf-8")
    if place.endswith(".py"):
        text = dalel.__doc__
    test = doctest.DocTestParser().get_doctest(text, {}, place, place, 0)
    assert len(test.examples) >= 3
    assert doctest.DocTestRunner().run(test).failed == 0


def test_a_page_becomes_an_article():
    page = (PAGES / "wordpress_ru.html").read_bytes()
    article = dalel.clean(page, url="https://dala.example/news/1")
    assert article["url"] == "https://dala.example/news/1" and article["language"] == "ru"
    assert article["published_at"].date() == datetime.date(2026, 2, 28)
    assert article["n_chars"] == len(article["text"])
    assert article == dalel.clean(page.decode(), url="https://dala.example/news/1") | {"content_hash": article["content_hash"]}
    mentions = dalel.extract(article["text"], published=article["published_at"], title=article["title"])
    assert any(m["event_type"] == "seizure" for m in mentions)
    for m in mentions:
        evidence = article["text"].encode()[m["evidence_start"] : m["evidence_end"]].decode()
        assert m["evidence_end"] == 0 or evidence
    assert dalel.clean("<p>") is None and dalel.clean(b"") is None and dalel.extract("") == []


def test_the_date_of_publication_resolves_relative_dates():
    text = "Вчера в Таразе задержан мужчина, изъято 3 кг марихуаны."
    days = [dalel.extract(text, published=p)[0]["date_start"] for p in ("2025-08-19", datetime.date(2025, 8, 19))]
    assert days == [datetime.date(2025, 8, 18)] * 2
    assert dalel.extract(text)[0]["date_start"] is None


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: dalel.clean(None), TypeError, "html must be str or bytes, not NoneType"),
        (lambda: dalel.clean(["<p>"]), TypeError, "not list"),
        (lambda: dalel.clean("<p>", url=5), TypeError, "url must be str, not int"),
        (lambda: dalel.clean("<p>", fetched_at="soon"), ValueError, "soon"),
        (lambda: dalel.extract(None), TypeError, "text must be str"),
        (lambda: dalel.extract(TEXT.encode()), TypeError, "text must be str, not bytes"),
        (lambda: dalel.extract(TEXT, title=["x"]), TypeError, "title must be str, not list"),
        (lambda: dalel.extract(TEXT, published="вчера"), ValueError, "YYYY-MM-DD"),
        (lambda: dalel.extract(TEXT, published=5), TypeError, "published"),
        (lambda: dalel.extract(TEXT, published=datetime.datetime(2025, 1, 1)), ValueError, "zone"),
        (lambda: dalel.clean_batch(None), TypeError, "Arrow data .* not NoneType"),
        (lambda: dalel.clean_batch(["<p>"]), TypeError, "Arrow data .* not list"),
        (lambda: dalel.clean_batch(pa.table({"page": ["x"]})), ValueError, "`html`"),
        (lambda: dalel.clean_batch(pa.table({"html": [1.5]})), ValueError, "`html`"),
        (lambda: dalel.extract_batch(pa.table({"body": ["x"]})), ValueError, "`text`"),
        (lambda: dalel.dedup(pa.table({"x": [1]}), pa.table({"x": [1]})), ValueError, "article_id"),
        (lambda: dalel.Engine("[reed]"), ValueError, "reed"),
        (lambda: dalel.Engine(knowledge="/nowhere"), ValueError, "/nowhere"),
        (lambda: next(dalel.Engine().read(["/nowhere.warc"])), ValueError, "/nowhere.warc"),
        (lambda: dalel.schema("table"), ValueError, "table"),
    ],
)
def test_mistakes_are_told(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_text_that_is_no_text_is_no_crash():
    assert dalel.clean(b"\xff\xfe\x00\xd8" * 100) is None and dalel.clean("\ud800\0<p>\udfff") is None
    assert dalel.extract(f"\ud800 {TEXT} \udfff\0", title="\ud800") and dalel.clean("<p>", url="\ud800://\0") is None
    for text in ["5" * 1_000_000, "<" * 1_000_000, "\n" * 1_000_000, "изъято " * 500]:
        assert dalel.extract(text) == [] and (dalel.clean(text) or {}).get("title") is None, text[:10]
    # An Arrow string of bytes that are no UTF-8: pyarrow makes it.
    offsets = pa.py_buffer((0).to_bytes(4, "little") + (2).to_bytes(4, "little"))
    broken = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")])
    for call, column in [(dalel.clean_batch, "html"), (dalel.extract_batch, "text")]:
        with pytest.raises(ValueError, match="(?i)utf-?8"):
            call(pa.table({column: broken}))
    # Java leaves the offsets of an array without values unwritten.
    empty = pa.Array.from_buffers(pa.string(), 0, [None, pa.py_buffer(b"\xff" * 4), pa.py_buffer(b"")])
    nested = pa.ListArray.from_arrays([0, 0, 0], pa.StructArray.from_arrays([empty], ["x"]))
    assert dalel.extract_batch(pa.table({"text": [TEXT, TEXT], "id": ["a", "b"], "tags": nested})).mentions.num_rows == 4
    assert dalel.extract_batch(pa.table({"text": empty})).mentions.num_rows == 0


def test_threads_share_an_engine():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: dalel.extract(TEXT.replace("3 кг", f"{n} кг"))[-1]["value"], range(1, 33)))
    assert found == [float(n) for n in range(1, 33)]


def test_rows_that_cannot_be_used_are_refused_with_a_reason():
    pages = pa.table({"id": ["a", "b", "c"], "html": [(PAGES / "wordpress_kk.html").read_bytes(), b"<p>", None]})
    articles, rejects = dalel.clean_batch(pages)
    assert articles["article_id"].to_pylist() == ["a"]
    assert sorted(rejects["record_id"].to_pylist()) == ["b", "c"]
    assert dalel.extract_batch(pa.table({"text": [TEXT, None]})).rejects["reason"].to_pylist() == ["no_text"]


def test_arrow_comes_from_everywhere():
    import duckdb
    import pandas
    import polars

    rows = {"id": ["a", "b"], "text": [TEXT, "В Актау изъято 14 кг гашиша."]}
    table = news = pa.table(rows)
    expected = dalel.extract_batch(table).mentions
    assert expected.num_rows == 3 and expected.schema.equals(dalel.schema("mentions"))
    given = [table.to_batches()[0], pa.concat_tables([table.slice(0, 1), table.slice(1)]), pandas.DataFrame(rows)]
    given += [polars.DataFrame(rows), duckdb.sql("from news")]
    given += [pa.table({"id": pa.array(rows["id"]).dictionary_encode(), "text": pa.array(rows["text"], pa.large_string())})]
    for frame in given:
        assert dalel.extract_batch(frame).mentions.equals(expected), type(frame)


def test_ray_runs_the_same_functions(tmp_path):
    ray = pytest.importorskip("ray")
    import pyarrow.parquet as pq

    names = ["wordpress_ru.html", "wordpress_kk.html", "bitrix_ru.html"]
    pages = pa.table({"url": [f"https://dala.example/{n}" for n in names], "html": [(PAGES / n).read_bytes() for n in names]})
    pq.write_table(pages, tmp_path / "pages.parquet")
    ray.init(num_cpus=1, include_dashboard=False)
    runpy.run_path(str(ROOT / "examples" / "ray_data.py"))["run"](str(tmp_path / "pages.parquet"), str(tmp_path / "mentions"))
    ray.shutdown()
    expected = dalel.extract_batch(dalel.clean_batch(pages).articles).mentions["mention_id"].to_pylist()
    assert expected and sorted(pq.read_table(tmp_path / "mentions")["mention_id"].to_pylist()) == sorted(expected)


def test_dedup_merges_what_is_one_result():
    texts = [
        "В Актау полицейские изъяли 14,7 кг гашиша у жителя Ахметовки, сообщили в департаменте полиции Мангистауской области.",
        "Полицейские Актау изъяли у жителя Ахметовки 14,7 кг гашиша. Об этом сообщает департамент полиции области.",
        "В Семее суд приговорил мошенника к пяти годам лишения свободы.",
    ]
    batch = pa.table({"id": list("abc"), "text": texts, "published": ["2025-08-19", "2025-08-20", "2025-08-20"], "language": ["ru"] * 3})
    engine = dalel.Engine()
    articles = pa.table(
        {"article_id": list("abc"), "text": texts, "language": ["ru"] * 3, "content_hash": list("xyz"), "author_is_agency": [False] * 3}
    )
    tables = dalel.dedup(articles, dalel.extract_batch(batch).mentions)
    assert tables.articles.num_rows == 3 and tables.stories.num_rows == 2
    hashish = [e for e in tables.events.to_pylist() if e["object"] == "hashish"]
    assert len(hashish) == 1 and hashish[0]["n_mentions"] == 2
    assert isinstance(engine, dalel.Engine)


def test_the_lock_is_released():
    batch = pa.table({"text": [TEXT * 20] * 200})
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    dalel.extract_batch(batch)
    end = time.monotonic()
    done.set()
    thread.join()
    assert len([t for t in ticks if start < t < end]) >= 3, f"{len(ticks)} ticks in {end - start:.2f} s"


def test_all_that_is_public_is_explained():
    for name in dalel.__all__:
        if not name.startswith("__"):
            assert inspect.getdoc(getattr(dalel, name)), name
    stub = (pathlib.Path(dalel.__file__).parent / "_dalel.pyi").read_text()
    assert (pathlib.Path(dalel.__file__).parent / "py.typed").exists()
    for name in [n for n in dir(dalel.Engine) if not n.startswith("_")]:
        assert f"def {name}(" in stub, name
    assert all(f.metadata and f.metadata[b"description"] for f in dalel.schema("mentions"))
