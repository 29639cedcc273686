"""A release is published to a real S3 server (rclone, over a folder), to a folder, and to a stand-in of the Hub.

    python tests/python/publishing.py target/debug/dalel target/sample
"""
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


def dalel(*args, environment=(), code=0):
    done = subprocess.run([binary, "publish", *args], env=plain | dict(environment), capture_output=True, text=True, timeout=300)
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
        command = [rclone, "--config", "", "serve", "s3", "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{self.port}", str(self.root)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the S3 server does not start")

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


class Proxy:
    """In front of a server: fails every third request, and can be slow; counts what is put."""

    def __init__(self, port, fail_every=0, delay=0.0):
        self.puts, self.failed = [], 0
        outer, count = self, [0]

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                count[0] += 1
                if fail_every and count[0] % fail_every == 0:
                    outer.failed += 1
                    self.send_response(503)
                    self.send_header("content-length", "0")
                    self.end_headers()
                    return
                time.sleep(delay)
                if self.command == "PUT":
                    outer.puts.append(self.path)
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

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
    with S3() as s3:
        proxy = Proxy(s3.port, fail_every=3)
        dalel(*TO_S3, environment=s3.environment(proxy.port))
        assert s3.objects() == files(release) and proxy.failed > 10, proxy.failed


@test
def s3_killed_uploads_show_no_half_release_and_go_on():
    with S3() as s3:
        proxy = Proxy(s3.port, delay=0.02)
        for moment in (0.2, 0.5, 0.9):
            child = subprocess.Popen([binary, "publish", *TO_S3], env=plain | s3.environment(proxy.port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            child.wait()
            there = s3.objects()
            if "SHA256SUMS" in there:
                assert there == files(release), "published, so whole"
        before = len(s3.objects())
        assert before, "some files were sent before the kills"
        sent = len(proxy.puts)
        dalel(*TO_S3, environment=s3.environment(proxy.port))
        assert s3.objects() == files(release)
        assert len(proxy.puts) - sent <= len(files(release)) - before + 1, "what was there is not sent again"


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
        said = dalel(*TO_S3, environment=s3.environment(secret="wrong"), code=1)
        said = dalel("--to", "s3://nobody/data", "--output", str(output), environment=s3.environment(), code=1)
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

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
    assert "401" in said and "hf_wrong" not in said, said
    dalel("--to", "hf://nobody/data", "--output", str(output), environment=hub.environment(), code=1)


failed = 0
for function in tests:
    try:
        function()
        print(f"ok      {function.__name__}")
    except Exception:
        failed += 1
        print(f"FAILED  {function.__name__}")
        traceback.print_exc()
print(f"{len(tests) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
