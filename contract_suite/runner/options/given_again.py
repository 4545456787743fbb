"""The options of an earlier run with what the user gives now: a record keeps no key and no value of a header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from contract_suite.runner.options.key_options import with_keys_of
from contract_suite.runner.options.run_options import RunOptions


def given_again(options: RunOptions, given: RunOptions) -> RunOptions:
    """Return the options of a run, for each of its contracts with what was given now.

    What the run was allowed to do at its endpoint is no leave to do it at another.
    """
    names = (*options.by_family, *given.by_family)
    families = {name: _values(_given_again(options.of(name), given.of(name))) for name in dict.fromkeys(names)}
    return replace(_given_again(options, given), by_family=families)


def _given_again(options: RunOptions, given: RunOptions) -> RunOptions:
    return replace(
        with_keys_of(options, given),
        url=given.url or options.url,
        app=None if given.url else options.app,
        max_time=given.max_time,
        allow_writes=given.allow_writes or (options.allow_writes and not given.url),
        allow_destructive=given.allow_destructive or (options.allow_destructive and not given.url),
    )


def _values(options: RunOptions) -> Mapping[str, Any]:
    return {each.name: getattr(options, each.name) for each in fields(options) if each.name != "by_family"}
