#!/usr/bin/env python3
"""Writes the golden pages anew at a size that pages of outlets have, for `make bench-content`.

    python3 tests/make_bench_pages.py FOLDER [BYTES]

Each template of tests/make_pages.py gets a longer article, a third to a half of the page's bytes; what is missing to
BYTES (16384) is the markup, teasers and scripts that such pages carry.
"""
import copy
import pathlib
import sys

import make_pages
from page_kit import TEMPLATES

SCRIPT = '''<script>(function(w,d,n){w[n]=w[n]||[];w[n].push({id:%d,u:"https://stat.example/c?i=%d"});var s=d.createElement("script");s.async=1;
s.src="https://stat.example/t.js";if(d.body){d.body.appendChild(s)}else{d.addEventListener("DOMContentLoaded",function(){d.body.appendChild(s)})}})(window,document,"stat%d");</script>
'''
CARD = '''<div class="b-side__item js-item" data-id="%d"><a class="b-side__link" href="https://dala.example/news/%d-novost.html"><img class="lazyload b-side__img" data-src="/upload/resize/%d.webp" width="120" height="80" alt=""></a>
<div class="b-side__in"><a class="b-side__name" href="https://dala.example/news/%d-novost.html">%s</a><div class="b-side__foot"><span class="b-side__date">12 марта, 10:%02d</span><span class="b-side__views">%d</span></div></div></div>
'''


def filled(article, body, size, share):
    article = copy.copy(article)
    article.paragraphs = list(article.paragraphs)
    more = [p.strip() for o in article.others * 3 for p in o["text"].split("\n") if p.strip()]
    while more and len("".join(article.paragraphs).encode()) < size * share:
        article.paragraphs.append(more.pop(0))
    page = body(article)
    if isinstance(page, bytes):
        return None
    head, end, tail = page.rpartition("</body>")
    head = head or page
    i = 0
    while (missing := size - len((head + end + tail).encode())) > 200:
        title = make_pages.ESC(article.others[i % len(article.others)]["title"])
        i += 1
        piece = SCRIPT % (i, i, i) if i % 3 else CARD % (i, i, i, i, title, i % 60, i * 37)
        if len(piece.encode()) > missing:
            piece = "<!--" + " " * (missing - 7) + "-->"
        head += piece
    return head + end + tail


def main():
    folder = pathlib.Path(sys.argv[1])
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 16384
    folder.mkdir(parents=True, exist_ok=True)
    sizes = []
    for i, (name, article, body) in enumerate(TEMPLATES):
        page = filled(article, body, size, (0.33, 0.4, 0.5)[i % 3])
        if page and abs(len(page.encode()) - size) < size / 5:
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
            sizes.append(len(page.encode()))
    print(f"{len(sizes)} pages of {min(sizes)} to {max(sizes)} bytes in {folder}")


if __name__ == "__main__":
    main()
