"""Names that nobody has used before, and a create's arguments with such names where its resource wants them unique."""

from __future__ import annotations

from itertools import count

from contract_suite.contract.addressing import field_of, owner_of, plain, roles
from contract_suite.contract.naming.idempotency_keys import keys_in
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.fresh_values import freshened, value_at
from contract_suite.model.json import JSON, Arguments, at, escape


class _Series:
    """The numbers of the names of one run, and what stands before them where an earlier run used them up."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.begun = False
        self.mark = ""
        self.keys: set[str] = set()


class MadeUpNames:
    """The names that one session makes up: a prefix by which the run is recognised, and a number.

    The prefix depends on the seed alone, so that a run can be repeated. Names that an answer shows before the run has
    made up any are those of an earlier run, which was killed perhaps; this one's are told from them by a mark.
    """

    def __init__(self, resources: tuple[Resource, ...], prefix: str) -> None:
        """No name was made up yet."""
        self._resources = resources
        self._prefix = prefix
        self._series = _Series()

    @property
    def prefix(self) -> str:
        """What every name of this run begins with."""
        return f"{self._prefix}{self._series.mark}"

    def count_with(self, other: MadeUpNames) -> None:
        """Make up no name that another session of the same run does."""
        self._series = other._series

    def fresh(self, _field: str = "") -> str:
        """Return a name that nobody has used before, recognisable as this run's."""
        self._series.begun = True
        return f"{self.prefix}{next(self._series.numbers)}"

    def avoid(self, answer: bytes) -> None:
        """Make up no name that an answer shows already. Nothing changes once the first was made up."""
        if self._series.begun or self._prefix.encode() not in answer:
            return
        text = answer.decode("utf-8", "replace")
        marks = (f"{number}x" for number in count(2))
        while self.prefix in text:
            self._series.mark = next(marks)

    def renewed(self, operation: Operation, arguments: Arguments, *, but: str = "") -> Arguments:
        """Return a create's arguments with new values in unique fields; any other operation's as they are.

        A key that makes a repeated request do nothing more is new each time, unless it is the subject `but`.
        """
        for subject in () if operation.safe else [*keys_in(operation, arguments)]:
            if subject != but and isinstance(value_at(arguments, subject), str):
                arguments = freshened(operation, arguments, subject, self.fresh())
        for resource, role in roles(self._resources, operation):
            if role == "create":
                return self._renamed(resource, operation, arguments)
        return arguments

    def with_new_keys(self, operation: Operation, arguments: Arguments, *, but: str = "") -> Arguments:
        """Return arguments with new idempotency keys where theirs were sent before, unless a key is the subject `but`.

        Servers take no key for a second body, and do nothing for one that comes again with the first.
        """
        for subject in () if operation.safe else [*keys_in(operation, arguments)]:
            value = value_at(arguments, subject)
            if subject != but and isinstance(value, str) and value in self._series.keys:
                arguments = freshened(operation, arguments, subject, self.fresh())
                value = value_at(arguments, subject)
            if isinstance(value, str):
                self._series.keys.add(value)
        return arguments

    def is_used_key(self, operation: Operation, subject: str, arguments: Arguments) -> bool:
        """Whether a subject is an idempotency key that was sent before."""
        return subject in keys_in(operation, arguments) and value_at(arguments, subject) in self._series.keys

    def _renamed(self, resource: Resource, operation: Operation, arguments: Arguments) -> Arguments:
        owner = owner_of(self._resources, resource)
        shared = {plain(field) for field in owner.identity} if owner else set()
        wanted = {plain(field) for rule in resource.unique for field in rule.fields} | {
            plain(field) for field in resource.identity
        } - shared
        result: dict[str, JSON] = dict(arguments)
        body, inside = arguments.get("body"), at(arguments.get("body"), resource.representation)
        place = f"body{resource.representation}" if isinstance(inside, dict) else "body"
        for name, value in (inside if isinstance(inside, dict) else body if isinstance(body, dict) else {}).items():
            if field_of(operation, name) in wanted and isinstance(value, str):
                result = freshened(operation, result, f"{place}/{escape(name)}", self.fresh())
        for key, value in arguments.items():
            if key != "body" and field_of(operation, key.partition(".")[2]) in wanted and isinstance(value, str):
                result = freshened(operation, result, key, self.fresh())
        return result
