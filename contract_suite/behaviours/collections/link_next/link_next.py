"""The next link leads on, from page to page, and comes to an end: `Link: rel="next"` (RFC 8288), or one in the body.

A link in the body is known by its name alone, so it is judged only of lists that inference found, and as inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.link_next.clauses import NAME, clauses_of
from contract_suite.behaviours.collections.link_next.linked_pages import LinkedPages
from contract_suite.behaviours.collections.link_next.walking import Walk
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.retrying import retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.verdict import Verdict


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every GET that answers with links, as the document says."""
    found = (clause for each in contract.operations for clause in clauses_of(each).values())
    reason = "the document shows neither a Link header nor a list whose body links to the next page"
    yield from inapplicable_if_none(found, contract, NAME, "link", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Follow the links of small pages, and those after the last item of a large one."""
    for operation in session.contract.operations:
        keyed = clauses_of(operation)
        verdicts = Verdicts(session, keyed)
        if not verdicts.any_wanted:
            continue
        arguments = session.accepted(operation)
        if arguments is not None:
            ids = {key: clause.id for key, clause in keyed.items() if verdicts.is_wanted(key)}
            walk = Walk(pages=LinkedPages(session, operation), arguments=arguments, ids=ids)
            found = retry_until_stable(untested_if_unusable(ids.values(), walk.observe))
            yield from verdicts.report(found.values())
        yield from verdicts.leave_untested(f"no successful request of {operation.id} is known")


BEHAVIOUR = Behaviour(
    name=NAME,
    title="Next links lead to further items, and come to an end.",
    clauses=clauses,
    drive=drive,
)
