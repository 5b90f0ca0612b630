"""What the tests share: the law of Viet Nam, its examples, some hundred made people."""

import os
import pathlib

import pytest

from ansinh import Law, population

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_configure() -> None:
    os.chdir(ROOT)  # files are named as in the documentation: law/vn, examples/…


@pytest.fixture(scope="session")
def law() -> Law:
    return Law.load("law/vn", as_of="2026-11-23")


@pytest.fixture(scope="session")
def program() -> str:
    """The command line, to compare with."""
    path = ROOT / "build" / "ansinh"
    assert path.exists(), "build/ansinh is needed: scripts/build build ansinh"
    return str(path)


@pytest.fixture(scope="session")
def snapshot(law: Law, tmp_path_factory: pytest.TempPathFactory) -> str:
    """About 900 made people, 250 households."""
    path = tmp_path_factory.mktemp("people") / "people.ansinh"
    population.make(900, seed=7, out=path, law=law, threads=1)
    return str(path)
