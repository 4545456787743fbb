"""What the user asks of the plugin: the options, the same names in an ini file, and what they come to.

The rule that must not be broken: nothing heavy is imported here, because every pytest session reads these options.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pytest

if TYPE_CHECKING:
    from contract_suite.runner.options import RunOptions

MOCK: Final = "mock"
"""The endpoint that needs no address: the mock inside the package."""

Kind = Literal["text", "list", "flag"]


class Option(NamedTuple):
    """One option: `--contract-NAME`, and `contract_NAME` in an ini file."""

    name: str
    kind: Kind
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        """As it stands on the command line."""
        return f"--{self.name}"

    @property
    def ini(self) -> str:
        """As it stands in an ini file."""
        return self.name.replace("-", "_")


OPTIONS: Final = (
    Option(
        "contract",
        "list",
        "NAME",
        "Families (pai) or OpenAPI documents (by path) to hold the endpoint to, separated by commas.",
    ),
    Option(
        "contract-url",
        "text",
        "URL",
        "Base URL of the endpoint, its path included, or 'mock' (the default): the embedded mock.",
    ),
    Option("contract-app", "text", "MODULE:APP", "An ASGI application to call in process, without a socket."),
    Option("contract-header", "list", "'NAME: VALUE'", "Send this header with every request. May be repeated."),
    Option(
        "contract-token-env",
        "text",
        "NAME",
        "Environment variable that holds the key (default: the family's, DASHSCOPE_API_KEY).",
    ),
    Option("contract-readonly-token-env", "text", "NAME", "Environment variable of a key that may not write."),
    Option("contract-revoked-token-env", "text", "NAME", "Environment variable of a key that is no longer valid."),
    Option("contract-set", "list", "NAME=VALUE", "Value of a parameter that the endpoint knows. May be repeated."),
    Option("contract-include", "list", "PATTERN", "Call only operations that match: id, path, 'METHOD path' or tag."),
    Option("contract-exclude", "list", "PATTERN", "Call no operations that match."),
    Option("contract-seed", "text", "N", "Seed of the run and of the mock (default: 0)."),
    Option(
        "contract-fuzz-time",
        "text",
        "SECONDS",
        "How long to fuzz each family; 0 is never (default: as for the command line).",
    ),
    Option("contract-max-time", "text", "SECONDS", "Stop the run after this long."),
    Option("contract-max-requests", "text", "N", "Send at most this many requests."),
    Option("contract-timeout", "text", "SECONDS", "Wait this long for a response."),
    Option("contract-max-bytes", "text", "N", "Read at most this much of a response body."),
    Option("contract-report", "text", "DIR", "Keep the run record and write the reports here."),
    Option("contract-baseline", "text", "FILE", "Known findings: a clause with no others is xfailed."),
    Option(
        "contract-update-baseline", "flag", "", "Write what this run found, and no longer found, into the baseline."
    ),
    Option(
        "contract-fail-on",
        "list",
        "WHAT",
        "What fails beside confirmed failures: flaky, advisory, untested (default: flaky).",
    ),
    Option("contract-min-coverage", "text", "PERCENT", "Fail if less of the clauses was exercised."),
    Option("contract-strict", "flag", "", "Let advisories fail too."),
    Option("contract-allow-writes", "flag", "", "Send writes to an endpoint that is not on this machine."),
    Option("contract-allow-incomplete", "flag", "", "Let a run pass that exercised less than half of its clauses."),
    Option("contract-allow-remote-refs", "flag", "", "Follow $refs of a document to http(s) addresses."),
    Option("contract-check-rate-limits", "flag", "", "Find out whether documented rate limits hold."),
)


def add_options(parser: pytest.Parser) -> None:
    """Add every option to the command line and to ini files."""
    group = parser.getgroup("contract-suite", "hold HTTP APIs to their contracts")
    for option in OPTIONS:
        dest = option.ini
        if option.kind == "flag":
            group.addoption(option.flag, dest=dest, action="store_true", default=None, help=option.help)
            parser.addini(dest, option.help, type="bool", default=False)
        elif option.kind == "list":
            group.addoption(
                option.flag, dest=dest, action="append", default=None, metavar=option.metavar, help=option.help
            )
            parser.addini(dest, option.help, type="linelist", default=[])
        else:
            group.addoption(option.flag, dest=dest, default=None, metavar=option.metavar, help=option.help)
            parser.addini(dest, option.help, type="string", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for.

    `spelt_out` says that the contracts stand on the command line, not only in an ini file.
    """

    texts: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    flags: dict[str, bool]
    contracts: tuple[str, ...]
    spelt_out: bool

    @property
    def url(self) -> str | None:
        """The endpoint's base URL; `None` for the mock or an app."""
        url = self.texts["contract_url"]
        return None if url in {"", MOCK} else url

    @property
    def app(self) -> str | None:
        """The app to call in process."""
        return self.texts["contract_app"] or None

    @property
    def target(self) -> str:
        """Where requests go, for people."""
        return self.url or self.app or "embedded mock"

    @property
    def report(self) -> Path | None:
        """Where the record and the reports are kept."""
        return Path(self.texts["contract_report"]) if self.texts["contract_report"] else None

    @property
    def baseline(self) -> Path | None:
        """The file of known findings."""
        return Path(self.texts["contract_baseline"]) if self.texts["contract_baseline"] else None

    @property
    def min_coverage(self) -> float | None:
        """The least share of clauses that must be exercised, in percent."""
        return _number("contract_min_coverage", self.texts["contract_min_coverage"])

    @property
    def seed(self) -> int:
        """The seed of the run and of the mock."""
        return _whole("contract_seed", self.texts["contract_seed"], least=0) or 0

    @property
    def strict(self) -> bool:
        """Whether advisories fail too."""
        return self.flags["contract_strict"]

    def run_options(self, report: Path) -> RunOptions:
        """What the runner is asked for; the record goes into `report`."""
        from contract_suite.runner.options import DEFAULT_FUZZ_TIME, DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT, RunOptions

        texts, lists, flags = self.texts, self.lists, self.flags
        fuzz_time = _number("contract_fuzz_time", texts["contract_fuzz_time"])
        return RunOptions(
            contracts=self.contracts,
            url=self.url,
            app=self.app,
            headers=tuple(_header(each) for each in lists["contract_header"]),
            token_env=_env("contract_token_env", texts["contract_token_env"]),
            readonly_token_env=_env("contract_readonly_token_env", texts["contract_readonly_token_env"]),
            revoked_token_env=_env("contract_revoked_token_env", texts["contract_revoked_token_env"]),
            values=dict(_pair(each) for each in lists["contract_set"]),
            include=lists["contract_include"],
            exclude=lists["contract_exclude"],
            seed=self.seed,
            fuzz_time=DEFAULT_FUZZ_TIME if fuzz_time is None else fuzz_time,
            max_time=_number("contract_max_time", texts["contract_max_time"], positive=True),
            max_requests=_whole("contract_max_requests", texts["contract_max_requests"], least=1),
            timeout=_number("contract_timeout", texts["contract_timeout"], positive=True) or DEFAULT_TIMEOUT,
            max_bytes=_whole("contract_max_bytes", texts["contract_max_bytes"], least=1) or DEFAULT_MAX_BYTES,
            report=report,
            strict=self.strict,
            allow_writes=flags["contract_allow_writes"],
            allow_incomplete=flags["contract_allow_incomplete"],
            allow_remote_refs=flags["contract_allow_remote_refs"],
            check_rate_limits=flags["contract_check_rate_limits"],
        )


_OPTIONS: Final = pytest.StashKey[Options]()


def read_options(config: pytest.Config) -> Options:
    """Read the options, once; the command line beats the ini file, and an endpoint given there the other kind of endpoint given in the file."""
    known = config.stash.get(_OPTIONS, None)
    if known is not None:
        return known
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    flags: dict[str, bool] = {}
    given: set[str] = set()
    for option in OPTIONS:
        value = config.getoption(option.ini, None)
        if value is not None:
            given.add(option.ini)
        else:
            value = config.getini(option.ini)
        if option.kind == "flag":
            flags[option.ini] = bool(value)
        elif option.kind == "list":
            lists[option.ini] = tuple(each.strip() for each in value if each.strip())
        else:
            texts[option.ini] = str(value).strip()
    for one, other in (("contract_url", "contract_app"), ("contract_app", "contract_url")):
        if one in given and other not in given:
            texts[other] = ""
    if texts["contract_app"] and texts["contract_url"] not in {"", MOCK}:
        raise pytest.UsageError("--contract-url and --contract-app exclude each other")
    names = (name for each in lists["contract"] for name in re.split(r"[,\s]+", each))
    result = Options(
        texts=texts,
        lists=lists,
        flags=flags,
        contracts=tuple(dict.fromkeys(name for name in names if name)),
        spelt_out="contract" in given,
    )
    if result.contracts:
        result.run_options(Path())  # a mistake is said before anything is collected
        _check_gate(result)
    config.stash[_OPTIONS] = result
    return result


_FAIL_ON: Final = ("failure", "flaky", "advisory", "untested")


def _check_gate(result: Options) -> None:
    for each in result.lists["contract_fail_on"]:
        if each not in _FAIL_ON:
            raise pytest.UsageError(f"--contract-fail-on takes {', '.join(_FAIL_ON)}, not {each!r}")
    if (result.min_coverage or 0) > 100:  # noqa: PLR2004 - percent
        raise pytest.UsageError("--contract-min-coverage takes a percentage")
    if result.flags["contract_update_baseline"] and result.baseline is None:
        raise pytest.UsageError("--contract-update-baseline needs --contract-baseline=FILE")
    if result.baseline is not None and not result.baseline.exists() and not result.flags["contract_update_baseline"]:
        raise pytest.UsageError(f"{result.baseline}: there is no such baseline; --contract-update-baseline writes one")


_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\Z")
_ENV: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _flag(ini: str) -> str:
    return f"--{ini.replace('_', '-')}"


def _number(name: str, text: str, *, positive: bool = False) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf") or (positive and not value):
        raise pytest.UsageError(f"{_flag(name)} takes a number of seconds, not {text!r}")
    return value


def _whole(name: str, text: str, *, least: int) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) < least:
        raise pytest.UsageError(f"{_flag(name)} takes a whole number from {least}, not {text!r}")
    return int(text)


def _header(text: str) -> tuple[str, str]:
    match = _HEADER.match(text)
    if match is None or not match.group(2).isprintable():
        raise pytest.UsageError(
            "--contract-header takes 'Name: value'; what was given is not of this form"
        )  # the value may be a secret
    return match.group(1), match.group(2)


def _env(name: str, text: str) -> str:
    if text and not _ENV.match(text):
        raise pytest.UsageError(
            f"{_flag(name)} takes the name of an environment variable, not a key"
        )  # the text may be a key by mistake
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise pytest.UsageError(f"--contract-set takes NAME=VALUE, not {text!r}")
    return name, value
