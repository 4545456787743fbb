"""How sentences speak of changes of state, in marked texts (`states.marked`): one sign stands for each state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from contract_suite import limits
from contract_suite.contract.naming.states import SIGN, is_spoken, state_of

_BETWEEN: Final = (
    r"\s*(?:,\s*(?:(?:and|or|nor)\s+)?(?:then\s+)?|/|\||\b(?:or|and|nor)\b)\s*(?:(?:an?|the|to|into|be|become)\s+)*"
)
FOLLOWED: Final = "\x00"
"""Stands for what was followed in a sentence."""
SEVERAL: Final = rf"{SIGN}(?:{_BETWEEN}{SIGN})*"
"""One state, or several: "draft, sent or void"."""
BOTH_WAYS: Final = r"\s*(?:<[-=]+>|[\u2194\u21c4\u21c6\u21cb\u21cc\u21d4\u27f7])\s*"
"""An arrow that leads there and back."""
_HEAD: Final = r">\u2192\u25b6\u25ba\u2794\u279c\u21d2\u27f6\u279d"
_LINE: Final = r"-=\u2013\u2014\u2500\u2192"
ARROW: Final = (
    rf"(?:{BOTH_WAYS}|\s*[{_LINE}]+\s*[\[(]?[A-Za-z][A-Za-z _]{{0,30}}?[\])]?\s*[{_LINE}]*[{_HEAD}]\s*"
    rf"|\s*[{_LINE}]*[{_HEAD}]\s*)"
)
DRAWN: Final = re.compile(rf"[{_HEAD[1:]}<\u2190\u2194\u21c4\u21c6\u21cb\u21cc\u21d4\u27f7\u2500-\u257f]|[-=]>")
"""Signs of drawings."""
_MAY: Final = r"(?:can|may|could|might|must|should|will|(?:is|are) (?:allowed|able) to)"
_MAY_NOT: Final = (
    r"(?:can\s*not|can['\u2019]t|can (?:no longer|never|neither)|may (?:not|no longer|never)|must (?:not|never)"
    r"|mustn['\u2019]t|(?:is|are) (?:not|never|no longer) allowed to|(?:is|are)n['\u2019]t allowed to|never|won['\u2019]t)"
)
_ADVERBS: Final = r"(?:(?:then|still|also|either|both|next|directly|later|further|again|always|ever|itself)\s+)*"
_GO: Final = r"(?:go|move|pass|advance|proceed|progress|transition|change|turn|switch|return|revert|lead|continue)"
_PUT: Final = (
    r"(?:moved|set|changed|turned|put|switched|advanced|transitioned|marked|brought|reset|returned|reverted|updated)"
)
_ON: Final = r"(?:\s+(?:on|back|forward|over|straight|directly))?"
_FIELD: Final = r"(?:status|state|stage|phase)"
_BECOME: Final = (
    rf"(?:become|be(?:\s+{_PUT}{_ON}(?:\s+(?:(?:in)?to|as))?)?"
    rf"|{_GO}{_ON}(?:\s+(?:its|the|their)\s+{_FIELD})?\s+(?:in)?to)"
)
_BECOMES: Final = rf"(?:becomes|{_GO}(?:s|es){_ON}\s+(?:in)?to|is followed by)"
_ARTICLES: Final = rf"(?:(?:either|an?|the|{_FIELD}|one of)\s+)*"
_BEING: Final = r"(?:(?:is|are|was|were|ha(?:s|ve|d) (?:once )?been|been|still|in|already|currently|an?|once)\s+)*"

NOT: Final = re.compile(
    r"\bnot\b|n['\u2019]t\b|\bcannot\b|\bnever\b|\bno longer\b|\bno\b|\bnor\b|\bneither\b|\bwithout\b|\bforbid|\brefus|\breject"
    r"|\binvalid\b|\billegal\b|\bimpossible\b|\bprohibit|\bdisallow|\b4\d\d\b|\bconflict|\berrors?\b|\bfails?\b",
    re.IGNORECASE,
)
"""What denies, anywhere in a sentence."""
DENIES: Final = re.compile(
    rf"\b{_MAY_NOT}(?!\w)|\b(?:is|are|be|gets?)\s+(?:(?:always|then|also|never|not)\s+)*"
    r"(?:refused|rejected|allowed|possible|permitted|forbidden|invalid|illegal|impossible|prohibited)\b"
    r"|\b(?:is|are)n['\u2019]t (?:allowed|possible|permitted)\b|(?:\b(?:answers?|gives?|returns?|an?|with)|:) 4\d\d\b",
    re.IGNORECASE,
)
"""What denies the change that a sentence speaks of, where it denies something."""
REFUSED: Final = re.compile(
    r"\b4(?:00|09|12|22)\b|\bconflict|\brefus|\breject|\binvalid|\billegal|\bnot (?:allowed|possible|permitted)"
    r"|\bimpossible|\bforbid|\berror",
    re.IGNORECASE,
)
"""What says that a request is refused."""
_AHEAD: Final = (
    r"\s*(?:$|[.,;:)(]|(?:is|are|gets?|gives?|answers?|will|must|causes?|returns?|yields?|ends?|results?|leads?)\b)"
)
_CHANGES: Final = (
    r"(?:status(?:es)?|states?|stages?|phases?|changes?|moves?|transitions?|steps?|combinations?|targets?|paths?)\b"
)
REST: Final = re.compile(
    rf"\b(?:all|any|every|no)\s+(?:the\s+)?others?\b(?={_AHEAD}|\s+(?:such |{_FIELD} )?{_CHANGES})"
    rf"|\b(?:the )?others? (?:is|are|get|give|answer)s?\b|\bother (?:{_FIELD} )?{_CHANGES}"
    r"|\b(?:any|every)thing else\b|\b(?:all|any|every) other cases?\b",
    re.IGNORECASE,
)
"""What names all changes that a text doesn't name."""
OF_CHANGES: Final = re.compile(
    rf"\bothers? (?:such )?(?:{_FIELD} )?{_CHANGES}|\bany (?:change|move|transition) ", re.IGNORECASE
)
"""What makes it clear that it names changes, and not members or requests."""
ONLY_THESE: Final = re.compile(rf"\bonly (?:these|the following|along)\b|\bno other {_CHANGES}", re.IGNORECASE)
OTHERWISE: Final = re.compile(r"\botherwise\b", re.IGNORECASE)
_MOVES: Final = r"(?:changes?|moves?|transitions?|steps?|combinations?|paths?)\b"
SUCH: Final = re.compile(
    rf"\b(?:invalid|illegal|forbidden|disallowed|unsupported) (?:{_FIELD} )?{_MOVES}"
    rf"|\b{_MOVES}(?! (?:of|to|in) (?!(?:the |its |this |that |another )?{_FIELD}\b))[^.]{{0,30}}\bnot (?:allowed|possible|permitted)\b"
    rf"|\b(?:it|this|that) (?:is|was|would be) not allowed\b|\bnot allowed (?:from|in) (?:(?:the|its|this|that) )?(?:\w+ )?{_FIELD}\b",
    re.IGNORECASE,
)
"""What says it of all others too, in a sentence that names no state."""
REPEATED: Final = re.compile(
    rf"\bsame {_FIELD}\b|\b{_FIELD} (?:that )?\w+(?: \w+)? (?:already |now )?(?:has|is in|have)(?: already| now)?\b"
    r"|\b(?:has|is in|have) already\b|\balready has\b|\bto itself\b",
    re.IGNORECASE,
)
HARMLESS: Final = re.compile(
    r"\bno (?:effect|error)\b|\bnot an error\b|\bnothing\b|\bno-?op\b|\bidempotent", re.IGNORECASE
)
EXCEPT: Final = re.compile(r"\bexcept|\bunless\b|\bhowever\b|\bapart from\b|\bbesides\b|\bother than\b", re.IGNORECASE)
DEPENDS: Final = re.compile(
    r"\b(?:if|unless|until|before|after|when|while|except|without|within|but|provided|once|during|than|directly|straight"
    r"|through|via|using|(?:auto|manu|usu|typic|norm)\w*ally|normally|by default|strict|modes?)\b"
    r"|\b(?:customers?|users?|admins?|administrators?|staff|owners?|managers?|members?|agents?|buyers?|sellers?|guests?"
    r"|drivers?|authors?|editors?|reviewers?|roles?|permissions?|scopes?|you|by (?:an?|the|its|their|his|her))\b",
    re.IGNORECASE,
)
"""What makes a refusal one of some cases only: a condition, or who asks."""
_IF_IT_IS_SUCH: Final = re.compile(
    rf"\b(?:if|when|where|unless)\b[^.,;:]{{0,60}}?\b(?:{_CHANGES}|{_FIELD}\b)", re.IGNORECASE
)
"""A condition that only says again of which changes a sentence speaks: "409 if the change is not allowed"."""
_SOMETIMES: Final = re.compile(
    r"\b(?:if|whether|unless|when(?:ever)?|where|while|once|until|depend(?:s|ing)|provided|default|strict|modes?|configur\w+|settings"
    r"|enforc\w+|usual(?:ly)?|typical(?:ly)?|normally|generally|recommended|discouraged|advis\w+|need not|needn['\u2019]t"
    r"|not (?:be )?(?:necessary|required|mandatory)|should(?:n['\u2019]t| not)|customers?|users?|buyers?|guests?|reporters?)\b",
    re.IGNORECASE,
)
_FOR_SOME: Final = re.compile(
    r"\b(?:usual(?:ly)?|typical(?:ly)?|normally|generally|by default|strict|modes?|configur\w+|settings|recommended|discouraged"
    r"|should(?:n['\u2019]t| not))\b|\b(?:for|by|as|from) (?:(?:an?|the|its|their|all|most|other|normal|ordinary|regular) )?"
    r"(?:customers?|users?|buyers?|guests?|reporters?|authors?|members?|owners?|creators?|agents?|staff|clients?|employees?)\b",
    re.IGNORECASE,
)
_ABOVE_RULES: Final = re.compile(
    r"(?<!only )(?<!only an )\b(?:admin(?:istrator)?s?|staff|support|supervisors?|moderators?|operators?|superusers?|managers?|agents?)"
    r"(?: (?:users?|members?|agents?))? (?:can|may|(?:is|are) (?:allowed|able) to) (?:(?:still|also|always|then|again) )*(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_CHANGING: Final = frozenset({"set", "change", "move", "revert", "undo", "skip", "correct", "reset", "force", "put"})
_EDITING: Final = frozenset({"edit", "update", "modify", "amend"})
_ALSO: Final = re.compile(r"\b(?:any|all|every|each|also|still|always|even|anyway|regardless)\b", re.IGNORECASE)
_BY_FORCE: Final = re.compile(r"\bforce\s*=\s*(?:true|1)\b", re.IGNORECASE)
_OVERRIDES: Final = re.compile(r"\b(?:overrid|overrul|bypass)\w*|\bforc(?:e|es|ed|ing)\b", re.IGNORECASE)
_THESE: Final = re.compile(
    rf"\b(?:each|any|all|either|both|every one) (?:one )?of (?:these|those|them)(?: (?:two|three|four))?(?: {_FIELD})?\b",
    re.IGNORECASE,
)
SPEAKS: Final = re.compile(
    rf"\b(?:{_MAY}|becomes?|{_GO}(?:s|es|d|ed)?|allowed|possible|permitted|reopen\w*|back|any)\b", re.IGNORECASE
)
"""What a sentence needs to speak of changes at all."""
ANY: Final = re.compile(r"\b(?:any|every|all|whatever|whichever|each)\b|\balways\b", re.IGNORECASE)
ANY_STATE: Final = re.compile(rf"\b(?:any|every|whichever|whatever) {_FIELD}\b", re.IGNORECASE)
IN_ANY_ORDER: Final = re.compile(r"\bin (?:any|whichever|whatever|no (?:particular|fixed|set)) order\b", re.IGNORECASE)
ACCEPTED: Final = re.compile(r"\b(?:allowed|accepted|possible|permitted|fine|valid|okay|ok)\b", re.IGNORECASE)
_DENIED: Final = re.compile(rf"\b{_MAY_NOT}(?!\w)", re.IGNORECASE)
_ALLOWED: Final = re.compile(rf"\b{_MAY}\b", re.IGNORECASE)
SKIPS: Final = re.compile(r"\bskip|\bjump", re.IGNORECASE)
ONE_BY_ONE: Final = re.compile(rf"\bone (?:step|{_FIELD}) at a time\b|\bone after the other\b", re.IGNORECASE)
BACKWARDS: Final = re.compile(
    rf"\bbackwards?\b|\b(?:go|going|move|moved|moving|step|stepping|set|put|come)\s+back\b|\bearlier (?:step|{_FIELD})",
    re.IGNORECASE,
)
FORWARDS: Final = re.compile(
    r"\b(?:only|strictly) (?:ever )?(?:(?:be )?(?:moved?s?|goe?s?|advances?) )?forwards?\b|\bforwards? only\b",
    re.IGNORECASE,
)
HEAD_OF_NEXT: Final = re.compile(
    r"^\W*to\b|\bnext\b(?! (?:actions?|tasks?|things?))|\ballowed\b|\bbecome\b|\btargets?\b|\btransitions?\b"
    r"|\bfollow(?!.?ups?\b)",
    re.IGNORECASE,
)
"""The head of the column of a table that says which states may follow."""
NONE: Final = re.compile(
    r"(?:[-\u2013\u2014\u2205\s]*|\W*(?:none|nothing|final|terminal|end(?: state)?|no further \w+)\W*)$", re.IGNORECASE
)
_FINAL: Final = r"(?:final|terminal|irreversible|definitive|end (?:states?|statuses|points?)|dead ends?)\b"
FOR_GOOD: Final = re.compile(
    rf"\b(?P<verb>[a-z]{{3,}})(?:ing|ation)\b(?: (?:it|an? \w+|the \w+))? "
    rf"(?:(?:is|are) (?:{_FINAL}|permanent)|(?:cannot|can['\u2019]t) be (?:undone|reverted))",
    re.IGNORECASE,
)
"""What says of an action that nothing leads on from where it leads: "archiving is final"."""
_ENTRY: Final = re.compile(r"[ \t]*(?:[-*+\u2022|#]|\d+[.)])(?!-)")
_ENDED: Final = re.compile(r"[.;!:|]\s*$")
_BEGINS: Final = re.compile(rf"[ \t]*(?:from )?{SIGN}\s*(?::|[-=]+>|\u2192|\u2013|\u2014)")
_DIAGRAM_ENDS: Final = re.compile(r"\[\*\]\s*[-=]+>|[-=]+>\s*\[\*\]")
"""Where a diagram begins and ends (PlantUML, Mermaid)."""
_STATEMENT: Final = re.compile(r"(?<=[.!;])[)\s]+|\n")


def statements_of(text: str) -> Iterator[str]:
    """Yield what a marked text says, parted at full stops and semicolons, at entries of lists and at rows of tables.

    A line that was only wrapped goes on with its sentence.
    """
    lines: list[str] = []
    for line in _DIAGRAM_ENDS.sub(" ", text).split("\n"):
        new = not line.strip() or not lines or not lines[-1].strip() or _ENDED.search(lines[-1]) is not None
        if new or _ENTRY.match(line) or _BEGINS.match(line):
            lines.append(line)
        else:
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
    for each in _STATEMENT.split("\n".join(lines)):
        if each.strip() and len(each) <= limits.SENTENCE:
            yield " ".join(each.split())


def these_named(text: str) -> str:
    """Return a statement with the states that it named before in the place of "each of these"."""
    found = _THESE.search(text)
    before = list(dict.fromkeys(re.findall(SIGN, text[: found.start()]))) if found is not None else []
    if found is None or len(before) < 2:  # noqa: PLR2004 - "these" are several
        return text
    return f"{text[: found.start()]}{', '.join(before)}{text[found.end() :]}"


@lru_cache(maxsize=64)
def leading(noun: str) -> re.Pattern[str]:
    """What may stand before a state, or between two sentences, and makes no condition of it: "once the order is"."""
    return re.compile(
        rf"^\W*(?:(?:once|when|while|if|as soon as|but|and|that)\s+)*(?:(?:it|they|an?|the|any|all)\s+)?(?:{thing_pattern(noun)}\s+)?"
        rf"(?:(?:that|which)\s+)?{_BEING}(?:(?:an?|the|any|all)\s*)?\W*$",
        re.IGNORECASE,
    )


def holds_sometimes(text: str) -> bool:
    """Whether what a sentence says of all changes is so in some cases only, or only a piece of advice."""
    return _SOMETIMES.search(_IF_IT_IS_SUCH.sub("", text)) is not None


def is_for_some(text: str) -> bool:
    """Whether what a sentence refuses is refused to some people only, in some settings, or only advised against."""
    return _FOR_SOME.search(text) is not None


def lets_some_edit(text: str, states: Sequence[str]) -> bool:
    """Whether a sentence says that some people, or a request of some sort, may edit what else may not be: "admins can edit any order"."""
    for part in re.split(r"[,;]|\bbut\b|\bwhile\b", text):
        if NOT.search(part) is not None:
            continue
        found = _ABOVE_RULES.search(part)
        verb = found["verb"].lower() if found is not None else ""
        more = _ALSO.search(part) is not None or any(is_spoken(each, part) for each in states)
        if (verb in _EDITING | _CHANGING and more) or _OVERRIDES.search(part) is not None or _BY_FORCE.search(part):
            return True
    return False


def is_above_rules(text: str, states: Sequence[str]) -> bool:
    """Whether a sentence says that somebody, or a request of some sort, may make changes that are refused: "admins can reopen it"."""
    if NOT.search(text) is not None:
        return False
    found = _ABOVE_RULES.search(text)
    verb = found["verb"].lower() if found is not None else ""
    by_whom = bool(verb) and (verb in _CHANGING or bool(state_of(verb, states)))
    return by_whom or _OVERRIDES.search(text) is not None


def denies_alone(text: str) -> bool:
    """Whether a sentence only says what can't be done, whatever the case: "a paid one can't be changed"."""
    return _DENIED.search(text) is not None and not DEPENDS.search(text) and not _ALLOWED.search(_DENIED.sub("", text))


def thing_pattern(noun: str) -> str:
    """How sentences call a thing: "one", or its noun with a word before it: "purchase order"."""
    return rf"(?:ones?|things?|(?:\w+ )?{re.escape(noun)}s?)" if noun else r"(?:ones?|things?)"


@lru_cache(maxsize=64)
def forms(noun: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns of sentences by what they say; the groups `begin` and `end` hold the states, `only` or `only_` that there are no others."""
    thing = thing_pattern(noun)
    one = rf"(?:\s+{_FIELD})?(?:\s+{thing})?"
    verb = rf"{one},?\s*(?:(?:it|they)\s+)?(?:{_MAY}|{_MAY_NOT}|{_BECOMES}|is\b|are\b)"
    begin, end = rf"(?P<begin>{SEVERAL})", _ends(rf"{verb}|\s+{thing}\s+(?:only\s+|to\s+)?{SIGN}")
    it = rf"(?:,?\s+(?:it|they|that|this|{thing}))?"
    subject = rf"(?:it|they|this|(?:the|its)\s+{_FIELD}|(?:(?:an?|the)\s+)?{thing})"
    being = rf"(?:(?:it|they|this|(?:the|its)\s+{_FIELD}|(?:the|an?)\s+{thing})\s+)?{_BEING}"
    nothing = r"(?:nothing|no (?:further |other |more )?(?:changes?|transitions?|moves?|steps?|way)\b)"
    become = rf"\s+(?P<only>only\s+)?{_ADVERBS}{_BECOME}\s+{_ARTICLES}"
    may, may_not = rf"\s+{_MAY}{become}", rf"\s+{_MAY_NOT}{become}"
    if_it_is = rf"\s+(?P<only_>only\s+)?(?:from|when|while|if|as long as|after|once)\s+{being}"
    possible = r"(?:(?:is|are|leads?|comes?|follows?|possible|allowed|can be (?:made|done))\s+)*"
    after, afterwards = rf"\b(?:from|after|out of|once|when)\s+{being}", r"(?:after|from|out of|once|when|behind)"
    said = r"(?:\s+(?:more|else|back|further|is|are|possible|allowed|can be (?:done|changed)|follows|with (?:it|them)|any ?more))*"
    entry = r"^(?:[-*+\u2022]|\d+[.)])?\s*(?:from\s+)?"
    colon = r"\s*(?::|\u2013|\u2014|\s-\s)\s*(?:next\s*:\s*)?"
    patterns = (
        ("only-from", rf"\bonly\s+(?:(?:an?|the)\s+)?{begin}{one}{may}{end}"),
        ("only-from", rf"\bonly\s+(?:an?\s+)?{thing}\s+(?:that|which)\s+{being}{begin}{may}{end}"),
        ("leads-from", rf"\b{subject}{may}{end}{if_it_is}{begin}"),
        ("leads-from", rf"(?P<end>{SEVERAL}){one}\s+{_MAY}\s+(?P<only>only\s+)?be\s+(?:set|reached|entered|chosen){if_it_is}{begin}"),
        ("leads-from", rf"(?P<end>{SEVERAL}){one}\s+(?:is|are)\s+(?P<only>only\s+)?(?:possible|allowed|reachable|reached){if_it_is}{begin}"),
        ("becomes", rf"{begin}{one}{it}{may}{end}"),
        ("becomes", rf"{begin}{one}{it}\s+{_BECOMES}\s+{_ARTICLES}{end}"),
        ("becomes", rf"{FOLLOWED},?\s*(?:(?:and|while|but)\s+)?(?:an?|the)\s+{begin}\s+{thing}\s+(?P<only>only\s+)?(?:to\s+)?{end}"),
        ("becomes-not", rf"{begin}{one}{it}{may_not}{end}"),
        ("final", rf"{begin}{one}\s*(?:(?:is|are)\s+(?:(?:both|all|the|an?)\s+)*|[(:\u2013\u2014-]+\s*(?:both|all)\s+){_FINAL}"),
        ("final", rf"(?P<begin>{SIGN}){one}\s*[(:\u2013\u2014-]+\s*(?:(?:the|an?)\s+)*{_FINAL}"),
        ("final", rf"\b{_FINAL}(?:\s+{_FIELD}s?)?(?:\s+(?:is|are)|:)?\s+{begin}"),
        ("final", rf"\b{nothing}\s+{possible}{afterwards}\s+{being}{begin}"),
        ("final", rf"{after}{begin}{one},?\s+(?:there (?:is|are)\s+)?{nothing}{said}"),
        ("final", rf"{begin}{one}\s+{_MAY_NOT}\s+(?:change\s+(?:its|their)|leave (?:that|this|the))\s+{_FIELD}"),
        ("stays", rf"{begin}{one}\s+(?:stays?|remains?)\s+(?P<end>{SIGN})(?:\s+for ?ever)?(?:\s*[:;,]\s*(?:another|any other) {_FIELD}\b)?"),
        ("not-reopened", rf"{begin}{one}{it}\s+{_MAY_NOT}\s+be\s+reopened"),
        ("not-back", rf"\b{_MAY_NOT}\s+(?:be\s+)?(?:{_GO}|{_PUT})\s+back\s+(?:in)?to\s+{_ARTICLES}(?P<end>{SIGN})"),
        ("listed", rf"{entry}{begin}{colon}(?:{_MAY}{become})?{_ARTICLES}(?P<end>{SEVERAL})\s*(?:[.,;(]|$)"),
        ("listed", rf"{entry}{begin}{one}:?\s*,?\s*(?:{subject}\s+)?(?:{_MAY}{become}){end}"),
    )  # fmt: skip
    return tuple((name, re.compile(each, re.IGNORECASE)) for name, each in patterns)


def steps(noun: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of the way between two states (an `arrow`, or "to"), and of the states at its end."""
    to = rf"(?:\s+{thing_pattern(noun)})?(?:\s+back)?\s+(?:in)?to\s+{_ARTICLES}"
    way = re.compile(rf"(?P<arrow>{ARROW})|{to}", re.IGNORECASE)
    return way, re.compile(rf"(?P<end>{SIGN}(?:{_BETWEEN}{SIGN}(?!{ARROW}|{to}{SIGN}|\s*:))*)", re.IGNORECASE)


def _ends(next_begins: str) -> str:
    """States at an end, without the last one where another sentence begins with it: "… or void, a sent one can …"."""
    return rf"(?P<end>{SIGN}(?:{_BETWEEN}{SIGN}(?!{next_begins}))*)"
