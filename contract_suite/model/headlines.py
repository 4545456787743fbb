"""Headlines: what went wrong, in a few words of plain English, for each kind of clause.

A headline reads on from the name of an operation: "ListThings returns more items than the page size allows". The rule
that must not be broken: it says nothing but what the clause's kind and subject say, so that it is right for any message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contract_suite.model.clause_ids import AUTH, EMPTY, parts
from contract_suite.model.counting import with_article
from contract_suite.model.json import unescape


def headline(clause: str, *, text: str, problem: str = "") -> str:
    """Return what goes wrong where the clause with this id is broken.

    `text` is the clause's own sentence, which stands in for a kind that has no words here; `problem` is the kind of
    problem within the clause.
    """
    _, subject, kind = parts(clause)
    if kind == EMPTY and subject == AUTH:
        return "accepts requests with an empty key"
    template = _PROBLEMS.get((kind, problem)) or _KINDS.get(kind)
    if template is None and kind.endswith("-enforced"):
        template = "accepts {name} that breaks its schema"
    if template is None and kind.endswith("-refused") and subject == "method":
        template = "does not refuse the undeclared method {method}"
    if template is None:
        return f"breaks its contract: {text.rstrip('.')}"
    status = _STATUS.fullmatch(problem)
    name = subject_name(subject)
    if name == _WHOLE_BODY and template.startswith("returns {name}"):
        name = "a body"
    return template.format(
        name=name,
        field=name if name.startswith("header ") else f"field {name}",
        status=subject.partition("/")[0],
        a_name=with_article(name),
        method=kind.removesuffix("-refused"),
        status_told=f"the undocumented status {status[1]}" if status else "an undocumented status",
    )


def has_headline(kind: str, subject: str = "") -> bool:
    """Whether clauses of this kind have words of their own."""
    return kind in _KINDS or kind.endswith("-enforced") or (subject == "method" and kind.endswith("-refused"))


def subject_name(subject: str) -> str:
    """Return a clause's subject as a reader knows it: `query.PageSize` is PageSize, `200/Items/*/Id` is Items[].Id."""
    first, _, rest = subject.partition("/")
    if first == "body":
        return _path(rest) if rest else "a body"
    if first[:1].isdigit() or first == "default":
        if not rest:
            return _WHOLE_BODY
        return f"header {rest.removeprefix('header.')}" if rest.startswith("header.") else _path(rest)
    where, dot, name = first.partition(".")
    if dot and where in _WHERE:
        named = f"{name}/{rest}" if rest else name
        return f"{where} {name}" if where in {"header", "cookie"} and not rest else _path(named)
    return _path(subject)


_WHOLE_BODY: Final = "the body"
_WHERE: Final = frozenset({"query", "path", "header", "cookie"})
_STATUS: Final = re.compile(r"status-([1-5][0-9]{2})")


def _path(rest: str) -> str:
    """A JSON pointer without its first slash in the manner that programmers write: `Items/*/Id` is Items[].Id."""
    text = ""
    for step in map(unescape, rest.split("/")):
        text += "[]" if step == "*" else f".{step}" if text else step
    return text


_PROBLEMS: Final[Mapping[tuple[str, str], str]] = {
    ("no-server-error", "nested-500"): "fails with a server error (5xx) on deeply nested brackets",
    ("no-server-error", "undeclared-500"): "fails with a server error (5xx) at a method that it does not declare",
    ("expression-complete", "refused"): "refuses a quoted text in {name}",
    ("expression-holds", "refused"): "refuses an expression with {name}, which it documents",
    ("expressions-joined", "and"): "misreads comparisons that {name} joins with `and`",
    ("expressions-joined", "or"): "misreads comparisons that {name} joins with `or`",
    ("expressions-joined", "in"): "misreads a list of values in {name}",
    ("expressions-joined", "not"): "misreads a comparison that {name} negates",
    ("count-bounded", "below"): "counts fewer items than the page holds",
    ("unknown-refused", "served"): "answers with success for {a_name} that does not exist",
    ("deleted-unknown", "served"): "answers with success for {a_name} that was deleted",
}

_KINDS: Final[Mapping[str, str]] = {
    # Responses and their schemas.
    "additional-properties": "returns an undocumented field below {name}",
    "all-of": "returns {name} that breaks its schema",
    "any-of": "returns {name} that matches none of its schemas",
    "arrives": "does not answer",
    "as-asked": "returns another {name} than the one asked for",
    "below": "returns {name} outside the folder it must be in",
    "complete": "returns a response that is cut short or too large",
    "const": "returns {name} with a value other than the documented one",
    "contains": "returns {name} without the item it must contain",
    "content-type": "returns a {status} response with an undocumented media type",
    "dependent-required": "returns {name} without a field that another field requires",
    "dependent-schemas": "returns {name} that breaks its schema",
    "documented": "answers with {status_told}",
    "enum": "returns {name} with a value that is not in the documented list",
    "error-envelope": "returns an error that does not have the documented shape",
    "exclusive-maximum": "returns {name} above its maximum",
    "exclusive-minimum": "returns {name} below its minimum",
    "format": "returns {name} in the wrong format",
    "fresh": "returns the same {name} twice",
    "header-fields-well-formed": "returns a malformed response header",
    "if": "returns {name} that breaks a condition of its schema",
    "in-time": "answers too slowly",
    "json-interoperable": "returns JSON that other programs read differently",
    "json-syntax": "returns a body that is not valid JSON",
    "max-items": "returns too many items in {name}",
    "max-length": "returns {name} that is too long",
    "max-properties": "returns too many members in {name}",
    "maximum": "returns {name} above its maximum",
    "min-items": "returns too few items in {name}",
    "min-length": "returns {name} that is too short",
    "min-properties": "returns too few members in {name}",
    "minimum": "returns {name} below its minimum",
    "multiple-of": "returns {name} that is not a multiple of the documented step",
    "no-internals": "shows internals of the server in an error",
    "no-server-error": "fails with a server error (5xx)",
    "no-undocumented-fields": "returns a field that the contract does not document",
    "not": "returns {name} that its schema forbids",
    "one-of": "returns {name} that does not match exactly one of its schemas",
    "pattern": "returns {name} that does not match its pattern",
    "prefix-items": "returns an item of {name} that breaks its schema",
    "problem-members": "returns a problem description with a wrong member",
    "problem-status": "returns a problem description whose status is not that of the response",
    "property-names": "returns {name} with a forbidden member name",
    "repeats-status": "returns {name} that differs from the HTTP status",
    "required": "leaves out the required {field}",
    "response-bytes-respected": "returns more bytes than its limit",
    "retry-after-well-formed": "returns a malformed Retry-After header",
    "same-shape": "returns an error of another shape than the other operations",
    "schema": "returns {name} that breaks its schema",
    "served": "is not found at its documented address",
    "status-documented": "refuses with {status_told}",
    "success-without-error": "returns an error code in a successful response",
    "type": "returns {name} of the wrong type",
    "unevaluated-properties": "returns an undocumented field below {name}",
    "unique-items": "returns {name} with repeated items",
    "usable": "cannot be tested: the document describes it wrongly",
    "www-authenticate": "answers 401 without saying how to authenticate (WWW-Authenticate)",
    # Requests: what must be accepted, what must be refused.
    "accepted": "rejects a valid {name}",
    "allow-header": "answers 405 without naming the allowed methods in Allow",
    "empty-refused": "accepts an empty {name}",
    "enum-enforced": "accepts {name} with a value that is not in the documented list",
    "existing-refused": "overwrites what exists although If-None-Match: * forbids it",
    "format-enforced": "accepts {name} in the wrong format",
    "garbage-refused": "accepts a made-up key",
    "largest-accepted": "rejects a write within its size limit",
    "additional-properties-enforced": "accepts an undocumented field in {name}",
    "unevaluated-properties-enforced": "accepts an undocumented field in {name}",
    "unique-items-enforced": "accepts {name} with repeated items",
    "multiple-of-enforced": "accepts {name} that is not a multiple of the documented step",
    "min-properties-enforced": "accepts too few members in {name}",
    "max-properties-enforced": "accepts too many members in {name}",
    "dependent-required-enforced": "accepts {name} without a field that another field requires",
    "const-enforced": "accepts {name} with a value other than the documented one",
    "contains-enforced": "accepts {name} without the item it must contain",
    "property-names-enforced": "accepts {name} with a forbidden member name",
    "not-enforced": "accepts {name} that its schema forbids",
    "any-of-enforced": "accepts {name} that matches none of its schemas",
    "one-of-enforced": "accepts {name} that does not match exactly one of its schemas",
    "if-enforced": "accepts {name} that breaks a condition of its schema",
    "max-items-enforced": "accepts too many items in {name}",
    "max-length-enforced": "accepts {name} that is too long",
    "maximum-enforced": "accepts {name} above its maximum",
    "exclusive-maximum-enforced": "accepts {name} above its maximum",
    "media-type-enforced": "accepts a body of an undocumented media type",
    "min-items-enforced": "accepts too few items in {name}",
    "min-length-enforced": "accepts {name} that is too short",
    "minimum-enforced": "accepts {name} below its minimum",
    "exclusive-minimum-enforced": "accepts {name} below its minimum",
    "missing-refused": "accepts requests without a key",
    "optional-served": "demands a key although none is required",
    "pattern-enforced": "accepts {name} that does not match its pattern",
    "readonly-forbidden": "lets a read-only key write",
    "refusal-code": "refuses {name} with another error code than documented",
    "refusal-status": "refuses an invalid {name} with another status than documented",
    "refused": "accepts an invalid request",
    "refused-without-effect": "changes data although it refused the request",
    "required-enforced": "accepts a request without {name}",
    "revoked-refused": "accepts a revoked key",
    "syntax-enforced": "accepts a body that is not valid JSON",
    "too-large-refused": "accepts a write beyond its size limit",
    "type-enforced": "accepts {name} of the wrong type",
    "forbidden-status": "refuses a key without the permission with another status than 403",
    "unauthenticated-status": "refuses a request without a valid key with another status than 401",
    "wrong-scheme-refused": "accepts a key under another authentication scheme",
    "included-once": "includes the same resource more than once",
    "computed-as-said": "returns {name} that is not what its description says it is made of",
    "not-shown": "returns {name}, which is writeOnly",
    "unsaid-accepted": "refuses a request that its document does not forbid",
    # Lists.
    "ascending": "does not sort in ascending order",
    "descending": "does not sort in descending order",
    "bare-value-searched": "does not find a value searched without its field name",
    "bound-complete": "leaves out items that lie within {name}",
    "bound-edge": "treats items that equal {name} in another way than documented",
    "bound-sound": "returns items that {name} must leave out",
    "bounded-before-paging": "applies {name} to one page instead of the whole list",
    "bounds-combined": "does not apply a lower and an upper bound together",
    "case-as-documented": "treats upper and lower case in {name} in another way than documented",
    "count-bounded": "returns a count that does not fit the page and the total",
    "default-applied": "does not apply the documented default of {name}",
    "sorted-as-told": "says that a list is sorted as requested, but does not sort it",
    "default-direction-applied": "does not sort in the default direction",
    "default-echoed": "does not return the default of {name}",
    "default-key-applied": "does not sort by the default field",
    "direction-respected": "ignores the sort direction",
    "echoed": "does not return {name} as it was sent",
    "expression-complete": "leaves out items for which the expression in {name} holds",
    "expression-empty": "returns items for an expression in {name} that holds for none",
    "expression-in-order": "does not keep the order when it filters by {name}",
    "expression-paged": "applies the expression in {name} to one page instead of the whole list",
    "expression-holds": "returns items that an expression with {name} must leave out",
    "expression-total": "returns a total that ignores the expression in {name}",
    "expressions-joined": "misreads joined comparisons in {name}",
    "filter-complete": "leaves out items that match the filter {name}",
    "filter-sound": "returns items that do not match the filter {name}",
    "several-values": "does not apply several values of {name} together",
    "filtered-and-sorted-before-paging": "filters and sorts one page instead of the whole list",
    "filtered-before-paging": "filters one page by {name} instead of the whole list",
    "filtered-in-order": "does not keep the order when it filters",
    "filters-combined": "does not apply two filters together",
    "holds-across-pages": "does not keep the order from page to page",
    "key-respected": "ignores the sort field",
    "match-as-documented": "matches {name} in another way than documented",
    "more-told": "is wrong about whether more items follow the page",
    "pages-told": "returns a wrong number of pages",
    "next-leads-on": "gives a next link that does not lead to the next page",
    "no-match-empty": "returns items for a value of {name} that nothing has",
    "offset-exact": "does not start the page at the offset",
    "page-size-not-capped": "returns fewer items than the page size asks for",
    "page-size-respected": "returns more items than the page size allows",
    "pages-complete": "leaves out items between its pages",
    "pages-continue": "does not continue where the page before ended",
    "aggregate-exact": "returns {name} that does not match its items",
    "facets-of-all-pages": "counts only the items of one page in {name}",
    "only-once": "allows a second time what its description allows once",
    "other-case-refused": "accepts a second {name} that differs in its case alone",
    "times-limited": "succeeds more often than its description allows",
    "transition-refused": "serves a change of {name} that its description does not allow",
    "removed-and-subtracted": "leaves a sum or a count of the owner as it was before the removal",
    "map-merged": "removes keys of {name} that the update does not send",
    "map-replaced": "keeps keys of {name} that the update does not send",
    "parts-as-whole": "ends in another state if the amount is sent in parts",
    "duplicate-elsewhere-refused": "accepts a {name} that already exists below another owner",
    "version-moves": "changes a resource and leaves its {name} as it was",
    "stale-version-refused": "serves an update with an outdated {name}",
    "refused-in-other-states": "succeeds in a state that its description does not allow",
    "refused-in-state": "succeeds in a state in which its description refuses it",
    "overlap-refused": "accepts a time that is already taken",
    "move-refused": "accepts a move to a time that is already taken",
    "next-served": "refuses a time that begins when another one ends",
    "freed-by-end": "does not free the time that was taken",
    "sum-limited": "accepts {name} that exceeds its limit together with those before",
    "page-before-exact": "returns another page than the one right before an item",
    "next-page-leads-on": "names a next page that brings nothing new",
    "pages-disjoint": "returns the same item on two pages",
    "past-end-empty": "returns items on a page beyond the end",
    "prefix-understood": "does not understand a search value after its prefix",
    "prev-leads-back": "gives a prev link that does not lead back",
    "second-key-respected": "ignores the second sort field",
    "sorted-before-paging": "sorts one page instead of the whole list",
    "ties-keep-their-place": "repeats or leaves out items that the order leaves equal",
    "total-constant": "returns another total on another page",
    "total-exact": "returns a total that is not the number of items",
    "total-filtered": "returns a total that ignores the filter",
    "unknown-key-keeps-default": "does not keep the default order for an unknown sort field",
    # Resources.
    "absent-distinct": "refuses a second resource without {name}",
    "absent-equal": "accepts a second resource without {name}",
    "agrees-with-get": "answers HEAD with other headers than GET",
    "agrees-with-read": "shows other values than reading the same resource does",
    "changes-nothing": "changes data although its method is safe",
    "created-despite-delete": "loses {a_name} that is created while another one with the same name is deleted",
    "created-listed": "does not list {a_name} that was created",
    "deleted-despite-update": "brings a deleted {name} back by an update at the same time",
    "deleted-unknown": "does not treat a deleted {name} as one that never existed",
    "deleted-unlisted": "still lists {a_name} that was deleted",
    "distinct": "gives the same {name} twice",
    "duplicate-refused": "accepts a duplicate {name}",
    "duplicate-status": "refuses a duplicate {name} with another status than documented",
    "encoded-served": "does not find {a_name} when its address is percent-encoded",
    "extreme-refused": "returns another {name} for an id that cannot exist",
    "free-elsewhere": "refuses {a_name} that is taken only elsewhere",
    "freed": "does not free the {name} of what it deletes",
    "begins-in-state": "creates {a_name} in another state than documented",
    "action-leads-to-state": "leaves a resource in another state than documented",
    "action-refused": "is served in a state in which it is not allowed",
    "flag-set": "does not set {name}",
    "flag-taken-back": "does not take {name} back",
    "flag-leaves-rest": "changes more than {name}",
    "listed-and-counted": "adds something that its owner doesn't count",
    "deleted-and-uncounted": "deletes something that its owner still counts",
    "done-once": "has a further effect when the request is repeated with the same key",
    "other-body-refused": "takes the same key with another body",
    "same-key-same-result": "creates another resource when the request is repeated with the same key",
    "key-of-other-body-refused": "accepts a key that was sent with another body",
    "idempotent": "has another effect when the same request is repeated",
    "immutable": "lets an update change {name}, which must not change",
    "not-found-elsewhere": "shows what was added below another resource",
    "not-changed-elsewhere": "changes what was added below another resource",
    "names-its-owner": "names another owner than the one it was added below",
    "counted-by-owner": "adds something that its owner does not count",
    "gone-with-owner": "deletes a resource but keeps what belongs to it",
    "uncounted-when-deleted": "deletes something that its owner still counts",
    "same-refused": "accepts a second one with the same {name}",
    "numbered-without-gaps": "leaves gaps in the positions of a list",
    "moved-to-position": "moves an item to the wrong position",
    "gap-closed": "leaves a gap in the positions after a delete",
    "attached-shown": "attaches something that a read does not show",
    "attached-once": "attaches the same thing twice",
    "detached-gone": "detaches something that a read still shows",
    "deleted-detached": "deletes a resource that is still shown where it was attached",
    "null-clears": "keeps the value of a field that is set to null",
    "modified-after-created": "shows a change before the creation",
    "written-read-back": "does not store what is written to it",
    "others-stay": "changes more than what is written to it",
    "restored": "does not bring back what was deleted",
    "restored-whole": "brings back what was deleted with other values",
    "action-answer-read": "answers with a change that a read does not show",
    "ended-stays": "shows work that had ended as going on again",
    "ended-not-cancelled": "cancels work that has succeeded",
    "result-after-end": "serves a result before the work has succeeded",
    "result-served": "refuses the result of work that has succeeded",
    "action-value-stored": "does not store {name}",
    "listed-below": "does not list what was created below the same resource",
    "not-listed-elsewhere": "lists what was added below another resource",
    "action-adds": "stores a wrong sum",
    "occupied-kept": "deletes a resource while something still belongs to it",
    "reference-known": "accepts {a_name} that refers to nothing",
    "bytes-stored": "does not store the content that was sent",
    "location-given": "returns a {status} response without a Location header",
    "location-leads": "returns a Location that does not lead to the new resource",
    "not-reused": "gives the {name} of a deleted resource again",
    "others-kept": "changes other resources when it deletes one",
    "owned-deleted": "deletes an owner but keeps its {name}",
    "owner-kept": "deletes an owner with the last thing that it owns",
    "race-decided": "accepts duplicates that are sent at the same time",
    "readable": "creates {a_name} that cannot be read",
    "server-assigned": "lets the client set {name}, which the server assigns",
    "similar-accepted": "refuses {a_name} that only resembles an existing one",
    "similar-refused": "returns {a_name} whose id only resembles the one asked for",
    "starts-afresh": "shows texts of a deleted {name} in a new one with the same name",
    "unknown-refused": "does not answer as documented for {a_name} that does not exist",
    "unnamed-kept": "changes fields that the update does not name",
    "update-listed": "shows old values of {a_name} that was updated",
    "update-others-kept": "changes other resources when it updates one",
    "update-read-back": "does not store an update of {a_name}",
    "left-out-absent": "shows a word such as None where a new {name} has no value",
    "defaults-stored": "does not store the documented default of a field left out of a new {name}",
    "modified-moves": "updates {a_name} without moving its modification time",
    "updates-at-once-kept": "loses one of two updates sent at the same time",
    "values-read-back": "does not store the values of a new {name}",
    # Standards.
    "array-replaces": "does not replace an array that a merge patch names",
    "beyond-end-refused": "does not refuse a byte range beyond the end",
    "current-tag-served": "refuses a write with the current entity tag",
    "if-range-respected": "ignores If-Range",
    "not-modified": "does not answer 304 for the current entity tag",
    "null-removes": "keeps a member that a merge patch sets to null",
    "object-merges": "does not merge an object that a merge patch names",
    "condition-needed": "accepts a write without If-Match, though 428 is documented",
    "mask-clears": "does not clear a field that the update mask names and the body leaves out",
    "mask-limits": "changes what an update mask does not name",
    "mask-replaces-maps": "merges a map that an update mask names",
    "other-tag-served": "does not serve a request that names another entity tag",
    "put-repeatable": "has another effect when the same PUT is repeated",
    "put-replaces": "keeps a member that a PUT leaves out",
    "put-stored": "does not store what a PUT brings",
    "range-exact": "returns other bytes than the range asks for",
    "stale-tag-refused": "accepts a write with an old entity tag",
    "tag-follows-change": "keeps the entity tag when the content changes",
    "unknown-unit-ignored": "does not ignore a range in an unknown unit",
    "unnamed-stays": "changes members that a merge patch does not name",
    # Rates.
    "documented-rate-served": "refuses requests below its documented rate limit",
    "past-limit-refused": "does not enforce its documented rate limit",
    "served-again": "keeps refusing after the pause it asked for",
}
"""The words for each kind; `{name}` is the subject, `{a_name}` with its article, `{status}` the status it speaks of."""
