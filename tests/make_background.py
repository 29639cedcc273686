#!/usr/bin/env python3
"""Count in which share of the articles each stem occurs: pipelines/dedup/background.csv.

    tests/make_background.py ARTICLES.jsonl... > pipelines/dedup/background.csv

Each language is counted for itself and the larger share is taken: a word that every second Kazakh article
holds says little, however many Russian ones stand beside it. Articles that share a "story" count once
together, so that a reprinted story makes none of its words common. A stem that one article alone holds is
left out: it weighs what any unseen word does. Stems are cut as src/dedup/text.rs cuts them.
"""
import collections
import csv
import json
import re
import sys

FOLD = str.maketrans({"ё": "е", "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и"})


def stem(word):
    word = word.lower().translate(FOLD)
    return word[:4] if len(word) == 5 else word[:5]


def main():
    stories = collections.defaultdict(lambda: collections.defaultdict(set))
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                article = json.loads(line)
                text = f"{article.get('title') or ''}\n{article.get('text') or ''}"
                words = re.findall(r"[^\W\d_]+", text)
                stories[article["lang"]][article.get("story") or f"{path}:{number}"].update(map(stem, words))
    total, share = collections.Counter(), {}
    for articles in stories.values():
        counts = collections.Counter(s for stems in articles.values() for s in stems)
        total.update(counts)
        for s, n in counts.items():
            share[s] = max(share.get(s, 0), n / len(articles))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["stem", "share"])
    out.writerows([s, f"{share[s]:.4f}"] for s in sorted(share) if total[s] > 1)


if __name__ == "__main__":
    main()
