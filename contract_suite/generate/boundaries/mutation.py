"""One invalid value, and whether the schema sees in it what it was made for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.contract.schemas.problems import instance_steps
from contract_suite.contract.schemas.schema import Schema
from contract_suite.generate.conditions import BRANCHES
from contract_suite.model.json import JSON, escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A whole value that breaks `keyword` at `subject`; `rank` orders, `note` says in a few words how."""

    value: JSON
    subject: str
    keyword: str
    note: str
    rank: int = 1


def confirmed(schema: Schema, mutation: Mutation) -> bool | None:
    """Whether the schema sees this mutation.

    `True`: alone. `False`: beside others of the same place. `None`: not at all, or elsewhere too.
    """
    keywords: list[str] = []
    conditional = BRANCHES.get(mutation.keyword, frozenset())
    for error in schema.compile().iter_errors(mutation.value):
        keyword = str(error.schema_path[-1])
        here = "".join(f"/{'*' if isinstance(token, int) else escape(str(token))}" for token in error.instance_path)
        if conditional:
            if not (_is_below(here, mutation.subject) and _leads_through(error.evaluation_path, conditional, mutation)):
                return None
            here, keyword = mutation.subject, mutation.keyword
        elif keyword in {"required", "dependentRequired"}:
            here = mutation.subject if mutation.subject.rpartition("/")[0] == here else "elsewhere"
        if here != mutation.subject:
            return None
        keywords.append("format" if FORMAT_MARK in str(error.schema_path) else keyword)
    if not keywords:
        return None
    matches = (
        mutation.keyword in keywords
        or bool({"anyOf", "oneOf", "not", "allOf"} & set(keywords))
        or (mutation.keyword == "format" and len(keywords) == 1)
    )
    return (len(keywords) == 1) if matches else None


def _leads_through(path: Sequence[str | int], keywords: frozenset[str], mutation: Mutation) -> bool:
    """Whether an error was found by one of the keywords at the very place of the mutation."""
    depth = mutation.subject.count("/")
    return any(token in keywords and len(instance_steps(path[:index])) == depth for index, token in enumerate(path))


def _is_below(subject: str, above: str) -> bool:
    return f"{subject}/".startswith(f"{above}/")
