"""Runs programs and says what they cost: wall and CPU seconds, peak memory. Shared by the scripts beside it."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "target/release/crm-bridge"
PEERS = ROOT / "benches/peers/target/release"

# How far under its target a short run may fall before it counts as a collapse.
FLOOR = 0.7


@dataclass
class Cost:
    wall: float
    cpu: float
    rss_mb: float
    last_line: str


def run(command, env=None, pin=None, keep_output=False, may_exit=(0,)):
    """Runs `command` to its end; `pin` keeps it on one core. Its output goes nowhere unless it is kept. A peak under some
    16 MB reads as 16: until it becomes the program, the child is a copy of this script."""
    command = [str(part) for part in command]
    if pin is not None and shutil.which("taskset"):
        command = ["taskset", "-c", str(pin), *command]
    out = tempfile.TemporaryFile() if keep_output else subprocess.DEVNULL
    errors = tempfile.TemporaryFile()
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=out, stderr=errors, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in may_exit:
        errors.seek(0)
        sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{errors.read().decode(errors='replace')[-2000:]}")
    last_line = ""
    if keep_output:
        out.seek(0, os.SEEK_END)
        out.seek(max(0, out.tell() - 65536))
        lines = out.read().decode(errors="replace").strip().splitlines()
        last_line = lines[-1] if lines else ""
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, last_line)


def summary(cost):
    """The summary that a run with `--json` ends with."""
    told = json.loads(cost.last_line)
    if told.get("kind") != "summary":
        sys.exit(f"no summary: {cost.last_line[:200]}")
    return told


def build():
    """Builds what is measured, unless it is there already."""
    if not BINARY.exists():
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--release", "--locked", "-q"], cwd=ROOT / "benches/peers", check=True)


def export(folder, rows, seed=7):
    """A made-up export of `rows` rows."""
    path = Path(folder) / f"citas-{rows}-{seed}.csv"
    if not path.exists():
        make = ["cargo", "run", "-q", "--locked", "--example", "make_fixtures", "--", "--rows", str(rows), "--out", str(path), "--seed", str(seed)]
        subprocess.run(make, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    return path


def interleaved(rounds, jobs):
    """Runs each of `jobs` (name → function) once a round, so that drift hits all alike; returns name → costs."""
    costs = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            costs[name].append(job())
    return costs


def median(costs, of=lambda cost: cost.wall):
    return statistics.median(of(cost) for cost in costs)


class Verdicts:
    """Collects targets; with `floor`, a value that collapsed makes the script fail."""

    def __init__(self, floor):
        self.floor = floor
        self.failed = []

    def at_least(self, what, value, target):
        return self._say(what, value, target, value >= target, value >= FLOOR * target, "≥")

    def at_most(self, what, value, target):
        return self._say(what, value, target, value <= target, value <= target / FLOOR, "≤")

    def _say(self, what, value, target, met, above_floor, sign):
        if self.floor and not above_floor:
            self.failed.append(what)
        state = "met" if met else "MISSED" if above_floor else "COLLAPSED"
        print(f"  {what:<58} {value:>9.3g}   target {sign} {target:<6g} {state}")

    def end(self):
        if self.failed:
            sys.exit("under the floor: " + ", ".join(self.failed))
