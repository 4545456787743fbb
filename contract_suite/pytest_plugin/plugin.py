"""What pytest loads in every session: options, markers, fixtures, and the hooks for sessions that ask for contracts.

The rule that must not be broken: importing this module imports pytest and what is as light as `options`. A session
without contracts pays for nothing else.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from contract_suite.known_secrets import KNOWN, of_addresses
from contract_suite.pytest_plugin.judges import JUDGES
from contract_suite.pytest_plugin.options import ENDPOINT_USED, add_options, read_options

if TYPE_CHECKING:
    from contract_suite.pytest_plugin.caller import Caller
    from contract_suite.pytest_plugin.mocking import ContractMock
    from contract_suite.pytest_plugin.server_fixture import ContractServer

_DOCUMENTS: Final = frozenset({".yaml", ".yml", ".json"})
_ONLY: Final = "contract_only"
_MARKERS: Final = (
    (
        "contract(name, seed=0, empty=False, records=None, judge=True, strict=False, base_url='', "
        "enforce_limits=False): the contract that the fixtures contract, contract_server and contract_mock work with; "
        "also on every clause that is collected"
    ),
    "contract_advisory: on every clause that only weighs as an advisory",
    (
        "contract_cases(name, operations=(), intent='', limit=None, argument='case'): "
        "parametrises a test with generated cases; see contract_suite.cases"
    ),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and the provider's side if contracts are asked for."""
    KNOWN.add(of_addresses(config.invocation_params.args))
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    contracts = read_options(config).collected
    ids = _ids(config, contracts)
    if contracts or _documents(config):
        from contract_suite.pytest_plugin.provider import Provider

        given = {each.partition("::")[0] for each in config.args}  # as files, which pytest collects by itself
        asked_for = tuple(each for each in contracts if each not in given)
        names = asked_for if ids or _all_of_it(config) else ()
        left_out = tuple(each for each in asked_for if each not in names)
        config.pluginmanager.register(Provider(config, names, ids, left_out), "contract-suite-provider")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect an OpenAPI document that was given as a path, and none that only lies in a folder."""
    if file_path.suffix not in _DOCUMENTS or not parent.session.isinitpath(file_path):
        return None
    from contract_suite.pytest_plugin.nodes import ContractFile, looks_like_openapi

    collected: pytest.Collector | None = (
        ContractFile.from_parent(parent, path=file_path) if looks_like_openapi(file_path) else None
    )
    return collected


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise tests that ask for cases."""
    markers = list(metafunc.definition.iter_markers("contract_cases"))
    if markers:
        from contract_suite.pytest_plugin.cases import parametrize

        for marker in markers:
            parametrize(metafunc, marker)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test in its call, at the line that made the request, for what its client broke."""
    try:
        result = yield
    except BaseException:
        for judge in item.stash.get(JUDGES, ()):
            breaches = judge.taken()
            if breaches:  # the test fails already: this says why it may have
                item.add_report_section("call", "contract", judge.told(breaches))
        raise
    for judge in item.stash.get(JUDGES, ()):
        judge.settle()
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no report show a secret that this process knows of: neither a comparison, nor a local variable, nor a log."""
    report = yield
    if KNOWN.names:
        from contract_suite.pytest_plugin.hiding import hide_in

        hide_in(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for what goes wrong while tests are collected."""
    report = yield
    if KNOWN.names:
        from contract_suite.pytest_plugin.hiding import hide_in

        hide_in(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say that an endpoint on the command line was of no use: neither a contract nor a test has asked it."""
    if any(config.pluginmanager.hasplugin(each) for each in ("contract-suite-provider", "dsession")):
        return
    flag = next((each for each in ("url", "app") if config.getoption(f"contract_{each}", None)), None)
    if flag is not None and ENDPOINT_USED not in config.stash:
        sentence = f"--contract-{flag} had no effect: no contract is named (--contract=NAME), and no test called one"
        terminalreporter.line(f"contracts: {sentence}", yellow=True)


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """Call operations of a contract by operationId and get judged exchanges.

    For example `contract.call("GetAlgorithm", AlgorithmId="algo-1")`. Requests go where `--contract-url` or
    `--contract-app` says, otherwise to a mock of the test's own.
    """
    from contract_suite.pytest_plugin.caller import opened

    yield from opened(request)


@pytest.fixture
def contract_server(request: pytest.FixtureRequest) -> Iterator[ContractServer]:
    """A stateful mock of a contract on a free port of this machine, as new in each test.

    The client's requests are judged.
    """
    from contract_suite.pytest_plugin.server_fixture import served

    yield from served(request)


@pytest.fixture
def contract_mock(request: pytest.FixtureRequest) -> Iterator[ContractMock]:
    """A stateful mock of a contract behind respx, which any httpx client reaches without a socket.

    The client's requests are judged.
    """
    from contract_suite.pytest_plugin.mocking import mocked

    yield from mocked(request)


def _ids(config: pytest.Config, contracts: tuple[str, ...]) -> tuple[str, ...]:
    """Take ids of clauses (`pai::ListAlgorithms`) out of the arguments, which pytest would look for as files."""
    ids = tuple(
        each
        for each in config.args
        if each.partition("::")[0] in contracts and not Path(each.partition("::")[0]).exists()
    )
    if ids:
        config.args = [each for each in config.args if each not in ids]
        # Workers of pytest-xdist get the options, and an empty list of arguments would mean everything to them.
        setattr(config.option, _ONLY, (ids, not config.args))
    known, alone = getattr(config.option, _ONLY, ((), False))
    if alone:
        config.args = []
    return tuple(known)


def _documents(config: pytest.Config) -> bool:
    return any(Path(each.partition("::")[0]).suffix in _DOCUMENTS for each in config.args)


def _all_of_it(config: pytest.Config) -> bool:
    """Whether contracts of an ini file belong to this call: not if it names files of its own, unless that is wanted."""
    options = read_options(config)
    if options.contracts_on_command_line or options.always or config.args_source is not pytest.Config.ArgsSource.ARGS:
        return True
    places = [config.invocation_params.dir / each.partition("::")[0] for each in config.args]
    return any(config.rootpath.is_relative_to(place) for place in places)
