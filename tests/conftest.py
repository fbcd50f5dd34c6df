"""What every test gets: a machine that git knows nothing of, repositories to build in, and seeds to vary.

`make soak` runs the same tests with more seeds and more examples: no test exists only by night.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from builders import RepoBuilder
from builders.repository import clean_environment

_QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("daily", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_QUIET)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("ANSWERABLE_PROFILE", "daily"))

_SEEDS = int(os.environ.get("ANSWERABLE_SEEDS", "12"))
_FIRST_SEED = int(os.environ.get("ANSWERABLE_FIRST_SEED", "0"))


@pytest.fixture(scope="session", autouse=True)
def _clean_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No git configuration of the person or the machine reaches a test or the program under test."""
    kept = dict(os.environ)
    for name in [n for n in os.environ if n.startswith(("GIT_", "XDG_", "ANSWERABLE_"))]:
        del os.environ[name]
    os.environ |= clean_environment(os.fspath(tmp_path_factory.mktemp("home")))
    yield
    os.environ.clear()
    os.environ |= kept


@pytest.fixture
def repo(tmp_path: Path) -> RepoBuilder:
    """An empty repository."""
    return RepoBuilder(tmp_path / "repo")


@pytest.fixture
def new_repo(tmp_path: Path) -> Callable[..., RepoBuilder]:
    """Makes repositories by name, for tests that need several or a special one."""
    return lambda name="other", **options: RepoBuilder(tmp_path / name, **options)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with an argument `seed` runs once a seed: a dozen by day, thousands in `make soak`."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(_FIRST_SEED, _FIRST_SEED + _SEEDS))
