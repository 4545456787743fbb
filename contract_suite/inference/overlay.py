"""Facts as an OpenAPI Overlay 1.1: one action for each, confirmed ones active, guesses as comments.

The same facts give the same bytes: nothing here knows the time, and everything stands in the document's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import yaml

from contract_suite.contract.annotations import KEY
from contract_suite.contract.operation import Contract
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.json import JSON

_HEAD: Final = """\
# Behaviour that names and shapes of the document imply. What stands here without a # is said as if the document said
# it: a server that breaks it fails. Take the # away from a guess to accept it; remove an action to reject it.
"""
_WIDTH: Final = 116
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Writes the same text as `safe_dump`, in a fifth of the time where PyYAML was built with libyaml."""
_HEDGED: Final[Mapping[str, list[JSON]]] = {"filters": ["match", "case"], "page": ["past_end"]}
"""Members that go beyond what was seen, so that accepting a fact makes no failure of them."""


def rendered(contract: Contract, standings: Iterable[Standing], curls: Mapping[str, str]) -> str:
    """Return the overlay; `curls` has a command that shows a fact, by the fact's id."""
    standings = tuple(standings)
    title = " ".join(contract.title.split()) or contract.name
    head: dict[str, JSON] = {
        "overlay": "1.1.0",
        "info": {"title": f"Behaviour of {title}", "version": "1.0.0"},
        "extends": contract.file,
    }
    blocks = [_block(contract, each, curls.get(each.fact.id, "")) for each in standings]
    active = any(each.seen is Seen.CONFIRMED for each in standings)
    return f"{_HEAD}{_dumped(head)}{'actions:' if active else 'actions: []'}\n{''.join(blocks)}"


def action_of(contract: Contract, fact: InferredFact) -> dict[str, JSON]:
    """Return the action that says one fact."""
    words: JSON = fact.words
    hedged = _HEDGED.get(fact.path[0]) or _HEDGED.get(fact.path[-1])
    if isinstance(words, dict) and hedged is not None:
        words = {**words, "x-source": {"kind": "documented", "inferred": list(hedged)}}
    for step in reversed(fact.path):
        words = {step: words}
    return {"target": target_of(contract, fact), "update": {KEY: words}}


def target_of(contract: Contract, fact: InferredFact) -> str:
    """Return where the words of a fact belong, as a JSONPath."""
    operation = contract.by_id.get(fact.operation)
    if operation is None:
        return "$"
    path = operation.written_path.replace("\\", "\\\\").replace("'", "\\'")
    return f"$.paths['{path}'].{operation.method.lower()}"


def _block(contract: Contract, standing: Standing, curl: str) -> str:
    fact = standing.fact
    lines = [f"{fact.rule}, {each.location.place}: {each.text}" for each in fact.witnesses]
    lines.append(f"{standing.seen}{f': {standing.evidence}' if standing.evidence else ''}")
    lines += [curl] if curl else []
    comments = "".join(f"# {' '.join(line.split())}\n" for line in lines)
    text = _dumped([action_of(contract, fact)])
    if standing.seen is not Seen.CONFIRMED:
        text = "".join(f"# {line}\n" for line in text.splitlines())
    return f"{comments}{text}"


def _dumped(value: JSON) -> str:
    text: str = yaml.dump(
        value, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )
    return text


def drift(contract: Contract, actions: Iterable[Mapping[str, JSON]], standings: Iterable[Standing]) -> Iterator[str]:
    """Yield a sentence for each action of an overlay that the document, or the server, does not bear out any more.

    An action that says what inference never says is somebody's own, and left alone.
    """
    standings = tuple(standings)
    places = {(target_of(contract, each.fact), each.fact.path[0]) for each in standings}
    by_action = {repr(action_of(contract, each.fact)): each for each in standings}
    targets = {target_of(contract, each.fact) for each in standings}
    known = {f"$.paths['{each.written_path}'].{each.method.lower()}" for each in contract.operations} | {"$"}
    for action in actions:
        target, update = str(action.get("target")), action.get("update")
        block = update.get(KEY) if isinstance(update, dict) else None
        if not isinstance(block, dict):
            continue
        standing = by_action.get(repr({"target": target, "update": {KEY: block}}))
        name = next(iter(block), "")
        if target not in known | targets:
            yield f"{target}: the document has no such place any more"
        elif standing is not None and standing.seen is Seen.REFUTED:
            yield f"{target}: {'/'.join(standing.fact.path)} does not hold: {standing.evidence}"
        elif standing is None and (target, name) not in places:
            yield f"{target}: nothing in the document says {name} any more"
