"""Schemathesis against a running server: what it takes and gives is what /openapi.json says, for each role.

    python tests/api/check.py [--ansinh build/ansinh] [--examples 20]

Run by scripts/api in an environment that has Schemathesis. A small province is imported and an application decided first, so that
numbers in paths are often of something that is there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "examples" / "agency"))
import walk  # noqa: E402

# What ends the session that the check itself uses.
LEFT_OUT = ["endSession", "disableUser", "changeRole"]


def prepare(story: walk.Story, server: walk.Server) -> dict[str, str]:
    """Something to find; the tokens by role."""
    admin, lan, minh = (walk.User(server, name) for name in ["quan", "lan", "minh"])
    for table, path in walk.write_province(story.folder, 40):
        admin.post(f"/v1/imports?table={table}&source=civil", path.read_bytes(), kind="text/csv")
    lan.post("/v1/employers", {"code": "C1", "name": "Công ty Sao Mai"})
    made = lan.post("/v1/persons/1/applications", {"benefit": "retirement_pension"})
    lan.post(f"/v1/persons/1/applications/{made['application']}/decide")
    lan.post("/v1/persons/1/card")
    walk.add_user(story.program, story.store, "an", "citizen", "--person", "1")
    return {
        "administrator": admin.token,
        "officer": lan.token,
        "approver": minh.token,
        "auditor": walk.User(server, "kiem").token,
        "citizen": walk.User(server, "an").token,
    }


def check(server: walk.Server, role: str, token: str, examples: int) -> bool:
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", ROOT / "tests" / "api" / "schemathesis.toml", "run"]
    # One worker: under Python 3.11 ast.parse, which Hypothesis calls, fails now and then in two threads.
    command += [f"{server.url}/openapi.json", "-H", f"Authorization:Bearer {token}", "--workers", "1", "--seed", "1", "--no-color"]
    command += ["--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--warnings", "off"]
    for name in LEFT_OUT:
        command += ["--exclude-operation-id", name]
    print(f"── {role}", flush=True)
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = done.stdout.splitlines()
    if done.returncode != 0:
        print(done.stdout, flush=True)
        return False
    print("\n".join(line for line in lines if "generated" in line or "Tested" in line), flush=True)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ansinh", default=str(ROOT / "build" / "ansinh"))
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--role", action="append")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ansinh-api-"))
    try:
        story = walk.Story(str(Path(asked.ansinh).resolve()), str(folder / "agency.db"), folder, 40)
        story.users()
        key = folder / "card.pem"
        made = ["card", "keys", "new", "--db", story.store, "--on", "2026-08-01", "--key", str(key)]
        subprocess.run([story.program, *made], check=True, stdout=subprocess.DEVNULL)
        server = walk.Server(story.program, story.store, "2026-08-05", ["--card-key", str(key)])
        tokens = prepare(story, server)
        good = [check(server, role, token, asked.examples) for role, token in tokens.items() if not asked.role or role in asked.role]
        server.stop()
    finally:
        shutil.rmtree(folder)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
