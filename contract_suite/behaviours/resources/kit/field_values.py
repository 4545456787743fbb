"""Valid values that careless servers damage: made for a place in a schema, in several flavours.

Every value made for a request body obeys its schema; where none can be made, the property is left out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from enum import IntEnum
from random import Random
from typing import Final, NamedTuple

from contract_suite.behaviours.kit.form_values import carries
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.contract.naming.outside import acts_outside, of_nobody, unreserved
from contract_suite.contract.naming.said_by_server import says_server_sets
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.numeric import decimal_text, decimal_texts, is_decimal_text
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.patterns import matching, usual
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, MISSING, Missing
from contract_suite.model.memo import Memo

_DEEPEST: Final = 5
_VALUES: Final = 2_000
"""So many values a property may hold. Objects share them among their members: where too few are left, only what must be there is."""
_FILLER: Final = "0123456789abcdef"
_INT_LIMIT: Final = 2**31 - 1
_TEXT_OR_PARTS: Final = frozenset({"string", "object", "array"})
_NO_NUMBER: Final = "not of this type"
_HARMLESS_FORMATS: Final = {"", "password", "byte", "binary"}


class Flavour(IntEnum):
    """What is special about the values."""

    PLAIN = 0
    OTHER = 1
    RICH = 2
    BARE = 3
    EMPTY = 4
    """Inside lists of objects alone: every member is there, and empty, zero or false."""


_TEXTS: Final[Mapping[Flavour, str]] = {
    Flavour.PLAIN: "a plain text",
    Flavour.OTHER: "another text",
    Flavour.RICH: "  Größe 模型 🚀 e\u0301 \"double\" 'single' <b>&amp;</b> \\n %41 a+b 007\n\tend  ",
    Flavour.BARE: "",
    Flavour.EMPTY: "",
}
_MIDDLE: Final = "a+b"
_LONG: Final = " a long text, which a narrow column cuts" * 27
"""Over a thousand characters, in a text that nothing limits; nested texts stay short, so that a whole body does."""
_LOOKS_LIKE_A_NUMBER: Final = "007"
_LONGEST_OF_A_PATTERN: Final = 80
_PLAIN_TYPES: Final = frozenset({"string", "integer", "number"})
_ALPHABETS: Final = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class _Room(NamedTuple):
    """How deep a value lies, how many values it may hold, and the name of the member that it is."""

    depth: int = 0
    values: int = _VALUES
    name: str = ""

    def below(self, parts: int = 1, name: str = "") -> _Room:
        """Return the room of one of so many parts."""
        return _Room(self.depth + 1, self.values // max(1, parts), name or self.name)


def body(operation: Operation, flavour: Flavour, *, only: Collection[str] | None = None) -> dict[str, JSON]:
    """Return values for the properties of a request body; each fits the schema while the others are plain.

    A property of one branch of a choice is left out: which branch a body is of is decided by what it is merged into.
    """
    bodies = _bodies(operation)
    if flavour not in bodies:
        bodies[flavour] = _whole_body(operation, flavour)
    whole = bodies[flavour]
    return {name: copy.deepcopy(value) for name, value in whole.items() if only is None or name in only}


def _no_bodies(_operation: Operation) -> dict[Flavour, dict[str, JSON]]:
    return {}


_bodies: Final = Memo(_no_bodies)
"""By flavour, as far as somebody asked: the values follow from the document alone."""


def _whole_body(operation: Operation, flavour: Flavour) -> dict[str, JSON]:
    place = request_body(operation)
    media = operation.body.of_members if operation.body else None
    if place is None or media is None or media.schema is None:
        return {}
    made: dict[str, JSON] = {}
    sure = place.sure_names()
    for index, name in enumerate(place.property_names()):
        value = _value(place.member(name), flavour, index, _Room(name=name)) if name in sure else MISSING
        if not isinstance(value, Missing):
            made[name] = value
    return {
        name: value
        for name, value in made.items()
        if carries(media, name, value) and not media.schema.breaks_member({name: value}, name)
    }


def value_for(
    place: SchemaView, flavour: Flavour = Flavour.OTHER, *, name: str = "", anyway: bool = False
) -> JSON | Missing:
    """Return a value for a place of any schema, not validated; `anyway` makes one for read-only places too."""
    return _value(place, flavour, 0, _Room(name=name), anyway=anyway)


def token(random: Random, length: int = 8) -> str:
    """Return letters and digits that nobody has used before, as good as certainly."""
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def limits(place: SchemaView) -> tuple[int, int]:
    """Return the shortest and the longest text that a place allows, where a value for it is made."""
    least, most = 0, _INT_LIMIT
    for raw in (*place.applied(), *_made_as(place).applied()):
        low, high = raw.get("minLength"), raw.get("maxLength")
        least = max(least, low) if isinstance(low, int) else least
        most = min(most, high) if isinstance(high, int) else most
    return least, most


def is_free_text(place: SchemaView) -> bool:
    """Whether a place takes any text, within its length; where it leaves a choice, whether the one that is made is such."""
    place = _made_as(place)
    return "string" in place.types() and not any(place.keyword(each) for each in ("enum", "const", "pattern", "format"))


def is_patterned(place: SchemaView) -> bool:
    """Whether a place takes texts of a pattern: a made-up one may mean nothing to a server, or be taken already."""
    place = _made_as(place)
    return "string" in place.types() and place.keyword("pattern") is not None and not is_decimal_text(place)


def varied(random: Random, place: SchemaView, text: str, name: str = "") -> str:
    """Return a text of a pattern with other letters and digits in it, as far as the pattern allows.

    An address or a telephone number stays one that nobody has.
    """
    for at, char in enumerate(text):
        alphabet = next((each for each in _ALPHABETS if char in each), "")
        changed = f"{text[:at]}{random.choice(alphabet)}{text[at + 1 :]}" if alphabet else text
        text = changed if _obeys(_made_as(place), changed) and not acts_outside(changed, name) else text
    return text


def wrong_value(place: SchemaView, *, in_form: bool = False) -> JSON | Missing:
    """Return a value of a type that a place can't take, nor be read as one it can; `MISSING` if it takes everything.

    In a form, where all is text, only what is no text can be given a wrong one.
    """
    types = place.types()
    if in_form:
        return MISSING if types & _TEXT_OR_PARTS else _NO_NUMBER
    if "object" not in types:
        return {"not": ["of", "this", "type"]}
    if "array" not in types:
        return ["not", "of", "this", "type"]
    return MISSING


def _value(place: SchemaView, flavour: Flavour, index: int, room: _Room, *, anyway: bool = False) -> JSON | Missing:
    place = place.follow()
    if not anyway and (place.keyword("readOnly") is True or says_server_sets(str(place.keyword("description") or ""))):
        return MISSING
    constant = place.keyword("const")
    if constant is not None:
        return constant
    choices = place.keyword("enum")
    if isinstance(choices, list):
        usable = [each for each in choices if each is not None]
        return usable[flavour % len(usable)] if usable else MISSING
    types = place.types() - {"null"}
    if _branches(place) and not place.property_names():
        made_as = _first_branch(place)
        return (
            _value(made_as, flavour, index, room.below()) if made_as is not None and room.depth < _DEEPEST else MISSING
        )
    for kind, maker in _MAKERS.items():
        if kind in types and not (kind == "object" and len(types) > 1 and not place.property_names()):
            value = maker(place, flavour, index, room)
            made_up = kind in _PLAIN_TYPES and unreserved(value, place, room.name)
            return MISSING if made_up else value
    return MISSING


def _made_as(place: SchemaView) -> SchemaView:
    """Return where a value for a place is made: the first branch of a choice that is more than null."""
    for _ in range(_DEEPEST):
        place = place.follow()
        branch = _first_branch(place) if not place.property_names() else None
        if branch is None:
            break
        place = branch
    return place


def _branches(place: SchemaView) -> list[SchemaView]:
    return [place.at(each) for keyword in ("oneOf", "anyOf") for each in _listed(place.keyword(keyword))]


def _first_branch(place: SchemaView) -> SchemaView | None:
    return next((each for each in _branches(place) if each.types() - {"null"}), None)


def _object(place: SchemaView, flavour: Flavour, index: int, room: _Room) -> JSON | Missing:
    if room.depth >= _DEEPEST:
        return MISSING
    made: dict[str, JSON] = {}
    names = list(place.property_names())
    required = {str(name) for raw in place.applied() for name in _listed(raw.get("required"))}
    for position, name in enumerate(names):
        if (flavour is Flavour.BARE or room.values < len(names)) and name not in required:
            continue
        value = _value(place.member(name), flavour, index + position, room.below(len(names), name))
        if not isinstance(value, Missing):
            made[name] = value
    if required - made.keys():
        return MISSING
    if flavour is Flavour.RICH and place.keyword("additionalProperties") is True:
        made["x Größe/~é"] = {"nested": ["  a ", 0, False, 1.5, {"deep": "模型"}]} if not names else "additional"
    return made


def _array(place: SchemaView, flavour: Flavour, index: int, room: _Room) -> JSON | Missing:
    least, most = place.keyword("minItems"), place.keyword("maxItems")
    count = max(
        least if isinstance(least, int) else 0, {Flavour.BARE: 0, Flavour.EMPTY: 0, Flavour.RICH: 3}.get(flavour, 2)
    )
    count = min(count, most) if isinstance(most, int) else count
    if room.depth >= _DEEPEST:  # an array of arrays of itself
        count = 0
    different = place.keyword("uniqueItems") is True
    made: list[JSON] = []
    for position in range(count):
        last = flavour is Flavour.RICH and position > 1 and "object" in place.element(position).types()
        rank = count - position if flavour is Flavour.PLAIN else position  # one falls, one rises: sorting shows
        value = _value(place.element(position), Flavour.EMPTY if last else flavour, index + rank, room.below(count))
        if isinstance(value, Missing):
            break
        if isinstance(value, str) and is_free_text(place.element(position)):
            value = f"{value}{rank}" if different or position else value
        if different and value in made:
            break
        made.append(value)
    return made if not isinstance(least, int) or len(made) >= least else MISSING


def _string(place: SchemaView, flavour: Flavour, index: int, room: _Room) -> JSON | Missing:
    if is_decimal_text(place):
        return _decimal(place, flavour, index)
    form = place.keyword("format")
    known = FORMATS.get(form) if isinstance(form, str) else None
    if known is not None and known.distinct is not None:
        return known.distinct[flavour % len(known.distinct)]
    if (isinstance(form, str) and form not in _HARMLESS_FORMATS) or form in {"byte", "binary"}:
        examples = _listed(place.keyword("examples"))
        return examples[0] if examples else MISSING
    if place.keyword("pattern") is not None:
        found = _patterned(place, room.name)
        return found[(flavour + index) % len(found)] if found else MISSING
    text = _TEXTS[flavour]
    least, most = limits(place)
    if flavour is Flavour.RICH and room.depth == 0:
        text = text.replace(_MIDDLE, f"{_MIDDLE}{_LONG[: max(0, most - len(text))]}", 1)
    if flavour in {Flavour.PLAIN, Flavour.OTHER}:
        text = f"{text} {index}"
    if flavour is Flavour.BARE and index % 2:
        text = _LOOKS_LIKE_A_NUMBER
    text += _FILLER[: max(0, least - len(text))] * (1 + max(0, least - len(text)) // len(_FILLER))
    return text[:most] if len(text) > most else text


def _decimal(place: SchemaView, flavour: Flavour, index: int) -> JSON | Missing:
    """Return a decimal as text, as large as a number would be where the pattern allows that."""
    wanted = {Flavour.PLAIN: 7.5 + index, Flavour.OTHER: 11.25 + index, Flavour.RICH: 1234567.25}.get(flavour, 1)
    others = decimal_texts(place)
    found = decimal_text(place, wanted) or (others[(flavour + index) % len(others)] if others else None)
    return MISSING if found is None else found


def _patterned(place: SchemaView, name: str) -> list[str]:
    """Return texts of which each obeys all patterns of a place, the examples first: made-up ones may mean nothing.

    Where those may be somebody's address or number, they are ones that nobody has.
    """
    patterns = _patterns(place)
    form = place.keyword("format")
    least, most = limits(place)
    most = min(most, max(least, _LONGEST_OF_A_PATTERN))
    examples = [each for each in _listed(place.keyword("examples")) if isinstance(each, str)]
    usual_ones = usual(patterns, form if isinstance(form, str) else "", least, most)
    written = usual_ones or matching(patterns[0], least, most)
    nobodys = of_nobody(written, patterns, least, most, name)
    texts = dict.fromkeys((*examples, *(each for each in nobodys if each)))
    return [each for each in texts if _obeys(place, each)]


def _patterns(place: SchemaView) -> list[str]:
    return [each for raw in place.applied() if isinstance(each := raw.get("pattern"), str)]


def _obeys(place: SchemaView, text: str) -> bool:
    return all(matches(pattern, text) for pattern in _patterns(place))


def _boolean(_place: SchemaView, flavour: Flavour, index: int, _room: _Room) -> JSON | Missing:
    return flavour is not Flavour.EMPTY and (flavour + index) % 2 == 0


def _integer(place: SchemaView, flavour: Flavour, index: int, _room: _Room) -> JSON | Missing:
    low, high = _bounds(place)
    wanted = {Flavour.PLAIN: 7 + index, Flavour.OTHER: 11 + index, Flavour.RICH: _INT_LIMIT}.get(flavour, 0)
    value = int(_within(wanted, low, high))
    step = place.keyword("multipleOf")
    if isinstance(step, (int, float)) and step:
        value = int((value // step) * step) if (value // step) * step >= low else int((value // step + 1) * step)
    return value if low <= value <= high else MISSING


def _number(place: SchemaView, flavour: Flavour, index: int, room: _Room) -> JSON | Missing:
    low, high = _bounds(place)
    wanted = {Flavour.PLAIN: 0.5 + index, Flavour.OTHER: 1.25 + index, Flavour.RICH: 1234567.25}.get(flavour, 0)
    if place.keyword("multipleOf") is not None:
        return _integer(place, flavour, index, room)
    return _within(wanted, low, high)


def _within(wanted: float, low: float, high: float) -> float:
    """Return a number within bounds; one that is too low is counted from the least, so that two of them differ: 2007, 2011."""
    if wanted >= low or not 0 < high - low < _INT_LIMIT:
        return min(max(wanted, low), high)
    return low + wanted % (high - low + 1) if high - low >= 1 else low


def _bounds(place: SchemaView) -> tuple[float, float]:
    low, high = -1e15, 1e15
    for raw in place.applied():
        for keyword, sign, shift in (
            ("minimum", 1, 0),
            ("exclusiveMinimum", 1, 1),
            ("maximum", -1, 0),
            ("exclusiveMaximum", -1, -1),
        ):
            bound = raw.get(keyword)
            if isinstance(bound, (int, float)) and not isinstance(bound, bool):
                if sign > 0:
                    low = max(low, bound + shift)
                else:
                    high = min(high, bound + shift)
    return low, high


def _listed(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


_MAKERS: Final[Mapping[str, Callable[[SchemaView, Flavour, int, _Room], JSON | Missing]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "boolean": _boolean,
    "number": _number,  # before integers, of which every number's schema speaks too
    "integer": _integer,
}
