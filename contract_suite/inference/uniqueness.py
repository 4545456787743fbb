"""Members that no two things share, where a sentence says so and the create documents 409 for it.

420 members of 50 providers are described as unique. A sentence counts if it names one member of the create's body and
speaks of another thing that has it: "The email must be unique", "if another agent has the handle", "no two agencies have
the same name". One that limits it to a part of the things ("within a project") is left alone, since that part is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.inference.kit.bodies import is_scalar
from contract_suite.inference.kit.kinds import Kind
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON

NAME: Final = "uniqueness"
_CONFLICT: Final = "409"
_SENTENCE: Final = re.compile(r"(?<=[.;])\s+|\n")
_SAYS_UNIQUE: Final = re.compile(
    r"\bunique\b(?! (id|identifier|key|reference|number|code)\b)|\bno two\b|\banother\b|\balready\b|\btaken\b|\bduplicate|"
    r"\bin use\b|\bsame\b|\bexists\b",
    re.IGNORECASE,
)
_SAYS_SOMETHING_ELSE: Final = re.compile(
    r"\b(within|per|combination|together|each|in the same|of the same|for the same|request|body|idempoten\w*|must exist|"
    r"does not exist|doesn't exist|not unique|need not|globally unique id)\b",
    re.IGNORECASE,
)


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield what is unique of each kind that is created, one member each."""
    if reading.contract.resources:
        return
    for kind in reading.kinds:
        create, sent = kind.create, kind.sent(kind.create)
        if create is None or sent is None or not any(spec.status == _CONFLICT for spec in create.responses):
            continue
        found = dict(_members(kind, create, sent))
        if found:
            at = create.location
            said = [Witness(text=f"{create.id} says so: {sentence}", location=at) for sentence in found.values()]
            rules: list[JSON] = [{"fields": [name], "x-source": "inferred"} for name in found]
            yield InferredFact(
                rule=NAME,
                operation="",
                path=("resources", kind.name, "unique"),
                words=rules,
                witnesses=(*said, Witness(text="it documents 409", location=at)),
            )


def _members(kind: Kind, create: Operation, sent: SchemaView) -> Iterator[tuple[str, str]]:
    """Yield each member that a sentence calls unique, with the sentence."""
    names = [
        name
        for name in sent.property_names()
        if name not in kind.identity
        and is_scalar(sent.member(name))
        and sent.member(name).types() <= {"string", "integer"}
        and sent.member(name).keyword("readOnly") is not True
        and sent.member(name).keyword("enum") is None
    ]
    conflicts = [spec.description for spec in create.responses if spec.status == _CONFLICT]
    for text in (create.description, create.summary, *conflicts):
        for sentence in _telling(text):
            named = [name for name in names if _is_named(name, sentence)]
            if len(named) == 1:
                yield named[0], sentence
    for name in names:
        description = sent.member(name).keyword("description")
        for sentence in _telling(description if isinstance(description, str) else ""):
            if "unique" in sentence.lower() or "no two" in sentence.lower():
                yield name, sentence


def _telling(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        if _SAYS_UNIQUE.search(sentence) and not _SAYS_SOMETHING_ELSE.search(sentence):
            yield sentence.strip()


def _is_named(name: str, sentence: str) -> bool:
    """Whether a sentence has the words of a name, one after the other, or in one."""
    spoken = rf"\b{'[ _-]?'.join(map(re.escape, words(name)))}\b" if words(name) else plain_name(name)
    return bool(spoken) and re.search(spoken, sentence, re.IGNORECASE) is not None


RULE: Final = InferenceRule(name=NAME, title="A sentence and a 409 say what no two may share.", infer=infer)
