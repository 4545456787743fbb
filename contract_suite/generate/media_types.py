"""Other media types than the usual one: each that a request may have, and each that an answer may be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract, MediaType, Operation, essence
from contract_suite.contract.requests import build
from contract_suite.generate.proof import judge
from contract_suite.generate.templates import Fresh, renew
from contract_suite.generate.values import example
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Pairs
from contract_suite.model.json import Arguments, Missing


def media_types(
    contract: Contract, operation: Operation, template: Arguments, *, fresh: Fresh | None = None
) -> Iterator[Case]:
    """Send an accepted template in every other documented form, and read it in every other documented one.

    Only what is proved valid is sent.
    """
    for media in _other_bodies(operation) if "body" in template else ():
        arguments = renew(contract, operation, _with_body(template, media), fresh)
        yield from _case(contract, operation, arguments, (("Content-Type", media.name),), f"as {media.name}")
    for name in _other_answers(operation) if operation.safe else ():
        yield from _case(contract, operation, template, (("Accept", name),), f"asking for {name}")


def _other_bodies(operation: Operation) -> Iterator[MediaType]:
    body = operation.body
    usual = body.usual if body is not None else None
    for media in body.media_types if body is not None else ():
        if media is not usual and "*" not in media.name and media.schema is not None:
            yield media


def _other_answers(operation: Operation) -> Iterator[str]:
    """The documented types of success, where there are several."""
    good = [spec for spec in operation.responses if spec.status.startswith("2")]
    names = dict.fromkeys(essence(media.name) for spec in good for media in spec.media_types if "*" not in media.name)
    yield from names if len(names) > 1 else ()


def _with_body(template: Arguments, media: MediaType) -> Arguments:
    """The template's own body where it is one of this media type too, else an example of that."""
    if media.schema is None or media.schema.is_valid(template["body"]):
        return template
    shown = next((each.value for each in media.examples if media.schema.is_valid(each.value)), example(media.schema))
    return template if isinstance(shown, Missing) else {**template, "body": shown}


def _case(contract: Contract, operation: Operation, arguments: Arguments, headers: Pairs, note: str) -> Iterator[Case]:
    request = build(operation, arguments, headers=headers)
    if judge(contract, operation, request)[0] is Intent.POSITIVE:
        yield Case(
            operation=operation.id,
            request=request,
            intent=Intent.POSITIVE,
            stage=Stage.EXAMPLES,
            target_clause=clause_ids.accepted(operation.id),
            note=note,
            arguments=arguments,
        )
