"""The stub of the compiled part says what is there."""

import ast
import inspect
import pathlib

import ansinh
from ansinh import _core


def test_the_stub_names_what_the_module_has():
    stub = ast.parse(pathlib.Path("python/ansinh/_core.pyi").read_text())
    declared = {}
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            declared[node.name] = {
                item.name for item in node.body if isinstance(item, ast.FunctionDef)
            } - {"__init__"}
        elif isinstance(node, ast.FunctionDef):
            declared[node.name] = None
    present = {}
    for name, value in vars(_core).items():
        if inspect.isclass(value):
            present[name] = {member for member in vars(value) if not member.startswith("__")}
            present[name] |= set(vars(value)) & {"__arrow_c_stream__"}
        elif callable(value):
            present[name] = None
    assert declared == present


def test_every_public_name_is_documented():
    for name in ansinh.__all__:
        assert getattr(ansinh, name).__doc__, name
    for name, member in vars(ansinh.Law).items():
        if not name.startswith("_") and callable(member):
            assert inspect.getdoc(member), name


def test_types_are_shipped():
    assert (pathlib.Path(ansinh.__file__).parent / "py.typed").exists()
