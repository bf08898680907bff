#!/usr/bin/env python3
"""The receiver: requests a second of `serve-mock` (strict, in memory) against a bare axum receiver, and its memory.

    benches/receiver.py                  15 rounds of 3 s, then 1,000,000 requests for the memory
    benches/receiver.py --short --floor  5 rounds of 2 s, 300,000 requests; fails where a figure collapsed

Every request is a new presencia, 687 bytes, 32 connections, from wrk, which shares the cores with the server. A machine
that others use, too, drifts by a fifth within minutes: rounds are short, who begins takes turns, and each ratio is the
median of those within a round. Mockoon takes part where `mockoon-cli` is installed.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measure import BINARY, ROOT, Verdicts

HERE = Path(__file__).resolve().parent
BARE = ROOT / "target/release/examples/bare_receiver"
TOKEN = "bench-token"
ENV = {**os.environ, "CRM_WEBHOOK_TOKEN": TOKEN}

MOCKOON = {
    "uuid": "1", "lastMigration": 33, "name": "bench", "endpointPrefix": "", "latency": 0, "hostname": "127.0.0.1",
    "folders": [], "rootChildren": [{"type": "route", "uuid": "2"}], "proxyMode": False, "cors": False, "headers": [],
    "tlsOptions": {"enabled": False}, "data": [], "callbacks": [],
    "routes": [{
        "uuid": "2", "type": "http", "documentation": "", "method": "post", "endpoint": "api/webhook-presencia-crm/",
        "responseMode": None, "streamingMode": None, "streamingInterval": 0,
        "responses": [{
            "uuid": "3", "body": '{"detail":"ok","id_presencia":"PRS00001","id_venta":null}', "latency": 0, "statusCode": 200,
            "label": "", "headers": [{"key": "Content-Type", "value": "application/json"}], "bodyType": "INLINE",
            "filePath": "", "databucketID": "", "sendFileAsBody": False, "rules": [], "rulesOperator": "OR",
            "disableTemplating": True, "fallbackTo404": False, "default": True, "crudKey": "id", "callbacks": [],
        }],
    }],
}


def started(command):
    """Starts a server; gives it and its origin."""
    server = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENV)
    line = server.stdout.readline().decode()
    url = json.loads(line)["url"] if line.startswith("{") else line.strip()
    return server, "/".join(url.split("/")[:3])


def mockoon(folder):
    """Starts Mockoon; gives it and its origin."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = Path(folder) / "mockoon.json"
    data.write_text(json.dumps({**MOCKOON, "port": port}))
    server = subprocess.Popen(["mockoon-cli", "start", "--data", data, "--disable-log-to-file"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    sys.exit("mockoon-cli did not start")


def load(origin, seconds):
    """What wrk says about `seconds` of webhooks."""
    command = ["wrk", "-t2", "-c32", f"-d{seconds}s", "-s", str(HERE / "receiver.lua"), origin]
    told = json.loads(subprocess.check_output(command, env=ENV).splitlines()[-1])
    if told["not_200"] or told["broken"]:
        sys.exit(f"{origin} did not answer 200 throughout: {told}")
    return told


def status_mb(process, field):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0.0


def stop(server):
    server.terminate()
    server.wait()


MOCK = [BINARY, "serve-mock", "--listen", "127.0.0.1:0", "--json", "--max-presencias", "100000000"]


def memory(requests):
    """Memory at rest and after so many requests, each a new presencia."""
    server, origin = started([BINARY, "serve-mock", "--listen", "127.0.0.1:0", "--json", "--max-presencias", str(requests + 1_000_000)])
    rest = status_mb(server, "VmRSS")
    sent = 0
    while sent < requests:
        sent += load(origin, 2)["requests"]
    after, peak = status_mb(server, "VmRSS"), status_mb(server, "VmHWM")
    stop(server)
    return rest, after, peak, sent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=1_000_000, help="for the memory")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--floor", action="store_true", help="fail where a figure is under 0.7 of its target")
    args = parser.parse_args()
    if args.short:
        args.rounds, args.seconds, args.requests = 5, 2, 300_000
    if not shutil.which("wrk"):
        sys.exit("SKIPPED: wrk is missing, install with apt-get install wrk")
    if not BINARY.exists() or not BARE.exists():
        subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "crm-bridge", "--example", "bare_receiver"], cwd=ROOT, check=True)

    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-") as folder:
        peers = {"bare axum": lambda: started([BARE]), "serve-mock": lambda: started(MOCK)}
        if shutil.which("mockoon-cli"):
            peers["mockoon"] = lambda: mockoon(folder)
        else:
            print("SKIPPED: mockoon-cli is missing, install with npm install -g @mockoon/cli")
        rates = {name: [] for name in peers}
        for number in range(args.rounds):
            turn = number % len(peers)
            for name in [*peers][turn:] + [*peers][:turn]:
                server, origin = peers[name]()
                try:
                    load(origin, 1)
                    told = load(origin, args.seconds)
                    rates[name].append(told["requests"] / told["seconds"])
                finally:
                    stop(server)
    for name, rate in rates.items():
        print(f"  {name:<12} {median(rate):>9,.0f} requests/s   ({min(rate):,.0f} to {max(rate):,.0f})")
    rest, after, peak, sent = memory(args.requests)
    print(f"  memory of serve-mock: {rest:.1f} MB at rest, {after:.1f} MB after {sent:,} requests, {peak:.1f} MB at its peak")

    def ratio(peer):
        return median(ours / theirs for ours, theirs in zip(rates["serve-mock"], rates[peer]))

    verdicts = Verdicts(args.floor)
    verdicts.at_least("serve-mock / bare axum", ratio("bare axum"), 0.9)
    if "mockoon" in rates:
        verdicts.at_least("serve-mock / Mockoon", ratio("mockoon"), 40)
    verdicts.at_most("peak memory, MB", peak, 150)
    verdicts.end()


if __name__ == "__main__":
    main()
