"""A release is published to a real S3 server (rclone, over a folder), to a folder, and to a stand-in of the Hub.

    python tests/python/publishing.py target/debug/dalel target/sample
"""
import csv
import gzip
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

binary, output = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])
release = max((output / "release").iterdir())
version = release.name
KEY, SECRET = "dalel-test", "not-a-secret-0123456789"
rclone = pathlib.Path(sys.executable).parent / "rclone"
plain = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "HF_"))}
tests = []


def test(function):
    tests.append(function)
    return function


def files(folder):
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def dalel(*args, environment=(), code=0, command="publish"):
    done = subprocess.run([binary, command, *args], env=plain | dict(environment), capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    if code:
        lines = [line for line in done.stderr.splitlines() if line]
        assert len(lines) == 1, f"an error is one line: {lines}"
        assert SECRET not in done.stderr
    return done.stdout if code == 0 else done.stderr


class S3:
    """rclone's S3 server over a folder: signatures are checked, objects are files."""

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        (self.root / "bucket").mkdir()
        self.port = free_port()
        self.start()
        return self

    def start(self):
        command = [rclone, "--config", "", "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{self.port}", str(self.root)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the S3 server does not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.root)

    def environment(self, port=None, secret=SECRET):
        url = f"http://127.0.0.1:{port or self.port}"
        return {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": url}

    def objects(self):
        return files(self.root / "bucket" / "data" / version) if (self.root / "bucket" / "data").exists() else {}


TO_S3 = ("--to", "s3://bucket/data", "--output", str(output))


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that is killed breaks its connections."""


class Proxy:
    """In front of a server: fails every n-th request or leaves it without an answer, and counts what is put."""

    def __init__(self, port, fail_every=0, status=503, stall_at=(), at_put=None):
        self.puts, self.failed = [], 0
        outer, count = self, [0]

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                count[0] += 1
                if count[0] in stall_at:
                    outer.failed += 1
                    time.sleep(4)
                    self.close_connection = True
                    return
                if fail_every and count[0] % fail_every == 0:
                    outer.failed += 1
                    self.send_response(status)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                if self.command == "PUT":
                    outer.puts.append(self.path)
                    if at_put:
                        at_put(len(outer.puts))
                try:
                    self.forward(body)
                except OSError:
                    self.close_connection = True

            def forward(self, body):
                upstream = http.client.HTTPConnection("127.0.0.1", port)
                # The signature covers the host that the client asked.
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                        self.send_header(name, value)
                length = answer.getheader("content-length") if self.command == "HEAD" else str(len(content))
                self.send_header("content-length", length or "0")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@test
def s3_has_every_file_and_a_repeated_upload_sends_nothing():
    with S3() as s3:
        said = dalel(*TO_S3, "--dry-run", environment=s3.environment())
        assert "would be sent" in said and not s3.objects(), said
        said = dalel(*TO_S3, environment=s3.environment())
        assert s3.objects() == files(release), said
        said = dalel(*TO_S3, environment=s3.environment())
        assert ": 0 files (0 bytes)" in said, said


@test
def s3_manifest_is_the_last_object():
    with S3() as s3:
        proxy = Proxy(s3.port)
        dalel(*TO_S3, environment=s3.environment(proxy.port))
        assert proxy.puts[-1].endswith(f"{version}/SHA256SUMS"), proxy.puts[-1]
        assert len(proxy.puts) == len(files(release)), "each file is sent once"


@test
def s3_failures_of_the_server_are_tried_again():
    for status in (500, 503):
        with S3() as s3:
            proxy = Proxy(s3.port, fail_every=9, status=status)
            dalel(*TO_S3, environment=s3.environment(proxy.port))
            assert s3.objects() == files(release) and proxy.failed > 10, proxy.failed


@test
def s3_requests_without_an_answer_are_made_again():
    with S3() as s3:
        proxy = Proxy(s3.port, stall_at=(2, 9, 40))
        dalel(*TO_S3, environment=s3.environment(proxy.port) | {"AWS_TIMEOUT": "1 second"})
        assert s3.objects() == files(release) and proxy.failed == 3, proxy.failed


class Reader:
    """Looks again and again, and believes what has a manifest."""

    def __init__(self, s3):
        self.s3, self.seen, self.half, self.end = s3, 0, [], threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        manifest = self.s3.root / "bucket/data" / version / "SHA256SUMS"
        while not self.end.is_set():
            try:
                lines = manifest.read_text().splitlines()
            except OSError:
                lines = []
            for line in lines:
                self.seen += 1
                wanted, name = line.split("  ", 1)
                path = manifest.parent / name
                if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
                    self.half.append(name)
            self.end.wait(0.02)

    def stop(self):
        time.sleep(0.1)
        self.end.set()
        self.thread.join()
        assert not self.half, f"a reader saw a half release: {self.half}"


@test
def s3_killed_uploads_show_no_half_release_and_go_on():
    total = len(files(release))
    with S3() as s3:
        reader, child, moments = Reader(s3), [None], [1, 2, 5, total // 2, total - 1]
        # Each kill comes before that object is on the server, the last before the manifest is.
        at = lambda n: child[0].kill() if moments and n >= moments[0] and moments.pop(0) else None
        proxy = Proxy(s3.port, at_put=at)
        kills = 0
        while moments:
            child[0] = subprocess.Popen([binary, "publish", *TO_S3], env=plain | s3.environment(proxy.port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            kills += child[0].wait() == -signal.SIGKILL
        assert kills == 5, kills
        assert 0 < len(s3.objects()) < total, len(s3.objects())
        dalel(*TO_S3, environment=s3.environment(proxy.port))
        assert s3.objects() == files(release)
        # What was under way when a kill came may be sent once more.
        assert len(proxy.puts) <= total + kills, f"{len(proxy.puts)} of {total}: what was there is not sent again"
        reader.stop()
        assert reader.seen >= total - 1, "the whole release was seen"


@test
def s3_server_that_is_killed_and_comes_back():
    with S3() as s3:
        reader = Reader(s3)

        def fall(n):
            if n == 7:
                s3.kill()
                threading.Timer(1, s3.start).start()

        proxy = Proxy(s3.port, at_put=fall)
        dalel(*TO_S3, environment=s3.environment(proxy.port))
        assert s3.objects() == files(release), "the upload waits for the server and goes on"
        reader.stop()


@test
def s3_damaged_and_changed_objects():
    with S3() as s3:
        dalel(*TO_S3, environment=s3.environment())
        damaged = s3.root / "bucket/data" / version / "README.md"
        damaged.write_bytes(damaged.read_bytes()[::-1])
        dalel(*TO_S3, environment=s3.environment())
        assert s3.objects() == files(release), "a damaged object is found by its hash, and mended"
        (s3.root / "bucket/data" / version / "SHA256SUMS").write_text("another release\n")
        said = dalel(*TO_S3, environment=s3.environment(), code=3)
        assert "published with other content" in said


@test
def s3_credentials_come_from_the_environment_and_mistakes_are_one_line():
    with S3() as s3:
        said = dalel(*TO_S3, code=2)
        assert "AWS_ACCESS_KEY_ID" in said, said
        said = dalel(*TO_S3, environment=s3.environment(secret="wrong-secret-9876543210"), code=1)
        assert "refuses these credentials" in said and "wrong-secret" not in said, said
        said = dalel("--to", "s3://nobody/data", "--output", str(output), environment=s3.environment(), code=1)
        assert "no such bucket" in said and said.startswith("dalel: s3://nobody/"), said
        dalel("--to", f"s3://{KEY}:{SECRET}@bucket/data", "--output", str(output), code=2)
        assert not s3.objects()


@test
def a_folder_has_every_file():
    with tempfile.TemporaryDirectory() as folder:
        to = ("--to", f"file://{folder}/data", "--output", str(output))
        dalel(*to, "--dry-run")
        assert not files(folder)
        dalel(*to)
        assert files(f"{folder}/data/{version}") == files(release)
        assert ": 0 files" in dalel(*to)
        pathlib.Path(folder, "data", version, "SHA256SUMS").write_text("x")
        dalel(*to, code=3)


@test
def a_withdrawn_version_goes_wherever_it_was_published():
    root = pathlib.Path(__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder, S3() as s3:
        folder = pathlib.Path(folder)
        for part in ("pipelines", "schemas"):
            shutil.copytree(root / part, folder / part)
        shutil.copytree(release, folder / "out/release" / version)
        places = [f"file://{folder}/data", "s3://bucket/data"]
        for place in places:
            dalel("--to", place, "--output", str(folder / "out"), environment=s3.environment())
        articles = csv.DictReader(gzip.open(release / "articles.csv.gz", "rt", encoding="utf-8"))
        erased = next(row["article_id"] for row in articles)
        with open(folder / "pipelines/corrections/erased.csv", "a") as lines:
            lines.write(f"id:{erased},2026-11-22,asked\n")
        job = (str(folder / "pipelines/sample.toml"), "--output", str(folder / "out"))
        for place in places:
            said = dalel(*job, "--to", place, environment=s3.environment(), command="withdraw")
            assert "files removed" in said, said
        [there] = (folder / "out/release").iterdir()
        assert there.name == f"{version}.2" and erased in (there / "erased.csv").read_text()
        for place in (folder / "data", s3.root / "bucket/data"):
            assert files(place / there.name) == files(there), place
            assert list(files(place / version)) == ["WITHDRAWN"], files(place / version)
            assert (place / version / "WITHDRAWN").read_text().strip() == there.name
        for place in places:
            assert "is withdrawn" in dalel("--to", place, "--output", str(output), environment=s3.environment(), code=3)



class Hub:
    """Behaves as the Hugging Face Hub does to its own client: preupload, LFS batch, commit, tag, resolve."""

    def __init__(self, fail_every=0):
        self.store, self.tree, self.commits, self.tags, self.stored = {}, {"old.csv": b"x", ".gitattributes": b""}, {}, {}, 0
        outer, count = self, [0]

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body=b""):
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                path = urllib.parse.urlsplit(self.path).path
                count[0] += 1
                if fail_every and count[0] % fail_every == 0:
                    return self.answer(503)
                if path.startswith("/store/"):
                    assert "authorization" not in self.headers, "the token is not for the store"
                    if self.headers.get("x-upload") != "granted":
                        return self.answer(403)
                    oid = path.rsplit("/", 1)[1]
                    if hashlib.sha256(body).hexdigest() != oid:
                        return self.answer(400)
                    outer.store[oid] = body
                    outer.stored += 1
                    return self.answer(200)
                if self.headers.get("authorization") != "Bearer hf_test":
                    return self.answer(401, {"error": "Invalid credentials"})
                repository = "owner/data"
                if path == f"/api/datasets/{repository}/preupload/main":
                    asked = json.loads(body)["files"]
                    mode = lambda f: "lfs" if f["path"].endswith((".parquet", ".gz")) else "regular"
                    return self.answer(200, {"files": [{"path": f["path"], "uploadMode": mode(f), "shouldIgnore": False} for f in asked]})
                if path == f"/datasets/{repository}.git/info/lfs/objects/batch":
                    objects = []
                    for o in json.loads(body)["objects"]:
                        if o["oid"] not in outer.store:
                            href = f"http://127.0.0.1:{outer.port}/store/{o['oid']}"
                            verify = f"http://127.0.0.1:{outer.port}/verify"
                            o["actions"] = {"upload": {"href": href, "header": {"x-upload": "granted"}}, "verify": {"href": verify}}
                        objects.append(o)
                    return self.answer(200, {"transfer": "basic", "objects": objects})
                if path == "/verify":
                    asked = json.loads(body)
                    return self.answer(200 if len(outer.store[asked["oid"]]) == asked["size"] else 409)
                if path == f"/api/datasets/{repository}/tree/main":
                    return self.answer(200, [{"type": "file", "path": p} for p in outer.tree])
                if path == f"/api/datasets/{repository}/commit/main":
                    import base64
                    lines = [json.loads(line) for line in body.decode().splitlines()]
                    assert lines[0]["key"] == "header" and lines[0]["value"]["summary"]
                    tree = dict(outer.tree)
                    for line in lines[1:]:
                        value = line["value"]
                        if line["key"] == "deletedFile":
                            del tree[value["path"]]
                        elif line["key"] == "file":
                            tree[value["path"]] = base64.b64decode(value["content"], validate=True)
                        else:
                            assert line["key"] == "lfsFile" and value["algo"] == "sha256"
                            tree[value["path"]] = outer.store[value["oid"]]
                    outer.tree = tree
                    oid = hashlib.sha1(body).hexdigest()
                    outer.commits[oid] = tree
                    return self.answer(200, {"success": True, "commitOid": oid})
                if path.startswith(f"/api/datasets/{repository}/tag/"):
                    outer.tags[json.loads(body)["tag"]] = path.rsplit("/", 1)[1]
                    return self.answer(200)
                if path.startswith(f"/datasets/{repository}/resolve/"):
                    revision, name = path.removeprefix(f"/datasets/{repository}/resolve/").split("/", 1)
                    tree = outer.commits.get(outer.tags.get(revision, revision))
                    return self.answer(404, {"error": "not found"}) if tree is None or name not in tree else self.answer(200, tree[name])
                self.answer(404, {"error": "Repository not found"})

            do_GET = do_PUT = do_POST = handle_any

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, token="hf_test"):
        return {"HF_TOKEN": token, "HF_ENDPOINT": f"http://127.0.0.1:{self.port}"}


TO_HUB = ("--to", "hf://owner/data", "--output", str(output))


def published(hub):
    tree = hub.commits[hub.tags[version]]
    return {name: hashlib.sha256(content).hexdigest() for name, content in tree.items() if name != ".gitattributes"}


@test
def the_hub_has_one_commit_with_every_file_and_a_tag():
    hub = Hub()
    dalel(*TO_HUB, "--dry-run", environment=hub.environment())
    assert not hub.store and not hub.commits
    dalel(*TO_HUB, environment=hub.environment())
    assert published(hub) == files(release) and len(hub.commits) == 1
    stored = hub.stored
    assert ": 0 files" in dalel(*TO_HUB, environment=hub.environment())
    assert len(hub.commits) == 1 and hub.stored == stored
    hub.commits[hub.tags[version]]["SHA256SUMS"] = b"another"
    dalel(*TO_HUB, environment=hub.environment(), code=3)


@test
def the_hub_may_fail_and_an_interrupted_upload_goes_on():
    hub = Hub(fail_every=3)
    names = sorted(name for name in files(release) if name.endswith(".parquet"))
    for name in names[:2]:
        content = (release / name).read_bytes()
        hub.store[hashlib.sha256(content).hexdigest()] = content
    dalel(*TO_HUB, environment=hub.environment())
    assert published(hub) == files(release)
    large = {h for n, h in files(release).items() if n.endswith((".parquet", ".gz"))}
    assert hub.stored == len(large) - 2, "what the store has is not sent again"


@test
def the_hub_refuses_a_wrong_token_in_one_line():
    hub = Hub()
    assert "HF_TOKEN" in dalel(*TO_HUB, code=2)
    said = dalel(*TO_HUB, environment=hub.environment("hf_wrong"), code=1)
    assert "refuses the token in HF_TOKEN (401)" in said and "hf_wrong" not in said, said
    said = dalel("--to", "hf://nobody/data", "--output", str(output), environment=hub.environment(), code=1)
    assert "no such dataset" in said and "hf_test" not in said, said


failed = 0
for function in tests:
    began = time.monotonic()
    try:
        function()
        print(f"ok      {function.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
    except Exception:
        failed += 1
        print(f"FAILED  {function.__name__}")
        traceback.print_exc()
print(f"{len(tests) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
