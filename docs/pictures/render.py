#!/usr/bin/env python3
"""Makes the pictures of a terminal from real runs of the real program, and the transcript in README.md.

    docs/pictures/render.py [BINARY]     default: target/release/crm-bridge

Each picture is one row of PICTURES. Figures such as rates are those of the machine that it ran on.
"""

import fcntl
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from terminal import Screen, svg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COLUMNS = 104

# name, what it shows, the command as a person types it, whether a mock receiver must run and with which token.
PICTURES = [
    ("replay", "An export is delivered to the embedded receiver", "crm-bridge replay-csv fixtures/citas.csv --mock", None),
    ("validate", "What must be fixed in an export, in Spanish", "crm-bridge validate fixtures/citas-con-errores.csv --lang es", None),
    ("test", "The doctor finds that the tokens differ", "crm-bridge test", "another-token-than-ours-1234"),
]


def recorded(command, binary, env):
    """What `command` writes to a terminal of COLUMNS columns."""
    parts = shlex.split(command)
    parts[0] = str(binary)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    child = subprocess.Popen(parts, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True)
    os.close(theirs)
    chunks = []
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    child.wait()
    os.close(ours)
    return b"".join(chunks).decode(errors="replace")


def environment(home):
    kept = {"PATH": os.environ["PATH"], "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
    return {**kept, "TERM": "xterm-256color", "LANG": "en_US.UTF-8", "COLUMNS": str(COLUMNS)}


def picture(row, binary):
    name, title, command, mock_token = row
    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        mock = None
        if mock_token:
            serve = [binary, "serve-mock", "--listen", "127.0.0.1:8001", "--json"]
            mock = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**env, "CRM_WEBHOOK_TOKEN": mock_token})
            env["COMERCIAL_WEBHOOK_URL"] = json.loads(mock.stdout.readline())["url"]
            env["COMERCIAL_WEBHOOK_TOKEN"] = "the-token-that-we-have-4321"
        try:
            text = recorded(command, binary, env)
        finally:
            if mock:
                mock.terminate()
                mock.wait()
    screen = Screen()
    screen.feed(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m\r\n")
    screen.feed(text.replace("\r\n", "\n").replace("\n", "\r\n"))
    lines = screen.lines()
    (HERE / f"{name}.svg").write_text(svg(lines, title, COLUMNS), encoding="utf-8")
    print(f"docs/pictures/{name}.svg: {len(lines)} lines")
    return lines


def transcript(lines):
    """Puts a run's plain text under its mark in README.md."""
    plain = "\n".join("".join(text for text, _ in runs).rstrip() for runs in lines[1:]).strip("\n")
    readme = ROOT / "README.md"
    marked = re.compile(r"(<!-- transcript: replay-csv fixtures/citas\.csv --mock -->\n```text\n).*?(```\n)", re.S)
    text = readme.read_text(encoding="utf-8")
    readme.write_text(marked.sub(lambda found: f"{found[1]}{plain}\n{found[2]}", text), encoding="utf-8")


def main():
    binary = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/crm-bridge").resolve()
    for row in PICTURES:
        lines = picture(row, binary)
        if row[0] == "replay":
            transcript(lines)


if __name__ == "__main__":
    main()
