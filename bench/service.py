"""The service under load from the same machine, beside a bare Flask application that sends back the same bodies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench.timing import table
from tests.service import EVALUATE, Served, body, served
from tests.test_service_production import free_port

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 8
ROOT = Path(__file__).parents[1]

SERVER = """
import sys
from pathlib import Path
from flask import Flask, request
from publisher.serve import Server

def echo():
    app = Flask("echo")
    app.post("/v1/rulebooks/demo/evaluate")(lambda: (request.get_data(), {"Content-Type": "application/json"}))
    return app

def service(folder, kept):
    from engine.register.secret import read_secret
    from engine.register.store import open_register
    from engine.service import Operator, create_app
    from engine.service.consumers import read_consumers
    from engine.service.current import load_promulgated, named
    from engine.service.operator import operator_with
    from publisher.production import read_keys
    consumers, _ = read_consumers(folder / "consumers.yaml")
    signers = read_keys(folder / "policies", folder / "keys")
    books = load_promulgated(folder / "policies", lambda id_: named(signers, id_))
    register = open_register(f"sqlite:///{folder / 'register.db'}", read_secret(folder / "secret")) if kept else None
    return create_app(lambda: books, operator_with(consumers, register, signers if kept else {}))

kind, folder, port, workers = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
app = echo() if kind == "echo" else service(folder, kind == "kept")
Server(app, {"bind": f"127.0.0.1:{port}", "workers": workers, "loglevel": "error"}).run()
"""

SCRIPT = """
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer {key}"
local file = io.open("{body}")
wrk.body = file:read("*a")
"""

KINDS = {
    "echo": "a bare Flask application that sends the body back",
    "short": "evaluate, `trace=false`: key, rate, record, decision with its reasons",
    "traced": "the same with the trace",
    "kept": "the same with a signed receipt, in the register",
}


def section() -> str:
    """Requests a second and times, for one process and two."""
    if shutil.which("wrk") is None:
        return "## The service\n\nNot measured: `wrk` is missing (Debian: `apt-get install wrk`).\n"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = served(folder)
        (folder / "body.json").write_bytes(body())
        (folder / "ask.lua").write_text(SCRIPT.format(key=made.key, body=folder / "body.json"), "utf-8")
        rows = [row for workers in (1, 2) for row in measured(made, workers)]
    head = ["what", "processes", "requests/s", "p50 ms", "p99 ms", "times the echo"]
    return f"""## The service

A record of {len(body()):,} bytes sent by wrk over {CONNECTIONS} connections from the same machine, whose
{os.cpu_count()} cores client and service share; {ROUNDS} rounds of {SECONDS} seconds, in turn, and the medians. The
register is SQLite, and is on the disk before there is an answer.

{table(head, rows)}
"""


def measured(made: Served, workers: int) -> Iterator[list[str]]:
    """A row for each kind of server."""
    found: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
    with running(made, workers) as ports:
        for _ in range(ROUNDS):
            for kind, port in ports.items():
                more = "&trace=false" if kind == "short" else ""
                found[kind].append(asked(made.folder, port, more))
    for kind, rounds in found.items():
        ratio = median(one[0] / echo[0] for one, echo in zip(rounds, found["echo"], strict=True))
        rate, half, most = (median(each[index] for each in rounds) for index in range(3))
        yield [KINDS[kind], str(workers), f"{rate:,.0f}", f"{half:.1f}", f"{most:.1f}", f"{ratio:.2f}"]


@contextmanager
def running(made: Served, workers: int) -> Iterator[Mapping[str, int]]:
    """All kinds of server, each in processes of its own; those that are not asked wait."""
    ports = {kind: free_port() for kind in KINDS}
    started = [
        subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-c", SERVER, kind, str(made.folder), str(port), str(workers)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        for kind, port in ports.items()
    ]
    try:
        for port in ports.values():
            wait(f"http://127.0.0.1:{port}{EVALUATE}")
        yield ports
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, data=b"{}", timeout=5)  # noqa: S310  # our own
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def asked(folder: Path, port: int, more: str) -> tuple[float, float, float]:
    """One round: requests a second, and the times of half and of 99 in 100 requests in milliseconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", str(folder / "ask.lua")]
    said = subprocess.run(  # noqa: S603  # a tool of the system
        [*command, f"http://127.0.0.1:{port}{EVALUATE}{more}"], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in said, said
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    times = [re.search(rf"{part}%\s+([\d.]+)(us|ms|s)", said) for part in (50, 99)]
    assert rate, said
    return float(rate[1]), *(millis(each) for each in times)  # type: ignore[return-value]  # two of them


def millis(found: Any) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]
