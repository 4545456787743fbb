"""Whether the document is served at the address of the run at all.

Where every operation was answered 404, most likely the path of `--url` is wrong, and what answered is not the API.
"""

from __future__ import annotations

from typing import Final

from contract_suite.contract.paths.routing import names_in
from contract_suite.model import clause_ids
from contract_suite.runner.session.session import LiveSession

_NOT_FOUND: Final = 404
_NAMED: Final = 2


def nothing_served(session: LiveSession, base_url: str, app: str | None = None) -> str:
    """Return in one sentence that nothing of the document is at this address; empty if something may be.

    `app` is the application that is called in process, if one is.
    """
    watch, contract = session.sender.watch, session.contract
    if watch.served or not watch.last_status or set(watch.last_status.values()) != {_NOT_FOUND}:
        return ""
    asked = [each for each in contract.operations if each.id in watch.last_status]
    named = any(names_in(each.path) for each in asked)
    servers = [each for each in contract.servers if each.rstrip("/") != base_url.rstrip("/")][:_NAMED]
    said = f" (the document says {' or '.join(servers)})" if servers else ""
    ids = ", and the values of --set" if named else ""
    asked_for = "that it serves the document's paths" if app else "the path of --url"
    return f"every request to {app or base_url} was answered 404: check {asked_for}{said}{ids}"


def retract_answers_of_others(session: LiveSession) -> None:
    """Take back what was found in a 404 where even a path without a variable is not served: it is not the API's answer."""
    watch, counter = session.sender.watch, session.sender.counter
    paths = [each.path for each in session.contract.operations if each.id in watch.last_status]
    if all(names_in(each) for each in paths):
        return
    for finding in list(counter.findings.values()):
        exchanges = [session.recent.exchange(number) for number in finding.exchanges]
        is_answer = finding.clause != clause_ids.served(finding.operation)
        if is_answer and exchanges and all(each is not None and each.status == _NOT_FOUND for each in exchanges):
            counter.retract(finding)
