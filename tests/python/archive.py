"""warcio reads the archives that `dalel fetch` writes, and finds every digest right.

Usage: archive.py PATH-OF-DALEL
"""

import collections
import functools
import hashlib
import http.server
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from warcio.archiveiterator import ArchiveIterator

PAGES = 60
SPEC = """
id = "a.localhost"
name = "Outlet"
kind = "news"
status = "unverified"
languages = ["ru"]
hosts = ["a.localhost"]
feeds = ["http://a.localhost:{port}/feed.xml"]
[rate]
period_seconds = 0.01
[terms]
licence = "all-rights-reserved"
"""
JOB = """
[fetch]
contact = "mailto:test@example.org"
allow_private = true
archive_bytes = 20000
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main(dalel):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        site, checkout, output = folder / "site", folder / "checkout", folder / "output"
        for path in (site, checkout / "pipelines/sources", checkout / "schemas"):
            path.mkdir(parents=True)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        links = [f"http://a.localhost:{port}/{n}.html" for n in range(PAGES)]
        for n in range(PAGES):
            (site / f"{n}.html").write_text(f"<h1>Страница {n}</h1>" + "<p>Текст.</p>" * n * 20, "utf-8")
        items = "".join(f"<item><link>{link}</link></item>" for link in links)
        (site / "feed.xml").write_text(f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>', "utf-8")
        (checkout / "pipelines/sources/a.localhost.toml").write_text(SPEC.format(port=port), "utf-8")
        (checkout / "job.toml").write_text(JOB, "utf-8")
        command = [dalel, "--quiet", "--knowledge", checkout, "fetch", checkout / "job.toml", "--output", output]
        subprocess.run(command, check=True)
        # A second visit: one page has changed, the others have not (the server answers If-Modified-Since).
        first = (site / "0.html").read_bytes()
        (site / "0.html").write_text("<h1>Страница 0, исправлена</h1>", "utf-8")
        os.utime(site / "0.html", (time.time() + 60, time.time() + 60))
        (checkout / "job.toml").write_text(JOB + "recheck_hours = 0\n", "utf-8")
        subprocess.run(command, check=True)
        server.shutdown()

        kinds, found, dates, revisits = collections.Counter(), [], {}, []
        archives = sorted((output / "snapshots").glob("*.warc.gz"))
        for archive in archives:
            with archive.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    body = record.content_stream().read()
                    # Of a revisit warcio verifies nothing; that is done below.
                    passed = None if record.rec_type == "revisit" else True
                    assert record.digest_checker.passed is passed, record.digest_checker.problems
                    kinds[record.rec_type] += 1
                    if record.rec_type == "response":
                        url = record.rec_headers["WARC-Target-URI"]
                        page = (site / url.rsplit("/", 1)[1]).read_bytes()
                        assert body in {page, first if url == links[0] else page}, url
                        found.append(url)
                        dates[url, record.rec_headers["WARC-Date"]] = True
                    if record.rec_type == "revisit":
                        head = record.rec_headers
                        revisits.append((head["WARC-Refers-To-Target-URI"], head["WARC-Refers-To-Date"]))
            with archive.open("rb") as stream:
                for record in ArchiveIterator(stream, no_record_parse=True):
                    block = hashlib.sha256(record.raw_stream.read()).hexdigest()
                    assert record.rec_headers["WARC-Block-Digest"] == f"sha256:{block}", record.rec_headers
        # The archives of one second are in no order.
        assert set(revisits) <= set(dates), sorted(set(revisits) - set(dates))
        assert sorted(found) == sorted([*links, links[0]]), "every page once, the changed one in both versions"
        assert kinds == {
            "warcinfo": len(archives), "response": PAGES + 1, "revisit": PAGES - 1, "request": 2 * PAGES
        }, kinds
        assert len(archives) > 1, "archives are rotated by size"
        print(f"warcio: {sum(kinds.values())} records in {len(archives)} archives, all digests right")


main(sys.argv[1])
