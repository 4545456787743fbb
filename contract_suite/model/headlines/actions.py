"""Words for what actions do and where they are refused, for work that ends, and for requests with a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OF_ACTIONS: Final[Mapping[str, str]] = {
    "times-limited": "succeeds more often than its description allows",
    "transition-refused": "serves a change of {name} that its description does not allow",
    "number-follows": "does not update {name} with what it counts",
    "given-back": "does not give back what its description says",
    "effect-on-others": "does not do to other resources what its description says",
    "time-set": "does not set {name} with its state",
    "time-not-before": "shows {name} before its state is reached",
    "refused-in-state": "succeeds in a state in which its description refuses it",
    "refused-in-other-states": "succeeds in a state that its description does not allow",
    "done-once": "has a further effect when the request is repeated with the same key",
    "other-body-refused": "takes the same key with another body",
    "restored": "does not bring back what was deleted",
    "restored-whole": "brings back what was deleted with other values",
    "action-answer-read": "answers with a change that a read does not show",
    "ended-stays": "shows work that had ended as going on again",
    "ended-not-cancelled": "cancels work that has succeeded",
    "result-after-end": "serves a result before the work has succeeded",
    "result-served": "refuses the result of work that has succeeded",
    "action-value-stored": "does not store {name}",
    "action-adds": "stores a wrong sum",
    "occupied-kept": "deletes a resource while something still belongs to it",
}
"""By kind, as in `exchanges.py`."""
