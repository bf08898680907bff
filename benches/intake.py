#!/usr/bin/env python3
"""Reading and checking exports: `validate` and `--dry-run` against raw csv parsing and Python's csv.DictReader.

    benches/intake.py                  1,000,000 rows, 5 rounds
    benches/intake.py --short --floor  200,000 rows, 3 rounds; fails where a ratio is under 0.7 of its target
    benches/intake.py --rows 10000000 --rounds 1

Prints medians of interleaved rounds and their ratios; memory is the peak of the process.
"""

import argparse
import sys
import tempfile

from measure import BINARY, PEERS, Verdicts, build, export, interleaved, median, run, summary

DICT_READER = """
import csv, sys
rows = 0
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in csv.DictReader(file, delimiter=";"):
        rows += 1
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="200,000 rows, 3 rounds")
    parser.add_argument("--floor", action="store_true", help="fail where a ratio is under 0.7 of its target")
    args = parser.parse_args()
    if args.short:
        args.rows, args.rounds = 200_000, 3

    build()
    with tempfile.TemporaryDirectory(prefix="crm-bridge-bench-") as folder:
        file = export(folder, args.rows)
        settings = {
            "COMERCIAL_WEBHOOK_URL": "http://127.0.0.1:9/api/webhook-presencia-crm/",
            "COMERCIAL_WEBHOOK_TOKEN": "a-token-for-the-benchmark",
        }
        raw = [PEERS / "raw_csv", file]
        validate = [BINARY, "validate", file, "--json"]
        dry_run = [BINARY, "replay-csv", file, "--dry-run", "--json", "--journal", f"{folder}/journal.db"]
        costs = interleaved(
            args.rounds,
            {
                "raw csv": lambda: run(raw),
                "raw csv, one core": lambda: run(raw, pin=0),
                "validate": lambda: run(validate, env=settings, keep_output=True),
                "validate, one core": lambda: run(validate, env=settings, pin=0),
                "--dry-run to NDJSON": lambda: run(dry_run, env=settings),
                "csv.DictReader": lambda: run([sys.executable, "-c", DICT_READER, file]),
            },
        )
        counts = summary(costs["validate"][0])

    events = counts["events"]
    if counts["rows"] != args.rows or counts["invalid"]:
        sys.exit(f"the export was not read as it was made: {counts}")
    size = sum(1 for _ in costs)
    print(f"{args.rows:,} rows, {events:,} events, medians of {args.rounds} interleaved rounds, {size} programs")
    for name, measured in costs.items():
        rate = args.rows / median(measured)
        cpu = median(measured, lambda cost: cost.cpu) / args.rows * 1e6
        rss = max(cost.rss_mb for cost in measured)
        print(f"  {name:<22} {rate:>12,.0f} rows/s  {cpu:>6.2f} µs CPU a row  {rss:>7.1f} MB peak")

    wall = {name: median(measured) for name, measured in costs.items()}
    verdicts = Verdicts(args.floor)
    verdicts.at_least("validate on two cores / raw csv", wall["raw csv"] / wall["validate"], 0.6)
    verdicts.at_least("validate on one core / raw csv", wall["raw csv, one core"] / wall["validate, one core"], 0.35)
    verdicts.at_least("validate / csv.DictReader", wall["csv.DictReader"] / wall["validate"], 3.5)
    verdicts.at_least("--dry-run / raw csv", wall["raw csv"] / wall["--dry-run to NDJSON"], 0.25)
    beyond = max(cost.rss_mb for cost in costs["validate"]) - 24 * events / 1e6
    verdicts.at_most("peak memory of validate but for 24 bytes an event, MB", beyond, 24)
    verdicts.end()


if __name__ == "__main__":
    main()
