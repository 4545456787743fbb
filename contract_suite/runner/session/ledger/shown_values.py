"""Values that answers showed beside resources: by name, and by OpenAPI links, for parameters that nothing else explains."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.addresses import Addresses, collection_noun
from contract_suite.generate.live_ids import name_of
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at

_MOST: Final = 20


class ShownValues:
    """The latest values of each name, and those that links hand on to an operation."""

    def __init__(self, contract: Contract, addresses: Addresses) -> None:
        """Nothing was shown yet."""
        self._contract = contract
        self._addresses = addresses
        self._by_name: dict[str, list[JSON]] = {}
        self._at: dict[tuple[str, str], str] = {}
        """The latest text of each name that a read of a path showed."""
        self._linked: dict[str, dict[str, JSON]] = {}
        self._forbidden: set[tuple[str, str]] = set()
        """Names, each with the text of a value that was refused with 403."""

    def observe(self, operation: Operation, arguments: Arguments, body: JSON) -> None:
        """Take in the body of a success; the `id` of what `/students` shows is a `student_id` besides."""
        noun = collection_noun(operation.path)
        for item in [body, *_objects(body)]:
            own = item.get("id") if isinstance(item, dict) and noun else None
            if isinstance(own, (str, int)) and not isinstance(own, bool) and own != "":
                self.note(f"{noun}id", own)
            for name, value in item.items() if isinstance(item, dict) else ():
                if isinstance(value, str) and value and operation.method == "GET":
                    self._at[operation.path, plain_name(name)] = value
                if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                    values = self._by_name.setdefault(plain_name(name), [])
                    if value not in values:
                        values.append(value)
                        del values[:-_MOST]
        for link in self._addresses.links(operation):
            handed = _evaluate(link.expression, arguments, body)
            target = self._contract.by_id.get(link.operation)
            parameter = target.parameter(link.parameter) if target else None
            if parameter is not None and isinstance(handed, (str, int)):
                self._linked.setdefault(link.operation, {})[parameter.subject] = handed

    def note(self, name: str, value: JSON) -> None:
        """Take in a value that is known to be good for what has a name, and to be preferred."""
        values = self._by_name.get(plain_name(name), [])
        self._by_name[plain_name(name)] = [*(each for each in values if each != value), value][-_MOST:]

    def text_at(self, path: str, name: str) -> str:
        """Return the latest text of a name that a read of this path showed; empty if there was none."""
        return self._at.get((path, plain_name(name)), "")

    def pass_over(self, arguments: Arguments) -> None:
        """Prefer others to the outermost value of a path that others could stand in for: a list shows what is forbidden, too."""
        for subject, value in arguments.items():
            name = plain_name(subject.removeprefix("path."))
            if subject.startswith("path.") and len(self._by_name.get(name, ())) > 1:
                self._forbidden.add((name, str(value)))
                return

    def has_others(self, subject: str) -> bool:
        """Whether a value for a subject of a path was forbidden, and another was shown that was not."""
        name = plain_name(subject.removeprefix("path."))
        return any(name == each for each, _ in self._forbidden) and bool(self._free(name))

    def _free(self, name: str) -> list[JSON]:
        """The values of a plain name that were shown and not forbidden."""
        return [each for each in self._by_name.get(name, ()) if (name, str(each)) not in self._forbidden]

    def forget_links(self, operation: Operation) -> None:
        """Say that what links handed on to an operation was not found."""
        self._linked.pop(operation.id, None)

    def value(self, operation: Operation, subject: str) -> JSON | Missing:
        """Return what a link, the user or an answer with a field of that name gives for a subject, or `MISSING`."""
        linked = self._linked.get(operation.id, {})
        if subject in linked:
            return linked[subject]
        name = name_of(subject)
        if name in self._contract.values:
            return self._contract.values[name]
        seen = self._by_name.get(plain_name(name), [])
        return (self._free(plain_name(name)) or seen)[-1] if seen else MISSING


def _objects(body: JSON) -> list[JSON]:
    lists = body.values() if isinstance(body, dict) else [body]
    return [item for value in lists if isinstance(value, list) for item in value[:_MOST] if isinstance(item, dict)]


def _evaluate(expression: str, arguments: Arguments, body: JSON) -> JSON | Missing:
    """Evaluate the runtime expressions that name a value of the exchange; `MISSING` for any other."""
    if expression.startswith("$response.body#"):
        return at(body, expression.removeprefix("$response.body#"))
    if expression.startswith("$request.body#"):
        return at(arguments.get("body"), expression.removeprefix("$request.body#"))
    if expression.startswith("$request."):
        return arguments.get(expression.removeprefix("$request."), MISSING)
    return MISSING if expression.startswith("$") else expression
