#!/usr/bin/env python3
"""The relay: webhooks accepted durably a second at 32 connections, and the p99 of the answer while the receiver hangs.

    benches/relay.py                  5 rounds of 10 s
    benches/relay.py --short --floor  one round of 3 s; fails where a figure collapsed

Every answer is a commit with an fsync behind it; the peer is one fsync a webhook, as a plain `INSERT` of Python's sqlite3
makes it on the same disk. The load comes from wrk, which shares the cores with the relay.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measure import BINARY, Verdicts, build

HERE = Path(__file__).resolve().parent
TOKEN = "a-token-for-the-benchmark"
CONNECTIONS = 32


def listening(command, env, log):
    """Starts a server; gives it and the URL of its first line."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=env)
    return server, json.loads(server.stdout.readline())["url"]


def load(url, seconds, env):
    """What wrk says about `seconds` of webhooks."""
    origin = "/".join(url.split("/")[:3])
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "relay.lua"), origin]
    return json.loads(subprocess.check_output(command, env=env).splitlines()[-1])


def peak_mb(process):
    """The most memory that a running process has had."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def round_of(folder, number, seconds, env, fault):
    """One relay with a queue of its own, towards a receiver that is as `fault` says."""
    binary, place = str(BINARY), Path(folder) / f"round-{number}-{fault}"
    place.mkdir()
    with open(place / "log", "wb") as log:
        mock_command = [binary, "serve-mock", "--listen", "127.0.0.1:0", "--json", "--keep", "1"]
        mock_command += ["--fault", "timeout:100%"] if fault == "hangs" else []
        mock, receiver = listening(mock_command, env, log)
        relay, url = listening([binary, "relay", "--listen", "127.0.0.1:0", "--json", "--url", receiver, "--journal", str(place / "journal.db")], env, log)
        try:
            told = load(url, seconds, env)
            told["rss_mb"] = peak_mb(relay)
        finally:
            relay.terminate()
            mock.terminate()
            relay.wait()
            mock.wait()
    shutil.rmtree(place)
    if told["not_200"] or told["broken"]:
        sys.exit(f"{told['not_200']} answers were not 200, {told['broken']} connections broke")
    return told


def one_by_one(folder, seconds):
    """Rows a second where each has a commit of its own."""
    path = Path(folder) / "peer.db"
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE webhooks (id INTEGER PRIMARY KEY, body TEXT)")
    body, count, started = "x" * 687, 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        database.execute("INSERT INTO webhooks (body) VALUES (?)", (body,))
        count += 1
    rate = count / (time.perf_counter() - started)
    database.close()
    path.unlink()
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--short", action="store_true", help="one round of 3 s")
    parser.add_argument("--floor", action="store_true", help="fail where a figure is far from its target")
    args = parser.parse_args()
    if args.short:
        args.rounds, args.seconds = 1, 3
    if not shutil.which("wrk"):
        print("SKIPPED: wrk, install with apt-get install wrk")
        sys.exit(1 if os.environ.get("CRM_BRIDGE_REQUIRE_ALL") == "1" else 0)

    build()
    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-", dir=os.environ.get("BENCH_DISK")) as folder:
        env = {"PATH": os.environ["PATH"], "HOME": folder, "CRM_WEBHOOK_TOKEN": TOKEN, "COMERCIAL_WEBHOOK_TOKEN": TOKEN}
        told = {"hangs": [], "well": []}
        peer = []
        for number in range(args.rounds):
            for fault, rounds in told.items():
                rounds.append(round_of(folder, number, args.seconds, env, fault))
            peer.append(one_by_one(folder, min(args.seconds, 2)))

    print(f"medians of {args.rounds} interleaved rounds of {args.seconds} s, {CONNECTIONS} connections")
    rate = {}
    for fault, rounds in told.items():
        rate[fault] = median(one["requests"] / one["seconds"] for one in rounds)
        p50, p99, worst, rss = (median(one[key] for one in rounds) for key in ("p50_ms", "p99_ms", "max_ms", "rss_mb"))
        print(f"  the receiver {'hangs' if fault == 'hangs' else 'takes what it can':<20} {rate[fault]:>8.0f} webhooks/s   p50 {p50:.2f} ms   p99 {p99:.2f} ms   max {worst:.1f} ms   {rss:.0f} MB")
    print(f"  one commit a webhook (Python's sqlite3)  {median(peer):>8.0f} rows/s")
    verdicts = Verdicts(args.floor)
    verdicts.at_least("accepted durably a second, receiver hangs", rate["hangs"], 5000)
    verdicts.at_most("p99 of the answer while the receiver hangs, ms", median(one["p99_ms"] for one in told["hangs"]), 10)
    verdicts.end()


if __name__ == "__main__":
    main()
