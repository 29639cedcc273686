#!/usr/bin/env python3
"""The whole pipeline on generated pages, stage by stage, beside the Python stack: `make bench`.

    python3 benches/end_to_end/bench.py DALEL PAGES-FOLDER [--peers PYTHON] [--peer-pages N]

Runs `dalel clean`, `extract`, `dedup` and `run` on the same archives, each from nothing on one thread; a stage's cost
is the difference to the run before it. Then `run` on two threads. Times are processor seconds (user and system) of
the process, memory its largest resident set.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def measure(command):
    """Wall seconds, processor seconds and peak MB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))}: exit {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dalel")
    parser.add_argument("pages", type=pathlib.Path)
    parser.add_argument("--peers", help="Python with benches/end_to_end/requirements.txt")
    parser.add_argument("--peer-pages", type=int, default=200)
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("target/bench/output"))
    args = parser.parse_args()

    counted = subprocess.run([sys.executable, HERE / "peers.py", args.pages, "--count"], capture_output=True, text=True, check=True)
    pages, size = map(int, counted.stdout.split())
    print(f"{pages} pages, {size / 1e6:.0f} MB ({size / pages:.0f} bytes each)")

    def run(stage, threads):
        shutil.rmtree(args.output, ignore_errors=True)
        command = [args.dalel, "--quiet", stage, HERE / "job.toml", "--input", args.pages, "--output", args.output]
        return measure([*map(str, command), "--threads", str(threads)])

    found, before = {}, 0.0
    print(f"{'stage':<22}{'cpu s':>9}{'share':>8}{'docs/cpu-s':>12}{'MB/cpu-s':>10}{'peak MB':>9}")
    for stage, name in [("clean", "read, clean, write"), ("extract", "extract"), ("dedup", "dedup"), ("run", "publish")]:
        _, cpu, peak = run(stage, 1)
        found[name] = (cpu - before, peak)
        before = cpu
    wall_one, total, peak_one = run("run", 1)
    for name, (cpu, peak) in found.items():
        rate = f"{pages / cpu:>12.0f}{size / 1e6 / cpu:>10.1f}" if cpu > 0.05 else f"{'':>22}"
        print(f"{name:<22}{cpu:>9.1f}{cpu / before:>8.0%}{rate}{peak:>9.0f}")
    print(f"{'end to end, 1 thread':<22}{total:>9.1f}{'':>8}{pages / total:>12.0f}{size / 1e6 / total:>10.1f}{peak_one:>9.0f}")
    wall, cpu, peak = run("run", 2)
    print(f"{'end to end, 2 threads':<22}{cpu:>9.1f}{'':>8}{pages / cpu:>12.0f}{size / 1e6 / cpu:>10.1f}{peak:>9.0f}")
    print(f"wall: {wall_one:.1f} s on one thread, {wall:.1f} s on two: {wall_one / wall:.2f} times")
    written = sum(f.stat().st_size for f in args.output.rglob("*.parquet") if "work" not in f.relative_to(args.output).parts)
    print(f"tables and release: {written / 1e6:.1f} MB, {written / pages:.0f} bytes a page")
    if args.peers:
        subprocess.run([args.peers, HERE / "peers.py", args.pages, "--pages", str(args.peer_pages)], check=True)
    else:
        print("the Python stack: `make bench-peers` installs it")


if __name__ == "__main__":
    main()
