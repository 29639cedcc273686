#!/usr/bin/env python3
"""trafilatura of PyPI on scrapinghub/article-extraction-benchmark, with the measure of `make bench-content`.

    pip install trafilatura lxml_html_clean
    python3 benches/content_peers/trafilatura_python.py PATH-OF-THE-BENCHMARK
"""
import collections
import gzip
import json
import pathlib
import re
import sys
import time

import trafilatura


def shingles(text):
    words = re.findall(r"\w+", text or "")
    n = min(4, len(words))
    return collections.Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1)) if words else collections.Counter()


folder = pathlib.Path(sys.argv[1])
gold = json.loads((folder / "ground-truth.json").read_text())
pages = [gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()).decode("utf-8", "replace") for page in gold]
start = time.process_time()
found = [trafilatura.extract(page, include_comments=False) for page in pages]
seconds = time.process_time() - start
precision, recall = [], []
for truth, text in zip(gold.values(), found):
    right, own = shingles(truth["articleBody"]), shingles(text)
    both = sum((right & own).values())
    if own:
        precision.append(both / sum(own.values()))
    if right:
        recall.append(both / sum(right.values()))
p, r = sum(precision) / len(precision), sum(recall) / len(recall)
size = sum(len(page.encode()) for page in pages)
print(f"trafilatura {trafilatura.__version__} (PyPI)   F1 {2 * p * r / (p + r):.4f} (P {p:.4f} R {r:.4f})  {size / 1e6 / seconds:.1f} MB/cpu-s  {len(pages) / seconds:.0f} pages/cpu-s")
