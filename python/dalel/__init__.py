"""Law-enforcement results in Kazakhstan's news, from Python.

>>> import dalel
>>> article = dalel.clean(page, url="https://example.kz/news/1")        # doctest: +SKIP
>>> mentions = dalel.extract("В Таразе изъято 3 кг марихуаны.", published="2025-08-19")
>>> [(m["event_type"], m["object"], m["value"], m["unit"]) for m in mentions]
[('seizure', 'cannabis', 3.0, 'kg')]

For more than a few texts use the batch functions: they take whatever holds Arrow data (a pyarrow table or batch, a
pandas or Polars data frame, a DuckDB relation), give pyarrow batches, use all cores and hold no interpreter lock.
Processes that use dalel must not be forked afterwards: with `multiprocessing`, take the start method `spawn`.

The columns are those of the published tables; `schema("mentions")` prints them with their descriptions.
"""

from __future__ import annotations

import datetime as _datetime
import functools as _functools
from typing import Any, NamedTuple

import pyarrow as _pa

from ._dalel import Engine, __version__, schema

__all__ = [
    "Cleaned",
    "Deduped",
    "Engine",
    "Extracted",
    "__version__",
    "clean",
    "clean_batch",
    "dedup",
    "extract",
    "extract_batch",
    "schema",
]


class Cleaned(NamedTuple):
    """What `clean_batch` gives."""

    articles: _pa.RecordBatch
    """Articles, with their text in the column `text`."""
    rejects: _pa.RecordBatch
    """Pages that are no articles, each with a reason."""


class Extracted(NamedTuple):
    """What `extract_batch` gives."""

    mentions: _pa.RecordBatch
    """Event mentions: one row for each result that an article states."""
    rejects: _pa.RecordBatch
    """Figures that could not be coded, and rows that are no articles, each with a reason."""


class Deduped(NamedTuple):
    """What `dedup` gives."""

    articles: _pa.RecordBatch
    """The articles, each with its `story_id`."""
    mentions: _pa.RecordBatch
    """The mentions, each with its `event_id`."""
    events: _pa.RecordBatch
    """One row for each real-world result."""
    stories: _pa.RecordBatch
    """One row for each story."""


@_functools.cache
def _engine() -> Engine:
    return Engine()


def clean(
    html: str | bytes,
    url: str | None = None,
    *,
    fetched_at: str | _datetime.datetime | None = None,
) -> dict[str, Any] | None:
    """The article of one page, or None where the page has none (a listing, an error page, a paywall).

    html: the page as text, or as bytes in whatever encoding it declares.
    url: its address; it tells the outlet, whose layout may be known.
    fetched_at: when it was fetched, with a zone; only with it a date like "today" can be resolved.

    The result has the columns of the articles table as keys, and the body as `text`, its paragraphs separated by
    newlines. `clean_batch` tells why a page was refused.
    """
    if not isinstance(html, (str, bytes)):
        raise TypeError(f"html must be str or bytes, not {type(html).__name__}")
    _check(url=url)
    body = _valid(html).encode() if isinstance(html, str) else html
    page: dict[str, list[Any]] = {"html": [body]}
    if isinstance(html, str):
        page["content_type"] = ["text/html; charset=utf-8"]
    if url is not None:
        page["url"] = [_valid(url)]
    if fetched_at is not None:
        moment = _moment(fetched_at, "fetched_at")
        _datetime.datetime.fromisoformat(moment)  # ValueError: pages with an unknown moment are no mistake, a call is.
        page["fetched_at"] = [moment]
    found = _engine().clean(_pa.RecordBatch.from_pydict(page))[0].to_pylist()
    return found[0] if found else None


def extract(
    text: str,
    published: str | _datetime.date | None = None,
    *,
    title: str | None = None,
    language: str | None = None,
) -> list[dict[str, Any]]:
    """The event mentions of one article.

    text: the body, clean, its paragraphs separated by newlines.
    published: the day (a date, or YYYY-MM-DD) or moment (RFC 3339) of publication: relative dates are resolved
        against it. Without it they stay unresolved.
    title: the headline.
    language: `ru` or `kk`; told by the text where it is not given.

    Raises ValueError for a date that is none.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be str, not {type(text).__name__}")
    _check(title=title, language=language)
    article: dict[str, list[Any]] = {"text": [_valid(text)]}
    if published is not None:
        article["published"] = [_moment(published, "published")]
    if title is not None:
        article["title"] = [_valid(title)]
    if language is not None:
        article["language"] = [language]
    mentions, rejects = _engine().extract(_pa.RecordBatch.from_pydict(article))
    for reject in rejects.to_pylist():
        if reject["stage"] == "read" and reject["reason"] != "no_text":
            raise ValueError(reject["detail"])
    return mentions.to_pylist()


def clean_batch(pages: Any) -> Cleaned:
    """The articles of many pages.

    pages: Arrow data with a column `html` (text or bytes), and where known `id`, `url`, `outlet`, `fetched_at` and
        `content_type`. A page without an id gets a hash of its address and bytes.

    Raises TypeError where `pages` is no Arrow data, ValueError where the column `html` is missing, a column has a wrong
    type or is not valid Arrow, or where the texts of one batch are longer than 2 GB together.
    """
    return Cleaned(*_engine().clean(pages))


def extract_batch(articles: Any) -> Extracted:
    """The event mentions of many articles.

    articles: Arrow data with a column `text` or `title`, and where known `id`, `published`, `language`, `url` and
        `outlet`; the articles of `clean_batch` fit as they are.

    Raises TypeError and ValueError as `clean_batch` does.
    """
    return Extracted(*_engine().extract(articles))


def dedup(articles: Any, mentions: Any) -> Deduped:
    """Merges the mentions of one result to an event, and groups the articles of one story.

    articles, mentions: the tables of `clean_batch` and `extract_batch`, all of them: what is compared must be here.
    The order of the rows does not matter.
    """
    return Deduped(*_engine().dedup(articles, mentions))


def _check(**given: Any) -> None:
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name} must be str, not {type(value).__name__}")


def _valid(text: str) -> str:
    """Text that has an encoding: halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()


def _moment(value: Any, name: str) -> str:
    if isinstance(value, _datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name}: a moment without a zone; give a date, or a datetime with tzinfo")
        return value.isoformat()
    if isinstance(value, (str, _datetime.date)):
        return str(value)
    raise TypeError(f"{name} must be a date, a datetime or text, not {type(value).__name__}")
