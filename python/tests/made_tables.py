"""Made people as a table: a row for each household, lists of structures below it."""

import json
import subprocess

import pyarrow


def rows_of(program, snapshot, path):
    """The records of a snapshot as Python values, each with a name."""
    subprocess.run(
        [program, "snapshot", "export", snapshot, "--out", str(path), "--format", "jsonl"],
        capture_output=True,
        check=True,
    )
    with open(path, encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    rows = [{"$id": f"h{i}", **record["Household"]} for i, record in enumerate(records)]
    kinds = {}
    for row in rows:
        _find_kinds(row, "", kinds)
    mixed = {path for path, found in kinds.items() if len(found) > 1}
    return [_as_text(row, "", mixed) for row in rows]


def table_of(rows):
    # Not from_pylist, which takes its columns from the first row alone.
    return pyarrow.Table.from_struct_array(pyarrow.array(rows))


def _find_kinds(value, path, kinds):
    """Some columns have whole numbers and others ("2.34"): an Arrow column has one type."""
    if isinstance(value, dict):
        for key, item in value.items():
            _find_kinds(item, f"{path}/{key}", kinds)
    elif isinstance(value, list):
        for item in value:
            _find_kinds(item, path, kinds)
    elif value is not None:
        kinds.setdefault(path, set()).add(type(value))


def _as_text(value, path, mixed):
    if isinstance(value, dict):
        return {key: _as_text(item, f"{path}/{key}", mixed) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item, path, mixed) for item in value]
    return str(value) if path in mixed and value is not None else value
