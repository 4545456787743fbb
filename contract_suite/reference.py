"""The contracts as a library, for programs that look things up or validate: operations, schemas, clauses, errata.

>>> pai = load("pai")
>>> pai.validate("Algorithm", {"AlgorithmId": 7})[0].message
'7 is not of type string'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contract_suite.contract.document import Node
from contract_suite.contract.family import load as load_contract
from contract_suite.contract.family import node_of
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract, Example, Operation
from contract_suite.contract.schemas.problems import Problem
from contract_suite.contract.schemas.published import identifier, plain_document, strict_schema
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import UsageError
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Erratum


class UnknownNameError(UsageError, KeyError):
    """A contract has no operation or schema of this name.

    A `UsageError` for the command line, a `KeyError` for programs.
    """

    def __str__(self) -> str:
        """Give the sentence as it is: `KeyError` would put quotation marks around it."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedExample:
    """An example of the contract: of a parameter (`query.PageSize`), a request body (`body`) or a response (`200`)."""

    operation: str
    subject: str
    name: str
    value: JSON
    location: Location


class Reference:
    """One contract to look things up in.

    Schemas are read when they are first asked for; a broken one raises a located `DocumentError` then.
    """

    def __init__(self, contract: Contract) -> None:
        """Offer what `contract` holds."""
        self.contract = contract

    def __repr__(self) -> str:
        """Name the contract."""
        return f"Reference({self.contract.name!r})"

    @property
    def title(self) -> str:
        """The title of the contract."""
        return self.contract.title

    @property
    def version(self) -> str:
        """The version of the contract: that of the API, and behind a plus sign the contract's own revision."""
        return self.contract.version

    @cached_property
    def document(self) -> dict[str, JSON]:
        """The contract as plain OpenAPI, without `x-source` and `x-contract`; references stand as written."""
        plain = plain_document(node_of(self.contract).value)
        return plain if isinstance(plain, dict) else {}

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return self.contract.operations

    @property
    def errata(self) -> tuple[Erratum, ...]:
        """Every contradiction, gap and surprise of the source document, and what was decided."""
        return self.contract.errata

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Every testable statement of the contract, with its id, its level, who says it and what decides it."""
        from contract_suite.behaviours.catalogue import BEHAVIOURS  # noqa: PLC0415 - heavy, and few users of a contract ask for its clauses
        from contract_suite.checks.catalogue import CHECKS  # noqa: PLC0415 - as above
        from contract_suite.runner.plan import clauses_of  # noqa: PLC0415 - as above

        return clauses_of(self.contract, CHECKS, BEHAVIOURS)

    @cached_property
    def examples(self) -> tuple[DocumentedExample, ...]:
        """Every example of a parameter, a request body or a response, in the order of the document."""
        return tuple(_examples(self.contract))

    @property
    def schemas(self) -> tuple[str, ...]:
        """The names of the schemas under `components/schemas`, in the order of the document."""
        return tuple(self._compiled)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation with this id.

        Raises `UnknownNameError` (a `UsageError` and a `KeyError`) if there is none.
        """
        try:
            return self.contract.operation(operation_id)
        except KeyError:
            known = [each.id for each in self.contract.operations]
            raise UnknownNameError(
                f"{self.contract.name} has no operation {operation_id!r}{did_you_mean(operation_id, known)}"
            ) from None

    def schema(self, name: str) -> dict[str, JSON]:
        """Return `components/schemas/<name>` as a self-contained, strict JSON Schema 2020-12.

        What it refers to stands in its `$defs`; its `$id` carries the contract's version.
        Raises `UnknownNameError` (a `UsageError` and a `KeyError`) if there is none, `DocumentError` if it can't be
        used.
        """
        schema = self._find(name).standalone()
        return strict_schema(schema, identifier(self.contract.name, self.version, name))

    def validate(self, name: str, value: JSON) -> list[Problem]:
        """Return every way in which `value` breaks the schema `name`, each with its line; `[]` if it is valid.

        Raises `UnknownNameError` (a `UsageError` and a `KeyError`) if there is no such schema, `DocumentError` if it
        can't be used.
        """
        return self._find(name).problems(value)

    def bundle(self) -> dict[str, JSON]:
        """Return every schema of the contract as one strict JSON Schema 2020-12 document, under its `$defs`."""
        identity = identifier(self.contract.name, self.version)
        components = self._components
        if components is None:
            return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identity, "$defs": {}}
        every: JSON = {
            name: {"$ref": f"#{each.pointer}"} for name, each in components.items() if not name.startswith("x-")
        }
        gathered = Node(
            components.library, components.document, {"properties": every}, components.pointer, components.line
        )
        schema = strict_schema(Schema(gathered, openapi_30=self._openapi_30).standalone(), identity)
        title = f"{self.title} {self.version}".strip()
        return {"$schema": schema["$schema"], "$id": identity, "title": title, "$defs": schema.get("$defs", {})}

    @property
    def _openapi_30(self) -> bool:
        return self.contract.openapi.startswith("3.0")

    @cached_property
    def _components(self) -> Node | None:
        components = node_of(self.contract).get("components")
        return components.get("schemas") if components is not None else None

    @cached_property
    def _compiled(self) -> Mapping[str, Schema]:
        listed = self._components
        named = listed.items() if listed is not None else ()
        return {name: Schema(node, openapi_30=self._openapi_30) for name, node in named if not name.startswith("x-")}

    def _find(self, name: str) -> Schema:
        found = self._compiled.get(name)
        if found is None:
            raise UnknownNameError(f"{self.contract.name} has no schema {name!r}{did_you_mean(name, self._compiled)}")
        return found


def load(name: str | Path) -> Reference:
    """Load a contract by family name (`pai`) or by the path of an OpenAPI document.

    Raises `UsageError` for a name that is neither, `DocumentError` for a document that can't be used.
    """
    return Reference(load_contract(name))


def _examples(contract: Contract) -> Iterator[DocumentedExample]:
    for operation in contract.operations:
        shown: list[tuple[str, tuple[Example, ...]]] = [(each.subject, each.examples) for each in operation.parameters]
        shown += [("body", each.examples) for each in (operation.body.media_types if operation.body else ())]
        shown += [(spec.status, each.examples) for spec in operation.responses for each in spec.media_types]
        for subject, examples in shown:
            for each in examples:
                yield DocumentedExample(
                    operation=operation.id, subject=subject, name=each.name, value=each.value, location=each.location
                )
