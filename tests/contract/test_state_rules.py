"""Which changes of state a text allows and refuses, in the many ways in which people write that; and texts that leave it open."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.naming.transitions import StateRules, state_rules

STATES = ["draft", "ordered", "in_transit", "received", "cancelled"]
ALL = set(product(STATES, STATES)) - {(each, each) for each in STATES}
Machine = dict[str, frozenset[str]]
SAID = {"draft": {"ordered", "cancelled"}, "ordered": {"in_transit", "cancelled"}, "in_transit": {"received"}}
OTHERS = {change for change in ALL if change[1] not in SAID.get(change[0], set())}


def _or(states: frozenset[str] | set[str], quote: str = "`", word: str = "or") -> str:
    *most, last = [f"{quote}{each}{quote}" for each in sorted(states)]
    return f"{', '.join(most)} {word} {last}" if most else last


WAYS = {
    "can become": lambda one, ends: f"A `{one}` order can become {_or(ends)}.",
    "may be": lambda one, ends: (
        f"An {one.replace('_', ' ')} one may be {_or({each.replace('_', ' ') for each in ends}, '')};"
    ),
    "from to": lambda one, ends: f"From {one} to {_or(ends, '')}.",
    "moved": lambda one, ends: f"When it is `{one}`, it can be moved to {_or(ends)}.",
    "arrow": lambda one, ends: f"\n{one} → {', '.join(sorted(ends))}\n",
    "long arrow": lambda one, ends: f"\n* `{one}` --> {_or(ends, word='or')}\n",
    "entry": lambda one, ends: f"\n- {one}: {', '.join(sorted(ends))}\n",
    "spoken entry": lambda one, ends: f"\n- **{one}**: may become {_or(ends, '')}\n",
    "becomes": lambda one, ends: f"{one.capitalize()} orders move to {_or(ends)} next.".replace(" move", " can move"),
    "row": lambda one, ends: f"\n| {one} | {', '.join(sorted(ends))} |\n",
}
FINAL = {
    "final": "{0} are final.",
    "terminal": "Terminal states: {0}.",
    "nothing": "No further change is possible from {0}.",
}
REST = [
    "Everything else is refused with 409.",
    "All other transitions answer 422.",
    "Any other change is rejected (409).",
    "No other transitions are allowed.",
]


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    """Changes of which each state is part of at least one."""
    found = {each: draw(st.frozensets(st.sampled_from([end for end in STATES if end != each]))) for each in STATES}
    found = {each: ends for each, ends in found.items() if ends}
    named = set(found) | {end for ends in found.values() for end in ends}
    rest = [each for each in STATES if each not in named]
    return {**found, **{each: frozenset({"draft" if each != "draft" else "ordered"}) for each in rest}}


def _told(machine: Machine, way: str) -> str:
    head = "\n| Status | Next |\n|---|---|" if way == "row" else ""
    return head + (" " if way != "row" else "").join(WAYS[way](one, ends) for one, ends in machine.items()) + "\n\n"


@given(machine=machines(), way=st.sampled_from(sorted(WAYS)), rest=st.sampled_from(REST))
@settings(max_examples=80, deadline=None)
def test_whatever_a_text_does_not_allow_is_refused_if_it_says_so(machine: Machine, way: str, rest: str) -> None:
    told = _told(machine, way)
    expected = {change for change in ALL if change[1] not in machine.get(change[0], frozenset())}
    assert state_rules(told + rest, STATES, "order").refused == expected
    assert state_rules(told, STATES, "order").refused == set()


LOOSE = {
    "An order can be cancelled at any time.": {(each, "cancelled") for each in STATES},
    "Received orders can also be cancelled within 30 days.": {("received", "cancelled")},
    "An admin may move a cancelled order back to draft.": {("cancelled", "draft")},
    "Orders that stay `draft` for 30 minutes become `cancelled`.": {("draft", "cancelled")},
    "`received` <-> `in_transit`.": {("received", "in_transit"), ("in_transit", "received")},
    "From any state but `received` it may become `cancelled`.": {(each, "cancelled") for each in set(STATES) - {"received"}},
    "A draft can't become `received` unless it is paid.": {("draft", "received")},
    "Once it is in transit, it can no longer be cancelled by customers.": {("in_transit", "cancelled")},
    "Cancelled orders may be reopened, that is set to `draft`, by support.": {("cancelled", "draft")},
    "draft ──▶ ordered\n  └──▶ received": {("draft", "ordered"), ("draft", "received")},
    "A draft becomes ordered, an ordered one received or cancelled.": {("ordered", "received"), ("ordered", "cancelled")},
    "draft → ordered (or in_transit) → received": {("draft", "in_transit"), ("in_transit", "received")},
    "Any status can be set by support.": ALL,
    "Skipping a stage is fine: draft → ordered → received.": {("draft", "received")},
    "A refused order goes back from in_transit to draft.": {("in_transit", "draft")},
    "It is final (`received`) except for support, who may set it to `draft`.": {("received", "draft")},
}  # fmt: skip


@pytest.mark.longer
@given(
    machine=machines(),
    way=st.sampled_from(sorted(WAYS)),
    rest=st.sampled_from(REST),
    loose=st.lists(st.sampled_from(sorted(LOOSE)), min_size=1, max_size=3),
    front=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_no_sentence_that_allows_a_change_is_taken_for_a_refusal_of_it(
    machine: Machine, way: str, rest: str, loose: list[str], *, front: bool
) -> None:
    """Conditions, other people, times, drawings: what is said loosely may be allowed, whatever else is refused."""
    told, more = _told(machine, way), "\n\n".join(loose)
    refused = state_rules(f"{more}\n\n{told}{rest}" if front else f"{told}{rest}\n\n{more}", STATES, "order").refused
    allowed = {(one, end) for one, ends in machine.items() for end in ends}
    assert not refused & allowed
    assert not any(refused & LOOSE[each] for each in loose)


@pytest.mark.parametrize("way", sorted(FINAL))
def test_nothing_leads_on_from_what_is_final(way: str) -> None:
    text = FINAL[way].format(_or({"received", "cancelled"}, word="and"))
    assert state_rules(text, STATES).refused == {each for each in ALL if each[0] in {"received", "cancelled"}}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("A received order can never become cancelled.", {("received", "cancelled")}),
        ("Once the order is received it can no longer be cancelled.", {("received", "cancelled")}),
        ("Once cancelled, nothing more can be done with it.", {each for each in ALL if each[0] == "cancelled"}),
        ("Only an ordered order can be cancelled.", {(each, "cancelled") for each in STATES if each not in {"ordered", "cancelled"}}),
        ("It can be set to received only from in transit.", {(each, "received") for each in STATES if each not in {"in_transit", "received"}}),
        ("A draft can only become ordered or cancelled.", {("draft", "in_transit"), ("draft", "received")}),
        ("draft → ordered → in_transit → received. Skipping a step is not allowed (409).",
         {("draft", "in_transit"), ("draft", "received"), ("ordered", "received")}),
        ("draft → ordered → received; orders never go backwards.",
         {("ordered", "draft"), ("received", "draft"), ("received", "ordered")}),
        ("A cancelled order stays cancelled: another status is refused.", {each for each in ALL if each[0] == "cancelled"}),
        ("Cancelling is final.", {each for each in ALL if each[0] == "cancelled"}),
        ("Cancelling an order can't be undone after a day.", set()),
        ("A draft can only be cancelled before somebody has looked at it.", set()),
        ("A paid invoice is final; a received invoice can never become cancelled.", set()),
        ("A cancelled order can't be changed.", set()),
        ("A received order is final. A received order can become cancelled.", set()),
        ("Products that were received can be cancelled. Everything else is refused with 422.", set()),
        ("Drafts can be edited; everything else is refused with 422.", set()),
    ],
)  # fmt: skip
def test_a_sentence_refuses_a_change(text: str, refused: set[tuple[str, str]]) -> None:
    assert state_rules(text, STATES, "order").refused == refused


def test_verbs_name_states_that_are_no_participles() -> None:
    """ "Opened" says where it leads, though the state is called `open`; and a sentence may leave out its verb."""
    said = "A `draft` can be opened, an `open` ticket closed and a `closed` one opened again; any other change of status is answered 409."
    rules = state_rules(said, ["draft", "open", "closed"], "ticket")
    assert rules.refused == {("closed", "draft"), ("draft", "closed"), ("open", "draft")}
    moves = "It moves from `trial` to `active`, from `active` to `late`, from `late` back to `active`, and from each of these to `over`."
    rules = state_rules(f"{moves} Any other move is refused.", ["trial", "active", "late", "over"], "contract")
    assert rules.refused == {
        ("active", "trial"),
        ("late", "trial"),
        ("trial", "late"),
        *(("over", each) for each in ("trial", "active", "late")),
    }
    steps = "It moves one step at a time: new → seen → done. Skipping a step or going back is answered 409."
    assert state_rules(steps, ["new", "seen", "done", "lost"]).refused == {
        ("new", "done"),
        ("seen", "new"),
        ("done", "seen"),
        ("done", "new"),
    }


def test_what_was_left_is_not_returned_to() -> None:
    rules = state_rules("An order can't go back to draft.", STATES, "order")
    assert rules.refuses("ordered", "draft", ["draft", "ordered"])
    assert not rules.refuses("ordered", "draft", ["ordered"])
    assert not state_rules("An order can't go back to draft after 30 days.", STATES, "order").left
    assert not state_rules("An order can't go back to draft. A received one can become draft.", STATES, "order").left


def test_setting_a_state_again_is_refused_only_where_a_text_says_so() -> None:
    told = _told({each: frozenset(ends) for each, ends in SAID.items()}, "can become")
    same = {(each, each) for each in STATES}
    again = "Everything else, also setting the status that it has already, is refused with 409."
    assert state_rules(told + again, STATES, "order").refused == OTHERS | same
    assert (
        state_rules(f"{told}{REST[0]} Setting the same status again is refused too (409).", STATES, "order").refused
        >= same
    )
    for harmless in (
        "Setting the same status again changes nothing.",
        "Setting the same status is no error (never 409).",
    ):
        assert not state_rules(f"{told}{REST[0]} {harmless}", STATES, "order").refused & same


@pytest.mark.longer
@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    assert state_rules(text, ["$^", "a"], "(") is not None
    assert state_rules(f"draft → {text} → ordered, {text}; {text} is final", STATES, text) is not None
    assert state_rules("", STATES) == StateRules()


@pytest.mark.parametrize(
    "text",
    [
        "draft → ordered → received. If the shop is strict, steps can't be skipped.",
        "draft → ordered → received. In strict mode steps cannot be skipped.",
        "draft → ordered → received. Skipping steps is not recommended.",
        "draft → ordered → received. It need not go one step at a time.",
        "draft → ordered → received. Steps may not be skipped by customers.",
        "draft → ordered → in_transit → received → cancelled. Any other transition answers 409 if the shop enforces its workflow.",
        "draft → ordered → in_transit → received → cancelled. Depending on the plan, invalid transitions are rejected.",
        "draft → ordered → in_transit → received → cancelled. All other changes are refused. Pass `force=true` to override.",
        "A received order is final. Admins can cancel it.",
        "`received` is final by default.",
        "A received order cannot be moved back to draft by its buyer.",
        "Once received, an order cannot be cancelled through the shop.",
        "If the shop says so, cancelling is final.",
        "\n| Status | Next action |\n|---|---|\n| draft | none |\n| ordered | wait for the parcel |\n",
        "\n| Status | Meaning | Follow-up |\n|---|---|---|\n| draft | not sent | none |\n| ordered | sent | - |\n",
        "\n| Status | Next steps |\n|---|---|\n| draft | send it |\n| received | none |\n",
    ],
)
def test_what_is_refused_in_some_cases_only_may_be_allowed(text: str) -> None:
    """A mode, a plan, other roles, advice, and a table of what people do next were read as if no change were allowed."""
    assert state_rules(text, STATES, "order").refused == set()


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("draft → ordered → received. Answers 409 if a step is skipped, which is not allowed.", {("draft", "received")}),
        ("draft → ordered → received. Steps cannot be skipped. Only admins can cancel it.", {("draft", "received")}),
        ("draft → ordered → received. Steps cannot be skipped. Admins can see it.", {("draft", "received")}),
        ("draft → ordered → received. Steps cannot be skipped, and staff can't override that.", {("draft", "received")}),
        ("\n| Status | Next |\n|---|---|\n| draft | ordered |\n| received | - |\n", {each for each in ALL if each[0] == "received"}),
    ],
)  # fmt: skip
def test_a_condition_that_says_the_rule_again_leaves_it_in_force(text: str, refused: set[tuple[str, str]]) -> None:
    assert state_rules(text, STATES, "order").refused == refused


@pytest.mark.parametrize(
    "text",
    [
        "{}\n\n422: Invalid status.",
        "{} An invalid state answers 422.",
        "{} Empty titles are not allowed.",
        "{}\n\nYou are not allowed to change this order.",
        "{} Changes of the title are not allowed.",
        "{} Going back is possible. Invalid transitions answer 409.",
        "{} All other transitions are allowed too. Invalid transitions answer 409.",
        "{} Unknown statuses are refused with 422, all others are accepted.",
        "They come in any order: draft → ordered → in_transit → received → cancelled. Invalid transitions answer 409.",
    ],
)
def test_a_refusal_of_something_else_refuses_no_change_of_state(text: str) -> None:
    """ "422: Invalid status" and "empty titles are not allowed" were read as if every change but those of a chain were refused."""
    chain = "draft → ordered → in_transit → received → cancelled."
    assert state_rules(text.format(chain), STATES, "order").refused == set()


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("Values: draft, ordered, cancelled (final)", {"cancelled"}),
        ("draft, received (both final)", {"draft", "received"}),
        ("received and cancelled are final", {"received", "cancelled"}),
        ("draft (initial), received (terminal)", {"received"}),
    ],
)
def test_what_stands_in_parentheses_is_said_of_the_last_state(text: str, final: set[str]) -> None:
    """Of "draft, ordered, cancelled (final)", all three were taken for final."""
    assert state_rules(text, STATES, "order").refused == {each for each in ALL if each[0] in final}
