#!/usr/bin/env python3
"""Sending: `replay-csv --jobs 32` with its journal against oha (or wrk), curl --parallel and requests.Session.

    benches/replay.py                  200,000 rows, 5 rounds
    benches/replay.py --short --floor  50,000 rows, 3 rounds; fails where a ratio is under 0.7 of its target
    benches/replay.py --rows 1000000 --rounds 1

Each round sends to a fresh `serve-mock`; client and server share the cores, so that only ratios of one run count. Every
sender posts payloads with ids of their own, so that the receiver does the same work for all; oha can't, its one payload
is found again each time. Peers that aren't installed are skipped aloud.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from measure import BINARY, ROOT, Cost, Verdicts, export, interleaved, median, run, summary

TOKEN = "a-token-for-the-benchmark"
CONNECTIONS = 32
SECONDS = 4
CURLS = 10_000
SESSIONS = 2_000

LUA = """
local n = 0
local thread_number = 0
function setup(thread) thread:set("id", thread_number); thread_number = thread_number + 1 end
function request()
  n = n + 1
  local body = string.format(%s, id * 100000000 + n)
  return wrk.format("POST", nil, {["X-CRM-Webhook-Token"] = "%s", ["Content-Type"] = "application/json"}, body)
end
"""

SESSION = """
import requests, sys
url, token, count, body = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
session = requests.Session()
session.headers.update({"X-CRM-Webhook-Token": token, "Content-Type": "application/json"})
for number in range(count):
    answer = session.post(url, data=(body % number).encode())
    assert answer.status_code == 200, answer.text
"""


def payload():
    """A payload of 687 bytes with a place for the number of its id."""
    body = {
        "id_presencia_crm": "CRM-%d",
        "cliente": {
            "nombres_completos_razon_social": "Rosa Quispe Mamani",
            "tipo_documento": "DNI",
            "numero_documento": "44827171",
            "telefono_principal": "999888777",
            "email_principal": "rosa@example.com",
            "direccion": "San Juan de Lurigancho",
            "distrito": "San Juan de Lurigancho",
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "",
    }
    missing = 687 - len(json.dumps(body))
    body["observaciones"] = "x" * max(0, missing)
    return json.dumps(body)


class Mock:
    """A fresh receiver for one measurement."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [BINARY, "serve-mock", "--listen", "127.0.0.1:0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"CRM_WEBHOOK_TOKEN": TOKEN},
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Sent(Cost):
    """A cost with the number of requests behind it."""

    count = 0

    @property
    def rate(self):
        return self.count / self.wall

    @staticmethod
    def of(cost, count, wall=None):
        sent = Sent(wall or cost.wall, cost.cpu, cost.rss_mb, cost.last_line)
        sent.count = count
        return sent


def replay(file, folder):
    journal = Path(folder) / "journal.db"
    for old in Path(folder).glob("journal.db*"):
        old.unlink()
    with Mock() as mock:
        command = [BINARY, "replay-csv", file, "--json", "--trigger", "manual", "--jobs", CONNECTIONS, "--journal", journal, "--out", folder]
        env = {"COMERCIAL_WEBHOOK_URL": mock.url, "COMERCIAL_WEBHOOK_TOKEN": TOKEN}
        cost = run(command, env=env, keep_output=True)
        counts = summary(cost)
        if counts["delivered"] != counts["events"]:
            sys.exit(f"not every event was delivered: {counts}")
        return Sent.of(cost, counts["delivered"])


def resume(file, folder):
    """A resumed run with nothing left to do."""
    with Mock() as mock:
        env = {"COMERCIAL_WEBHOOK_URL": mock.url, "COMERCIAL_WEBHOOK_TOKEN": TOKEN}
        command = [BINARY, "replay-csv", file, "--json", "--trigger", "manual", "--jobs", CONNECTIONS, "--journal", f"{folder}/resume.db", "--out", folder]
        run(command, env=env, keep_output=True)
        return run([BINARY, "runs", "resume", "last", "--json", "--journal", f"{folder}/resume.db"], env=env)


def wrk(folder):
    script = Path(folder) / "post.lua"
    script.write_text(LUA % (json.dumps(payload()), TOKEN))
    with Mock() as mock:
        cost = run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, mock.url], keep_output=True
        )
        held = counted(mock)
        return Sent.of(cost, held, SECONDS)


def oha(folder):
    told = Path(folder) / "oha.json"
    with Mock() as mock:
        body = payload() % 1
        cost = run(
            ["oha", "--no-tui", "-c", CONNECTIONS, "-z", f"{SECONDS}s", "-m", "POST", "-T", "application/json",
             "-H", f"X-CRM-Webhook-Token: {TOKEN}", "-d", body, "--output-format", "json", "--output", told, mock.url]
        )
    # The receiver lists its last requests alone, and its presencias are one.
    answers = json.loads(told.read_text())["statusCodeDistribution"]
    if set(answers) != {"200"}:
        sys.exit(f"oha was answered otherwise: {answers}")
    return Sent.of(cost, answers["200"], SECONDS)


def curl(folder):
    config = Path(folder) / "curl.txt"
    with Mock() as mock:
        blocks = []
        for number in range(CURLS):
            body = (payload() % number).replace("\\", "\\\\").replace('"', '\\"')
            blocks.append(
                f'url = "{mock.url}"\nheader = "X-CRM-Webhook-Token: {TOKEN}"\n'
                f'header = "Content-Type: application/json"\ndata = "{body}"\noutput = "/dev/null"\n'
            )
        config.write_text("next\n".join(blocks))
        cost = run(["curl", "-s", "--parallel", "--parallel-max", CONNECTIONS, "--config", config])
        return Sent.of(cost, counted(mock))


def session():
    with Mock() as mock:
        cost = run([sys.executable, "-c", SESSION, mock.url, TOKEN, SESSIONS, payload()])
        return Sent.of(cost, counted(mock))


def counted(mock):
    """How many presencias the receiver holds."""
    base = mock.url.split("/api/")[0]
    with urllib.request.urlopen(f"{base}/__admin/presencias?limit=1") as answer:
        return json.load(answer)["meta"]["total"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--resume", action="store_true", help="measure the start of a resumed run, too")
    parser.add_argument("--short", action="store_true", help="50,000 rows, 3 rounds")
    parser.add_argument("--floor", action="store_true", help="fail where a ratio is under 0.7 of its target")
    args = parser.parse_args()
    if args.short:
        args.rows, args.rounds = 50_000, 3
    if not BINARY.exists():
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)

    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-") as folder:
        file = export(folder, args.rows)
        jobs = {"replay-csv": lambda: replay(file, folder)}
        peers = {
            "oha": (shutil.which("oha"), "cargo install oha", lambda: oha(folder)),
            "wrk": (shutil.which("wrk"), "apt-get install wrk", lambda: wrk(folder)),
            "curl --parallel": (shutil.which("curl"), "apt-get install curl", lambda: curl(folder)),
            "requests.Session": (importlib.util.find_spec("requests"), "pip install requests", session),
        }
        for name, (there, install, job) in peers.items():
            if there:
                jobs[name] = job
            elif os.environ.get("CRM_BRIDGE_REQUIRE_ALL"):
                sys.exit(f"{name} is missing, install with {install}")
            else:
                print(f"SKIPPED: {name}, install with {install}")
        costs = interleaved(args.rounds, jobs)
        resumed = resume(file, folder) if args.resume else None

    rates = {name: median(some, of=lambda cost: cost.rate) for name, some in costs.items()}
    print(f"medians of {args.rounds} rounds, {args.rows:,} rows, {CONNECTIONS} connections:")
    for name, some in costs.items():
        micros = median(some, of=lambda cost: cost.cpu / max(1, cost.count) * 1e6)
        print(f"  {name:<20} {rates[name]:>10,.0f} requests/s {micros:>8.1f} µs CPU a request")
    verdicts = Verdicts(args.floor)
    ours = rates["replay-csv"]
    for peer in ("oha", "wrk"):
        if peer in rates:
            verdicts.at_least(f"replay-csv over {peer} at {CONNECTIONS} connections", ours / rates[peer], 0.85)
    if "requests.Session" in rates:
        verdicts.at_least("replay-csv over requests.Session", ours / rates["requests.Session"], 40)
    cpu = median(costs["replay-csv"], of=lambda cost: cost.cpu / cost.count * 1e6)
    verdicts.at_most("CPU of replay-csv a row, µs", cpu, 12)
    if resumed:
        verdicts.at_most(f"seconds to resume {args.rows:,} finished rows", resumed.wall, args.rows / 1e6)
    verdicts.end()


if __name__ == "__main__":
    main()
