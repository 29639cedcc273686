#!/usr/bin/env python3
"""The stack that one would write in Python today, on the pages of `make bench`: trafilatura, natasha, datasketch, pyarrow.

    python3 benches/end_to_end/peers.py FOLDER [--pages N] [--count]

It does less than dalel: entities, sums and dates, but no events; near duplicates, but no merging.
"""
import argparse
import gzip
import pathlib
import resource
import sys
import time


def pages(folder):
    """The bodies of the pages of WARC archives as make_pages.py writes them."""
    for path in sorted(pathlib.Path(folder).glob("*.warc.gz")):
        with gzip.open(path) as archive:
            while line := archive.readline():
                if line.lower().startswith(b"content-length:") and archive.readline() == b"\r\n":
                    message = archive.read(int(line.split(b":")[1]))
                    yield message.partition(b"\r\n\r\n")[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--count", action="store_true")
    args = parser.parse_args()
    if args.count:
        sizes = [len(body) for body in pages(args.folder)]
        print(len(sizes), sum(sizes))
        return

    import datasketch
    import pyarrow as pa
    import pyarrow.parquet as pq
    import trafilatura
    from natasha import DatesExtractor, Doc, MoneyExtractor, MorphVocab, NewsEmbedding, NewsMorphTagger, NewsNERTagger, Segmenter

    segmenter, vocabulary, embedding = Segmenter(), MorphVocab(), NewsEmbedding()
    morphology, names = NewsMorphTagger(embedding), NewsNERTagger(embedding)
    dates, money = DatesExtractor(vocabulary), MoneyExtractor(vocabulary)
    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    bodies = [body for body, _ in zip(pages(args.folder), range(args.pages))]
    size = sum(map(len, bodies))
    seconds, rows = dict.fromkeys(("trafilatura", "natasha", "datasketch", "pyarrow"), 0.0), []

    def timed(name, work):
        start = time.process_time()
        result = work()
        seconds[name] += time.process_time() - start
        return result

    def mentions(text):
        doc = Doc(text)
        doc.segment(segmenter)
        doc.tag_morph(morphology)
        doc.tag_ner(names)
        for token in doc.tokens:
            token.lemmatize(vocabulary)
        return [s.type for s in doc.spans], [m.fact.amount for m in money(text)], [str(m.fact) for m in dates(text)]

    def near(number, text):
        words, sketch = text.lower().split(), datasketch.MinHash(128)
        for i in range(len(words) - 4):
            sketch.update(" ".join(words[i : i + 5]).encode())
        found = index.query(sketch)
        index.insert(number, sketch)
        return found

    for number, body in enumerate(bodies):
        text = timed("trafilatura", lambda: trafilatura.extract(body.decode(), include_comments=False)) or ""
        spans, sums, days = timed("natasha", lambda: mentions(text))
        rows.append({"text": text, "spans": spans, "sums": sums, "dates": days, "near": timed("datasketch", lambda: near(number, text))})
    timed("pyarrow", lambda: pq.write_table(pa.Table.from_pylist(rows), "/dev/null"))
    total = sum(seconds.values())
    for name, cpu in seconds.items():
        print(f"{name:<22}{cpu:>9.1f}{cpu / total:>8.0%}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    name = f"Python stack, {len(bodies)} p."
    print(f"{name:<22}{total:>9.1f}{'':>8}{len(bodies) / total:>12.1f}{size / 1e6 / total:>10.2f}{peak:>9.0f}")


if __name__ == "__main__":
    sys.exit(main())
