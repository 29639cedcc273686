#!/usr/bin/env python3
"""Writes WARC archives of news pages for `make bench`.

    python3 benches/end_to_end/make_pages.py FOLDER PAGES [BYTES] [--stories]

Each page is a development article of tests/gold/ in the markup of one of the templates of tests/make_pages.py, filled
to BYTES (16384) with the teasers, scripts and cards that such pages carry; a third to a half of it is the article. No
two pages are equal: figures, days, hosts and the paragraphs that follow the first are drawn anew for each page, by a
seed, so that the same call writes the same bytes.

There are some hundred articles, and 1,000 days. So the more pages, the more of them tell the same on one day: of 20,000
pages nearly all hang together. An archive gets longer with its pages, and not denser. With `--stories` there are 400
pages a day, and each tells a story: of 1 to 30 articles of as many outlets on some days, which leave out paragraphs and
have some words of their own. A story has figures, and half of its names and other words, that no other story has.
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


WORD = re.compile(r"[А-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі]{5,}")
SYLLABLES = [c + v for c in "бвгдзклмнпрстфхш" for v in "аеиоуя"]
# How many articles stories have, and how many of a hundred stories.
SIZES = [(1, 1, 60), (2, 4, 30), (5, 10, 8), (11, 30, 2)]
PAGES_A_DAY = 400


def reworded(text, seed, share):
    """The text with a share of its words replaced: those that a seed chooses, each by one of its own."""

    def other(match):
        word = match[0]
        draw = random.Random(f"{seed} {word[:-2].lower()}")
        if draw.random() >= share:
            return word
        stem = "".join(draw.choices(SYLLABLES, k=max(2, len(word) // 2 - 1)))
        return (stem.capitalize() if word[0].isupper() else stem) + word[-2:]

    return WORD.sub(other, text)


def story_articles(gold, draw, size):
    """Stories without end: the articles of each, as (language, title, paragraphs, days after the story's first)."""
    while True:
        lang = "ru" if draw.random() < 0.6 else "kk"
        seed = draw.random()
        sources = draw.sample(gold[lang], 6)
        paragraphs = [p.strip() for a in sources for p in a["text"].split("\n") if p.strip()]
        while paragraphs and len("".join(paragraphs[:-1]).encode()) > size * 0.45:
            paragraphs.pop()
        tell = lambda text: reworded(renumbered(text, random.Random(f"{seed} {len(text)}")), seed, 0.5)
        title, paragraphs = tell(sources[0]["title"]), [tell(p) for p in paragraphs]
        least, most, _ = draw.choices(SIZES, [share for *_, share in SIZES])[0]
        for _ in range(draw.randint(least, most)):
            own = [p for i, p in enumerate(paragraphs) if i == 0 or draw.random() < 0.8]
            of_outlet = draw.random()
            yield lang, title, [reworded(p, of_outlet, 0.1) for p in own], draw.choice((0, 0, 0, 1, 2))


def record(page, url, fetched):
    body = page.encode()
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {fetched}T06:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 1, mtime=0)


def main():
    stories = "--stories" in sys.argv
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    folder, count = pathlib.Path(arguments[0]), int(arguments[1])
    size = int(arguments[2]) if len(arguments) > 2 else 16384
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
    told = story_articles(gold, draw, size)
    while made < count:
        if made % PER_ARCHIVE == 0:
            if archive:
                archive.close()
            archive = open(folder / f"news-{made // PER_ARCHIVE:04}.warc.gz", "wb")
        if stories:
            lang, title, paragraphs, later = next(told)
            page, body = draw.choice([t for t in templates if t[0].lang == lang])
            page = copy.copy(page)
            page.title, page.paragraphs = title, paragraphs
            page.a = {"lang": lang, "title": title, "text": "\n".join(paragraphs)}
            page.day = (datetime.date(2023, 1, 1) + datetime.timedelta(days=made // PAGES_A_DAY + later)).isoformat()
            page.others = draw.sample(gold[lang], 14)
            text = filled(page, body, size, 0)
        else:
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
