"""One operation, prepared for serving: where the representation stands in a body, the items of a list, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contract_suite.contract.operation import MediaType, Operation, ResponseSpec
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.mock.fields import Body, with_value
from contract_suite.mock.values.names import Names
from contract_suite.mock.views.addresses import Above
from contract_suite.model.json import JSON, at

What = Literal["create", "read", "list", "update", "put", "delete", "act", ""]
"""What an operation does to its resource; empty where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One operation, prepared.

    `place` is where the representation stands in the 200 body (`None`: nowhere), `names` what of it is shown there;
    `items` and `item_names` the same for a list. `identity` and `scope` say in which arguments those values are found,
    `owner` in which the identity of what a list belongs to, `above` what else must be there; `fields` which field an
    argument or a member of the request body sets, `body_open` that any other member is one too, but for those that are
    `fixed`; `inside` is where these members stand in the request body. `subjects` are the arguments by the names of
    parameters. `fresh` are the pointers of values that are never repeated, with their types; `order` is how the members
    of the 200 body are written. `own` are members that every representation has here, whatever is kept of it.
    """

    operation: Operation
    what: What
    resource: Resource | None
    role: Role | None
    status: int
    spec: ResponseSpec | None
    media: MediaType | None
    skeleton: JSON
    place: str | None
    names: Names
    items: str | None
    item_names: Names
    identity: tuple[tuple[str, tuple[str, ...]], ...]
    scope: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    body_open: bool
    fixed: frozenset[str]
    inside: str
    defaults: Mapping[str, JSON]
    owner: tuple[tuple[str, str], ...]
    above: tuple[Above, ...]
    subjects: Mapping[str, str]
    parameter_defaults: Mapping[str, JSON]
    fresh: tuple[tuple[str, str], ...]
    order: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    own: Body = field(default_factory=dict)

    def with_representation(self, body: Body) -> JSON:
        """Return the 200 body with a representation in its place."""
        if self.place is None:
            return self.skeleton
        shown = {**self.names.shown(body), **self.own} if self.own else self.names.shown(body)
        if not self.place:
            return {**self.skeleton, **shown} if isinstance(self.skeleton, dict) else shown
        base = self.skeleton if isinstance(self.skeleton, dict) else {}
        inner = at(base, self.place)
        return with_value(base, self.place, {**inner, **shown} if isinstance(inner, dict) else shown)
