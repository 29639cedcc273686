#!/usr/bin/env python3
"""Writes WARC archives of news pages for `make bench`.

    python3 benches/end_to_end/make_pages.py FOLDER PAGES [BYTES]

Each page is a development article of tests/gold/ in the markup of one of the templates of tests/make_pages.py, filled
to BYTES (16384) with the teasers, scripts and cards that such pages carry; a third to a half of it is the article. No
two pages are equal: figures, days, hosts and the paragraphs that follow the first are drawn anew for each page, by a
seed, so that the same call writes the same bytes.
"""
import copy
import datetime
import gzip
import pathlib
import random
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from make_bench_pages import filled  # noqa: E402
from page_kit import GOLD, TEMPLATES, load  # noqa: E402

import make_pages  # noqa: E402, F401  (registers the templates)

PER_ARCHIVE = 2000
NUMBER = re.compile(r"\d+")


def renumbered(text, draw):
    """The text with other figures: as many digits, and years left alone."""

    def other(match):
        digits = match[0]
        if 1985 <= int(digits[:9]) <= 2040 or digits.startswith("0"):
            return digits
        return str(draw.randint(10 ** (len(digits) - 1), 10 ** len(digits) - 1))

    return NUMBER.sub(other, text)


def article(page, gold, draw):
    """A template's page with another article."""
    page = copy.copy(page)
    page.a = draw.choice(gold[page.lang])
    more = [p for p in draw.choice(gold[page.lang])["text"].split("\n")[1:] if p.strip()]
    own = [p for p in page.a["text"].split("\n") if p.strip()]
    page.paragraphs = [renumbered(p.strip(), draw) for p in own + more]
    page.title = renumbered(page.a["title"], draw)
    page.day = (datetime.date(2023, 1, 1) + datetime.timedelta(days=draw.randrange(1000))).isoformat()
    page.others = draw.sample(gold[page.lang], 14)
    return page


def record(page, url, fetched):
    body = page.encode()
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {fetched}T06:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 1)


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 16384
    folder.mkdir(parents=True, exist_ok=True)
    gold = {"ru": [], "kk": []}
    for path in sorted(GOLD.glob("dev_*.jsonl")):
        for a in load(path.name):
            gold.get(a["lang"], gold["ru"]).append(a)
    draw = random.Random(9)
    templates, made, total, archive = [], 0, 0, None
    for _, page, body in TEMPLATES:
        text = filled(page, body, size, 0.4)
        if text and abs(len(text.encode()) - size) < size / 8:
            templates.append((page, body))
    while made < count:
        if made % PER_ARCHIVE == 0:
            if archive:
                archive.close()
            archive = open(folder / f"news-{made // PER_ARCHIVE:04}.warc.gz", "wb")
        page, body = templates[draw.randrange(len(templates))]
        page = article(page, gold, draw)
        text = filled(page, body, size, draw.choice((0.33, 0.4, 0.5)))
        if text is None:
            continue
        total += len(text.encode())
        host = f"outlet{draw.randrange(40):02}.example"
        archive.write(record(text, f"https://{host}/news/{page.day}/{made}", page.day))
        made += 1
    archive.close()
    print(f"{made} pages of {total // made} bytes on average, {total / 1e6:.0f} MB, in {folder}")


if __name__ == "__main__":
    main()
