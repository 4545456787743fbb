"""Which contract a test works with: the one that its marker names, else the only one that the session is about."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

import pytest

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.errors import ContractSuiteError
from contract_suite.inference.inferring import with_guesses
from contract_suite.pytest_plugin.options import read_options
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import Inference


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the marker `contract` says.

    `seed`, `empty`, `records`, `enforce_limits` and `infer` are the mock's; `judge` is whether requests are judged.
    """

    seed: int = 0
    empty: bool = False
    records: int | None = None
    enforce_limits: bool = False
    infer: bool = True
    judge: bool = True
    strict: bool = False
    base_url: str = ""


def contract_and_terms(request: pytest.FixtureRequest) -> tuple[Contract, Terms]:
    """Return the contract of a test and the terms of its marker.

    The test fails in one sentence if it is not clear which contract is meant.
    """
    options = read_options(request.config)
    marker = request.node.get_closest_marker("contract")
    names = tuple(marker.args) if marker else ()
    if len(names) > 1:
        raise refusal(f"@pytest.mark.contract takes one contract, not {len(names)}: the fixtures work with one")
    if not names and len(options.contracts) != 1:
        many = (
            f"this session is about {', '.join(options.contracts)}" if options.contracts else "this session names none"
        )
        raise refusal(
            f"{request.fixturename} needs to know its contract, and {many}: "
            "mark the test with @pytest.mark.contract('pai')"
        )
    given: dict[str, Any] = {
        "seed": options.run.seed,
        "strict": options.run.strict,
        "infer": options.run.infer is not Inference.OFF,
        **(marker.kwargs if marker else {}),
    }
    for name in given:
        if name not in _TERMS:
            raise refusal(f"@pytest.mark.contract takes no {name!r}{did_you_mean(name, _TERMS)}")
    return named(str(names[0] if names else options.contracts[0])), Terms(**given)


def named(name: str) -> Contract:
    """Load a contract once; what is wrong with it is the user's to know, in one sentence."""
    try:
        return _load(name)
    except ContractSuiteError as error:
        raise refusal(str(error)) from None


def to_mock(contract: Contract, terms: Terms) -> Contract:
    """Return what the mock of a contract serves: with what names and shapes imply, unless the terms say otherwise."""
    if not terms.infer:
        return contract
    if id(contract) not in _guessed:
        _guessed[id(contract)] = contract, with_guesses(contract)
    return _guessed[id(contract)][1]


def refusal(sentence: str) -> BaseException:
    """Return what to raise for a mistake in a test or an ini file: one sentence, no traceback."""
    return pytest.fail.Exception(sentence, pytrace=False)


def base_urls(contract: Contract, terms: Terms) -> tuple[str, ...]:
    """Return every base URL that the document gives, its variables filled in; the marker's comes first."""
    found = [terms.base_url] if terms.base_url else []
    found += [url for url in contract.servers if "://" in url]
    return tuple(url.rstrip("/") for url in dict.fromkeys(found)) or (
        f"http://{contract.name}.test{contract.base_path}",
    )


_TERMS: Final = tuple(each.name for each in fields(Terms))
_load = cache(open_contract)
_guessed: Final[dict[int, tuple[Contract, Contract]]] = {}
"""Each contract that was mocked, by its place in memory, where it is kept; and the same with its guesses."""
