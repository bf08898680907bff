#!/usr/bin/env python3
"""Start-up: `--help` against /bin/true, and one `send` to an http URL against one curl to the same receiver.

    benches/startup.py                  200 interleaved rounds
    benches/startup.py --short --floor  40 rounds; fails where a ratio is far over its target
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time

from measure import BINARY, Verdicts, build
from statistics import median

TOKEN = "a-token-for-the-benchmark"


def spawn(command, env):
    """Milliseconds from the start of a process to its end; posix_spawn, since a fork of Python itself would be measured else."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, env, file_actions=quiet)
    _, status = os.waitpid(child, 0)
    spent = (time.perf_counter() - started) * 1000
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return spent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="40 rounds")
    parser.add_argument("--floor", action="store_true", help="fail where a ratio is far over its target")
    args = parser.parse_args()
    if args.short:
        args.rounds = 40

    build()
    binary, curl = str(BINARY), shutil.which("curl")
    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-") as folder:
        env = {"PATH": os.environ["PATH"], "HOME": folder, "CRM_WEBHOOK_TOKEN": TOKEN, "COMERCIAL_WEBHOOK_TOKEN": TOKEN}
        mock = subprocess.Popen([binary, "serve-mock", "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
        try:
            url = json.loads(mock.stdout.readline())["url"]
            journal = f"{folder}/journal.db"
            send = [binary, "send", "--url", url, "--journal", journal, "--nombre", "Rosa Quispe", "--celular", "987654321", "--fecha-hora", "2024-01-15T14:30:00", "--medio", "OPC", "--proyecto", "OASIS 2 (AUCALLAMA)"]
            said = subprocess.check_output([*send, "--id", "1", "--dry-run", "--json"], env=env).splitlines()
            payload = next(line["payload"] for line in map(json.loads, said) if line["kind"] == "payload")
            times = {"true": [], "help": [], "send": [], "curl": []}
            for number in range(args.rounds):
                times["true"].append(spawn(["/bin/true"], env))
                times["help"].append(spawn([binary, "--help"], env))
                times["send"].append(spawn([*send, "--id", f"S-{number}"], env))
                if curl:
                    body = json.dumps({**payload, "id_presencia_crm": f"CRM-C-{number}"})
                    header = ["-H", "Content-Type: application/json", "-H", f"X-CRM-Webhook-Token: {TOKEN}"]
                    times["curl"].append(spawn([curl, "-sf", *header, "-d", body, url], env))
        finally:
            mock.terminate()
            mock.wait()

    print(f"medians of {args.rounds} interleaved rounds, milliseconds")
    for name, measured in times.items():
        print(f"  {name:<6} {median(measured):>7.2f}" if measured else f"  {name}: SKIPPED, install with apt-get install {name}")
    verdicts = Verdicts(args.floor)
    verdicts.at_most("--help / true", median(times["help"]) / median(times["true"]), 1.7)
    if times["curl"]:
        verdicts.at_most("send / curl", median(times["send"]) / median(times["curl"]), 0.5)
    verdicts.end()


if __name__ == "__main__":
    main()
