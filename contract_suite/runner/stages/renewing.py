"""Another thing for generated cases, where what the run did to the first one has every valid request refused.

An invoice that was voided takes no change any more: whatever is asked of it then is refused for its state, and shows
nothing of what was asked.
"""

from __future__ import annotations

from contract_suite.contract.addressing import address
from contract_suite.contract.operation import Operation
from contract_suite.generate.fresh_values import as_the_path_says
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.session import LiveSession


def on_another_thing(session: LiveSession, operation: Operation, arguments: Arguments) -> Arguments | None:
    """Return the same arguments about a thing that is made for them; `None` if their path names none that can be made."""
    addresses = session.ledger.addresses
    named = [each for each in addresses.needs(operation) if each.subject.startswith("path.")]
    if not named or not addresses.inferred:
        return None
    resource = next(each for each in session.resources if each.name == named[-1].resource)
    made = session.make(resource, note=f"one {resource.name} in its first state") if resource.create else None
    if made is None:
        return None
    places: dict[str, JSON] = {
        key: value for key, value in address(operation, made.identity, made.scope).items() if key.startswith("path.")
    }
    return as_the_path_says({**arguments, **places}, arguments)
