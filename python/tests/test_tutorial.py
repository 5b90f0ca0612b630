"""The tutorial runs from beginning to end, and shows what it promises."""

import pathlib

import nbclient
import nbformat
import pytest

TUTORIAL = pathlib.Path("examples/tutorial.ipynb")


# pyzmq and the kernel warn of themselves.
@pytest.mark.filterwarnings("default")
def test_it_runs():
    notebook = nbformat.read(TUTORIAL, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] for cell in code), "outputs are not committed"
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": "."}}
    )
    client.execute()  # raises at the first error of a cell

    shown = [output for cell in code for output in cell.outputs]
    pages = [output["data"].get("text/html", "") for output in shown if "data" in output]
    words = "".join(output.get("text", "") for output in shown)
    assert any('class="ansinh"' in page and "<details" in page for page in pages)
    assert any(page.startswith("<iframe ") for page in pages)
    assert any("image/png" in output["data"] for output in shown if "data" in output)
    assert "Trợ cấp hưu trí xã hội" in words
    assert 'error[unknown-member]: /Person/sex: "feminine"' in words
    assert "social_pension_levle" in words
