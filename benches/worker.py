#!/usr/bin/env python3
"""Workers on a JetStream queue: deliveries a second with 1, 2 and 4 workers, to a receiver that takes 5 ms for each.

    benches/worker.py                  10,000 deliveries of 1,000 clients a round, three rounds
    benches/worker.py --short --floor  2,000 deliveries, one round; fails where throughput collapsed

One request of a client is in flight at a time and 16 in all, so that 5 ms allow 3,200 deliveries a second at most,
however many workers there are. Needs nats-server; without it nothing is measured, and that is said.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import measure
from measure import Verdicts, build

TOKEN = "a-token-for-the-benchmark"
LATENCY_MS = 5
PARTITIONS = 16


def digest(data):
    return hashlib.sha256(data).digest()


def message(row, clients):
    """A delivery as it lies in the queue, and its partition."""
    document = f"{row % clients:08}"
    payload = {
        "id_presencia_crm": f"CRM-{row}",
        "cliente": {
            "nombres_completos_razon_social": "Rosa Quispe Mamani",
            "tipo_documento": "DNI",
            "numero_documento": document,
            "telefono_principal": f"9{row % clients:08}",
            "direccion": "Lima",
            "distrito": "Lima",
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas.",
    }
    body = json.dumps(payload)
    lane = int.from_bytes(digest(document.encode())[:8], "big")
    envelope = {
        "version": 1,
        "id": payload["id_presencia_crm"],
        "row": row,
        "lane": f"{lane:016x}",
        "content": digest(body.encode())[:16].hex(),
        "body": body,
    }
    return json.dumps(envelope).encode(), lane % PARTITIONS


def publish(port, rows, clients):
    """Publishes by hand, in the words of the NATS protocol, and waits until the server has read all of it."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        reader = connection.makefile("rb")
        reader.readline()
        connection.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\n')
        for row in rows:
            body, partition = message(row, clients)
            connection.sendall(b"PUB crm.presencias.%d %d\r\n%s\r\n" % (partition, len(body), body))
        connection.sendall(b"PING\r\n")
        while reader.readline().strip() != b"PONG":
            pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Running:
    """Processes that end with the block."""

    def __init__(self):
        self.processes = []

    def __enter__(self):
        return self

    def start(self, command, **options):
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def wait_for(port):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody listens on port {port}")


def received(url):
    """How many presencias the receiver holds."""
    origin = "/".join(url.split("/")[:3])
    with urllib.request.urlopen(f"{origin}/__admin/health") as answer:
        return json.load(answer)["counts"]["presencias"]


def one_round(workers, count, clients, folder):
    """Deliveries a second."""
    environment = {**os.environ, "COMERCIAL_WEBHOOK_TOKEN": TOKEN, "CRM_WEBHOOK_TOKEN": TOKEN, "HOME": folder}
    with Running() as running:
        port = free_port()
        store = tempfile.mkdtemp(dir=folder)
        server = ["nats-server", "--addr", "127.0.0.1", "--port", port, "--jetstream", "--store_dir", store]
        running.start(server, stderr=subprocess.DEVNULL)
        wait_for(port)
        mock = [measure.BINARY, "serve-mock", "--listen", "127.0.0.1:0", "--json", "--keep", "1"]
        mock += ["--fault", f"delay:p50={LATENCY_MS}ms,p99={LATENCY_MS}ms"]
        receiver = running.start(mock, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder)
        url = json.loads(receiver.stdout.readline())["url"]
        worker = [measure.BINARY, "worker", "--url", url, "--queue", f"nats://127.0.0.1:{port}", "--jobs", "16", "-q"]
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "cwd": folder}
        # The first one makes the stream, and is stopped before there is anything to deliver.
        first = subprocess.Popen([str(part) for part in worker], **quiet)
        time.sleep(1.5)
        first.send_signal(signal.SIGTERM)
        first.wait(30)
        publish(port, range(1, count + 1), clients)
        started = time.perf_counter()
        for _ in range(workers):
            running.start(worker, **quiet)
        while (held := received(url)) < count:
            if time.perf_counter() - started > 300:
                sys.exit(f"{held} of {count} arrived in five minutes")
            time.sleep(0.02)
        return count / (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--short", action="store_true", help="2,000 deliveries, one round")
    parser.add_argument("--floor", action="store_true", help="fail where throughput collapsed")
    parser.add_argument("--binary", type=Path, help="measure this program instead of the release build")
    args = parser.parse_args()
    if args.short:
        args.rounds, args.count = 1, 2_000
    if shutil.which("nats-server") is None:
        print("SKIPPED: nats-server is missing, install it with apt-get install nats-server")
        return
    if args.binary:
        measure.BINARY = args.binary.resolve()
    else:
        build()
    most = PARTITIONS * 1000 / LATENCY_MS
    rates = {workers: [] for workers in (1, 2, 4)}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            for workers, measured in rates.items():
                measured.append(one_round(workers, args.count, args.clients, folder))
    medians = {workers: statistics.median(measured) for workers, measured in rates.items()}
    print(f"{args.count} deliveries, {args.clients} clients, {LATENCY_MS} ms of latency; {most:.0f}/s at most")
    for workers, rate in medians.items():
        print(f"  {workers} worker{'s' if workers > 1 else ' '}: {rate:8.0f}/s")
    verdicts = Verdicts(args.floor)
    verdicts.at_least("best throughput, as a share of what the partitions allow", max(medians.values()) / most, 0.35)
    verdicts.end()


if __name__ == "__main__":
    main()
