#!/usr/bin/env python3
"""Memory and CPU of `replay-csv` on long exports, against `serve-mock` in another process.

    benches/memory.py                  1,000,000 rows
    benches/memory.py --rows 10000000  the same, but for 24 bytes an event
    benches/memory.py --short --floor  100,000 rows; fails where a figure is far over its target
"""

import argparse
import json
import subprocess
import sys
import tempfile

from measure import BINARY, Verdicts, build, export, run, summary

TOKEN = "a-token-for-the-benchmark"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--jobs", default="32")
    parser.add_argument("--short", action="store_true", help="100,000 rows")
    parser.add_argument("--floor", action="store_true", help="fail where a figure is far over its target")
    args = parser.parse_args()
    if args.short:
        args.rows = 100_000

    build()
    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-") as folder:
        file = export(folder, args.rows)
        mock = subprocess.Popen(
            [BINARY, "serve-mock", "--listen", "127.0.0.1:0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"CRM_WEBHOOK_TOKEN": TOKEN},
        )
        try:
            url = json.loads(mock.stdout.readline())["url"]
            replay = [BINARY, "replay-csv", file, "--json", "--jobs", args.jobs, "--journal", f"{folder}/journal.db"]
            cost = run(
                replay,
                env={"COMERCIAL_WEBHOOK_URL": url, "COMERCIAL_WEBHOOK_TOKEN": TOKEN},
                keep_output=True,
            )
            with open(f"/proc/{mock.pid}/status", encoding="ascii") as status:
                mock_mb = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
        finally:
            mock.terminate()
            mock.wait()

    counts = summary(cost)
    events = counts["events"]
    if counts["rows"] != args.rows or counts["delivered"] != events:
        sys.exit(f"not every event was delivered: {counts}")
    print(f"{args.rows:,} rows, {events:,} delivered in {cost.wall:.1f} s: {events / cost.wall:,.0f} deliveries/s")
    print(f"  replay-csv {cost.rss_mb:.1f} MB peak, serve-mock {mock_mb:.1f} MB peak")
    verdicts = Verdicts(args.floor)
    verdicts.at_most("peak memory but for 24 bytes an event, MB", cost.rss_mb - 24 * events / 1e6, 24)
    verdicts.at_most("CPU of the sender a delivered row, µs", cost.cpu / events * 1e6, 12)
    verdicts.end()


if __name__ == "__main__":
    main()
