"""What `ansinh run --out FILE.arrow` writes is what Python gets, to the readers of others."""

import subprocess

import polars
import pyarrow
import pytest


@pytest.mark.parametrize("everyone", [False, True])
def test_a_file_of_results_is_the_table_of_results(law, program, snapshot, tmp_path, everyone):
    out = tmp_path / "results.arrow"
    command = [program, "run", snapshot, "--law", "law/vn", "--on", "2026-07-01", "--out", str(out)]
    subprocess.run(command + ["--all"] * everyone, capture_output=True, check=True)
    with pyarrow.ipc.open_stream(out) as stream:
        table = stream.read_all()
    table.validate(full=True)
    wanted = law.run(snapshot, on="2026-07-01", all=everyone).to_pyarrow()
    assert table.num_rows == wanted.num_rows > 0
    assert table.schema.equals(wanted.schema)
    assert table.equals(wanted)
    assert polars.read_ipc_stream(out).height == table.num_rows


def test_a_file_without_rows_has_the_columns(law, program, tmp_path):
    people = tmp_path / "nobody.jsonl"
    people.write_text("", encoding="utf-8")
    out = tmp_path / "results.arrows"
    command = [program, "run", people, "--law", "law/vn", "--on", "2026-07-01", "--out", str(out)]
    subprocess.run(command, capture_output=True, check=True)
    with pyarrow.ipc.open_stream(out) as stream:
        assert stream.schema.names[:2] == ["record", "name"]
        assert stream.read_all().num_rows == 0
