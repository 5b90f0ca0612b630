"""One rule with one peer, as JSON: run_rule.py PEER RULE FOLDER REPEATS. One core."""

from __future__ import annotations

import importlib
import json
import os
import sys

os.environ["POLARS_MAX_THREADS"] = "1"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

from rules_common import Inputs  # noqa: E402 (threads are set before NumPy is imported)


def main() -> None:
    peer, rule, folder, repeats = sys.argv[1:5]
    found = importlib.import_module("with_" + peer).measure(rule, Inputs(folder), int(repeats))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
