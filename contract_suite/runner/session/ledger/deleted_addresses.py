"""Addresses at which a delete was served, so that nothing at or below them is promised to be served any more."""

from __future__ import annotations

from contract_suite.contract.naming.restoring import says_restore
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in, without_verb
from contract_suite.model.json import Arguments


class DeletedAddresses:
    """Known by their paths, whether or not anything else is known of what was there."""

    def __init__(self) -> None:
        """Nothing was deleted yet."""
        self._addresses: set[tuple[str, ...]] = set()
        self._served: set[tuple[str, ...]] = set()

    def observe(self, operation: Operation, arguments: Arguments) -> None:
        """Take in a success: a delete of one thing or of all that a place has, or what shows that something is there again."""
        address = _address(operation, arguments)
        if operation.method != "DELETE":
            _, _, verb = operation.path.partition(without_verb(operation.path))
            if not verb or says_restore(verb.lstrip(":")):  # `POST /books/{id}:purge` shows nothing
                self._addresses.discard(address)
            self._served.add(address)
        elif operation.path.endswith("}"):
            self._addresses.add(address)
        else:  # what is made there later has another address
            length = len(address)
            self._addresses |= {each for each in self._served if len(each) > length and each[:length] == address}

    def covers(self, operation: Operation, arguments: Arguments) -> bool:
        """Whether a delete was served at the address that the arguments make, or above it."""
        if not self._addresses:
            return False
        segments = _address(operation, arguments)
        return any(segments[:count] in self._addresses for count in range(1, len(segments) + 1))


def _address(operation: Operation, arguments: Arguments) -> tuple[str, ...]:
    """Return the segments of the path that arguments make."""
    path = without_verb(operation.path)
    for name in names_in(path):
        path = path.replace("{" + name + "}", str(arguments.get(f"path.{name}", "")).replace("/", "%2F"))
    return tuple(path.strip("/").split("/"))
