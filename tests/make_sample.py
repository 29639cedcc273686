#!/usr/bin/env python3
"""Write the sample corpus, pipelines/sample/, from the gold articles in tests/gold/.

    python3 tests/make_sample.py        (or: make sample-corpus)

The corpus is to try dalel out, and for its tests: pages of made-up outlets, each in a markup of its own, page
dumps, and JSON lines. One story is in several outlets, and some in two languages; a few articles have no results;
a few files are broken on purpose, to show how refusals are told. The articles, the outlets and part of the
figures are invented. The same gold gives the same bytes.
"""
import gzip
import html
import json
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLD, SAMPLE = ROOT / "tests" / "gold", ROOT / "pipelines" / "sample"

# Beside all stories of dev_stories.jsonl: Kazakh articles, statistics, courts, and articles without results.
MORE = {
    "dev_kk.jsonl": ["dev-kk-001", "dev-kk-002", "dev-kk-003", "dev-kk-004"],
    "dev_ru_reports.jsonl": ["dev-rr-001", "dev-rr-002"],
    "dev_ru_courts.jsonl": ["dev-rc-001"],
}
NEGATIVES = {"dev_ru_courts.jsonl": 2, "dev_kk.jsonl": 2, "dev_ru_reports.jsonl": 1}

MENU = ["Главная", "Новости", "Общество", "Экономика", "Происшествия", "Спорт", "Мир", "Видео", "Контакты"]
TEASERS = [
    "Более 500 кг наркотиков изъяли в соседней стране",
    "Синоптики рассказали о погоде на выходные",
    "Как изменятся тарифы на воду с нового года",
    "Двух депутатов задержали за границей: подробности",
    "Хоккейный клуб проведёт три матча дома",
]


def paragraphs(doc):
    return [line for line in doc["text"].split("\n") if line.strip()]


def url(doc):
    return "https://{}/{}/{}".format(doc["outlet"], doc["published"].replace("-", "/"), doc["id"])


def russian_date(day):
    months = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
    year, month, number = day.split("-")
    return f"{int(number)} {months[int(month) - 1]} {year}"


def kazakh_date(day):
    months = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split()
    year, month, number = day.split("-")
    return f"{int(number)} {months[int(month) - 1]} {year}"


def semantic(doc):
    """HTML5 with an <article>, JSON-LD and Open Graph."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": doc["title"],
        "datePublished": doc["published"] + "T09:30:00+05:00",
        "mainEntityOfPage": url(doc),
        "publisher": {"@type": "Organization", "name": doc["outlet"]},
    }
    body = "\n".join(f"<p>{html.escape(p, quote=False)}</p>" for p in paragraphs(doc))
    menu = "".join(f'<li><a href="/{i}">{m}</a></li>' for i, m in enumerate(MENU))
    teasers = "".join(f'<li><a href="/t{i}">{t}</a></li>' for i, t in enumerate(TEASERS))
    title = html.escape(doc["title"])
    return f"""<!DOCTYPE html>
<html lang="{doc["lang"]}">
<head>
<meta charset="utf-8">
<title>{title} | {doc["outlet"]}</title>
<link rel="canonical" href="{url(doc)}">
<meta property="og:type" content="article">
<meta property="og:title" content="{title}">
<meta property="og:url" content="{url(doc)}?utm_source=share">
<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>
</head>
<body>
<header><nav><ul>{menu}</ul></nav></header>
<main>
<article>
<h1>{title}</h1>
<time datetime="{doc["published"]}T09:30:00+05:00">{russian_date(doc["published"])}, 09:30</time>
{body}
<div class="share"><a href="#">Facebook</a> <a href="#">Telegram</a> <a href="#">WhatsApp</a></div>
</article>
<aside><h2>Читайте также</h2><ul>{teasers}</ul></aside>
</main>
<footer>© {doc["outlet"]}. Все права защищены.</footer>
</body>
</html>
"""


def tables(doc):
    """A site of 2005: nested tables, <br>, no metadata but the title."""
    body = "<br><br>\n".join(html.escape(p, quote=False) for p in paragraphs(doc))
    menu = "<br>".join(f'<a href="?c={i}">{m}</a>' for i, m in enumerate(MENU))
    return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">
<TITLE>{html.escape(doc["title"])}</TITLE><LINK REL="canonical" HREF="{url(doc)}"></HEAD>
<BODY BGCOLOR=white><TABLE WIDTH=100%><TR><TD WIDTH=150 VALIGN=top>{menu}</TD>
<TD VALIGN=top><H2>{html.escape(doc["title"])}</H2>
<FONT SIZE=1>{".".join(reversed(doc["published"].split("-")))} 14:05</FONT><BR>
<DIV>{body}</DIV>
<P><A HREF="?print=1">Версия для печати</A> | Просмотров: 1204</P>
</TD></TR></TABLE></BODY></HTML>
"""


def divs(doc):
    """Nothing but <div>, teasers between the paragraphs, comments below."""
    parts = [f'<div class="text-p">{html.escape(p, quote=False)}</div>' for p in paragraphs(doc)]
    insert = f'<div class="read-more"><span>Читайте также:</span> <a href="/x">{TEASERS[0]}</a></div>'
    parts.insert(min(2, len(parts)), insert)
    menu = "".join(f'<div class="m"><a href="/{i}">{m}</a></div>' for i, m in enumerate(MENU))
    cards = "".join(f'<div class="card"><a href="/c{i}">{t}</a><div>12:0{i}</div></div>' for i, t in enumerate(TEASERS))
    title = html.escape(doc["title"])
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>{title} — {doc["outlet"]}</title>
<meta property="og:url" content="{url(doc)}"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="{doc["published"]}T18:20:00+05:00"></head>
<body><div class="top">{menu}</div>
<div class="wrap"><div class="headline">{title}</div><div class="info">{russian_date(doc["published"])} · 👁 845</div>
<div class="content-body">{"".join(parts)}</div>
<div class="comments"><div>Комментарии (2)</div><div class="c">Марат: Давно пора!</div><div class="c">Гость: 15 человек
задержали и у нас</div></div></div>
<div class="popular"><div>Популярное</div>{cards}</div></body></html>
"""


def kazakh(doc):
    """A blog engine, Kazakh furniture."""
    body = "\n".join(f"<p>{html.escape(p, quote=False)}</p>" for p in paragraphs(doc))
    title = html.escape(doc["title"])
    return f"""<!DOCTYPE html>
<html lang="kk-KZ"><head><meta charset="UTF-8"><title>{title} – {doc["outlet"]}</title>
<link rel="canonical" href="{url(doc)}"></head>
<body class="post-template single"><div id="header"><a href="/">Басты бет</a> <a href="/n">Жаңалықтар</a>
<a href="/s">Спорт</a></div>
<div id="content"><div class="post"><h1 class="entry-title">{title}</h1>
<span class="entry-date">{kazakh_date(doc["published"])}</span>
<div class="entry-content">
{body}
</div></div></div>
<div id="sidebar"><h3>Соңғы жаңалықтар</h3><ul><li><a href="/1">Ауа райы: жаңбыр жауады</a></li>
<li><a href="/2">Жаңа мектеп ашылды</a></li></ul></div></body></html>
"""


def dump(doc):
    """A page's text as a simple crawler leaves it: the date, counters, share buttons, an archive list."""
    lines = [f" date {doc['published']}", doc["title"], "", "1 284", "0", "Поделиться", "Telegram", "WhatsApp", ""]
    for paragraph in paragraphs(doc):
        lines += [paragraph, ""]
    lines += ["Популярное", ""] + TEASERS + ["", "Архив", "2025", "2024", "2023"]
    return "\n".join(lines) + "\n"


HTML = {
    "stepnews.example": semantic,
    "polis-inform.example": semantic,
    "vestnik-vko.example": semantic,
    "dala-inform.example": tables,
    "kzpulse.example": divs,
    "qala.example": divs,
    "zhedel.example": kazakh,
    "aqparat-kk.example": kazakh,
}
DUMPS = {"jetisu-post.example", "tobol-info.example", "shahter-city.example", "kaspiy-news.example"}


def chosen():
    read = lambda name: [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]
    docs = read("dev_stories.jsonl")
    for name, ids in MORE.items():
        docs += [doc for doc in read(name) if doc["id"] in ids]
    for name, n in NEGATIVES.items():
        docs += [doc for doc in read(name) if not doc["events"] and doc["id"] not in MORE.get(name, [])][:n]
    return docs


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main():
    shutil.rmtree(SAMPLE, ignore_errors=True)
    lines = []
    for doc in chosen():
        folder, name = SAMPLE / doc["outlet"], doc["id"]
        if doc["outlet"] in HTML:
            page = HTML[doc["outlet"]](doc)
            # windows-1251 lacks Kazakh letters and some signs; browsers send them as references.
            encoding = "windows-1251" if HTML[doc["outlet"]] is tables else "utf-8"
            write(folder / f"{name}.html", page.encode(encoding, "xmlcharrefreplace"))
        elif doc["outlet"] in DUMPS:
            write(folder / f"{name}.txt.gz", gzip.compress(dump(doc).encode(), mtime=0))
        else:
            keep = ["id", "outlet", "lang", "published", "title", "text"]
            lines.append(json.dumps({"url": url(doc), **{key: doc[key] for key in keep}}, ensure_ascii=False))
    # Broken on purpose: each shows one kind of refusal.
    lines.append('{"id": "broken-line", "title": "Эта строка оборвана')
    write(SAMPLE / "articles.jsonl", ("\n".join(lines) + "\n").encode())
    write(SAMPLE / "broken" / "empty.txt", b"")
    page = gzip.compress(dump(chosen()[0]).encode(), mtime=0)
    write(SAMPLE / "broken" / "truncated.txt.gz", page[: len(page) // 2])
    menu = "".join(f'<p><a href="/{i}">{teaser}</a></p>' for i, teaser in enumerate(TEASERS * 3))
    listing = f"<html><head><title>Новости</title></head><body><h1>Лента</h1>{menu}</body></html>"
    write(SAMPLE / "broken" / "listing.html", listing.encode())


if __name__ == "__main__":
    main()
