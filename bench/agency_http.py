"""Figures over HTTP, for bench/agency.py: deciding on a person from the store, and recording an application durably.

The load comes from wrk (Debian) on the same machine. Each answer's status is looked at: a figure with refusals among them is no figure.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from agency import LAW, ROOT, Bench, figure, write_people

PASSWORD = "một mật khẩu chỉ để đo"
PEOPLE = 20_000
DAY = "2026-07-01"

DECIDE = """
wrk.headers["Authorization"] = "Bearer {token}"
request = function() return wrk.format("GET", "/v1/persons/" .. math.random({people}) .. "/decide?{query}") end
"""
# Everybody applies once for each benefit.
APPLY = """
wrk.headers["Authorization"] = "Bearer {token}"
wrk.headers["Content-Type"] = "application/json"
local person = -1
local benefits = {{"retirement_pension", "social_pension", "lump_sum_withdrawal", "area_allowance_at_pension"}}
request = function()
  person = person + 1
  local benefit = benefits[math.floor(person / {people}) + 1]
  return wrk.format("POST", "/v1/persons/" .. person % {people} + 1 .. "/applications", nil, '{{"benefit":"' .. benefit .. '"}}')
end
"""


NOTES = {
    "decide_http": "one benefit with every step",
    "decide_reasons_http": "one benefit with the reasons of its conditions, their articles and the receipt, without the steps",
    "decide_all_http": "the whole law with every step",
}


class Serving:
    """`ansinh serve` on a store with some people, and an officer who has logged in."""

    def __init__(self, bench: Bench, kind: str):
        files = write_people(bench.data, PEOPLE)
        self.store = bench.fresh(kind, "http")
        program = str(bench.build / "ansinh")
        bench.ansinh("registry", "import", "--db", self.store, "--law", LAW, "--source", "bench", *files)
        subprocess.run([program, "user", "add", "lan", "--role", "officer", "--db", self.store], input=PASSWORD + "\n", text=True, check=True,
                       cwd=ROOT, stdout=subprocess.DEVNULL)  # fmt: skip
        command = [program, "--lang", "en", "serve", "--db", self.store, "--law", LAW, "--on", DAY, "--port", "0", "--rate", "0", "--quiet"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        request = urllib.request.Request(self.url + "/v1/session", data=json.dumps({"user": "lan", "password": PASSWORD}).encode(),
                                         headers={"Content-Type": "application/json"})  # fmt: skip
        self.token = json.load(urllib.request.urlopen(request))["token"]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def load(self, folder: Path, script: str, connections: int, seconds: int) -> tuple[float, float, str]:
        """Requests a second, and the 99th percentile in ms."""
        path = folder / "load.lua"
        path.write_text(script)
        said = subprocess.run(["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", "-s", str(path), self.url],
                              text=True, check=True, stdout=subprocess.PIPE).stdout  # fmt: skip
        if "Non-2xx" in said or "Socket errors" in said:
            sys.exit(f"requests were refused:\n{said}")
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
        p99 = float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]
        return rate, p99, said


def decide(bench: Bench, kind: str, rate_target: float, p99_target: float) -> None:
    serving = Serving(bench, kind)
    try:
        for name, query in [
            ("decide_http", "benefit=retirement_pension&why=true"),
            ("decide_reasons_http", "benefit=retirement_pension"),
            ("decide_all_http", "why=true"),
        ]:
            script = DECIDE.format(token=serving.token, people=PEOPLE, query=query)
            serving.load(bench.data, script, 8, 2)
            rate, p99, _ = serving.load(bench.data, script, 8, 10)
            note = NOTES[name]
            bench.keep(f"{name}_{kind}", "1/s", rate, rate_target, note)
            bench.keep(f"{name}_p99_{kind}", "ms", p99, p99_target, note)
        rate, p99, _ = serving.load(bench.data, APPLY.format(token=serving.token, people=PEOPLE), 32, 4)
        bench.keep(f"apply_http_{kind}", "1/s", rate, 2000, f"p99 {p99:.1f} ms; an audit entry with each")
    finally:
        serving.stop()


@figure
def http_sqlite(bench: Bench) -> None:
    decide(bench, "sqlite", 2000, 20)


@figure
def http_postgres(bench: Bench) -> None:
    decide(bench, "postgres", 1500, 30)
