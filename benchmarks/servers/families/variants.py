"""The unusual but right ways in which the servers can behave, each with the sentence of the contract that allows it.

Where `breaks_inferred` is true the variant goes against a fact that was inferred only: an advisory about it is right,
a failure is wrong. Where it is false, nothing at all is to be said about it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to behave that the contract leaves open."""

    name: str
    family: str
    sentence: str
    allowed_by: str
    breaks_inferred: bool


def check_variant(family: str, name: str) -> None:
    """Raise ValueError if the name is not empty and no variant of the family."""
    if name and name not in {variant.name for variant in VARIANTS if variant.family == family}:
        raise ValueError(f"no variant of {family}: {name}")


VARIANTS: tuple[Variant, ...] = (
    Variant(
        "pai-created-201",
        "pai",
        "Answers 201 to what it creates.",
        "Success is any 2xx: that it is 200 is inferred.",
        True,
    ),
    Variant(
        "pai-duplicate-409",
        "pai",
        "Answers 409 to a duplicate name or version.",
        "A duplicate AlgorithmName is refused (documented), with 400 (inferred).",
        True,
    ),
    Variant(
        "pai-plugin-needs-key",
        "pai",
        "Answers 401 to PluginListAlgorithms without a key.",
        "PluginListAlgorithms may answer without it (so that it does is inferred).",
        True,
    ),
    Variant(
        "pai-unknown-workspace-404",
        "pai",
        "Answers 404 to a list of an unknown workspace.",
        "Unknown workspace: 404 or an empty list, both right.",
        False,
    ),
    Variant(
        "pai-error-nested",
        "pai",
        "Sends refusals as {error: {type, detail}, RequestId}.",
        "The body is JSON and holds a RequestId (documented); that it is {RequestId, Code, Message} is inferred.",
        True,
    ),
    Variant(
        "pai-past-end-404",
        "pai",
        "Answers 404 to a page past the end.",
        "A page past the end is empty (inferred).",
        True,
    ),
    Variant(
        "pai-page-zero-served",
        "pai",
        "Takes a PageNumber or PageSize of 0 for the default.",
        "PageNumber, PageSize: minimum 1 (inferred).",
        True,
    ),
    Variant(
        "pai-extra-members",
        "pai",
        "Sends further members in every success, before the known ones.",
        "Required in a success body: RequestId, and what stands without a question mark; nothing forbids more.",
        False,
    ),
    Variant(
        "pai-update-strict",
        "pai",
        "Answers 400 to an update that names a field which can't change.",
        "AlgorithmName and AlgorithmId never change, whether the answer is 200 or 400.",
        False,
    ),
    Variant(
        "pai-no-times",
        "pai",
        "Sends neither times nor AlgorithmProvider.",
        "GmtCreateTime, GmtModifiedTime and AlgorithmProvider are sdk facts: described and typed, but not required.",
        False,
    ),
    Variant(
        "pai-awkward-ids",
        "pai",
        "Makes ids with a slash, a space, a percent sign, a question mark and a letter beyond ASCII.",
        "AlgorithmId: strings, minimum length 1, no pattern.",
        False,
    ),
    Variant(
        "pai-rate-limited",
        "pai",
        "Answers 429, with Retry-After, past 100 requests a second and user and past 10 CreateAlgorithm.",
        "100 requests a second and user, CreateAlgorithm 10 a second are served; past that 429.",
        False,
    ),
    Variant(
        "pai-chunked",
        "pai",
        "Sends bodies in pieces and without a Content-Length.",
        "The contract says nothing of framing.",
        False,
    ),
    Variant(
        "pai-versions-survive",
        "pai",
        "Still answers GetAlgorithmVersion for the versions of a deleted algorithm.",
        "A deleted algorithm answers 404 and is not listed; its versions go with it (inferred).",
        True,
    ),
    Variant(
        "pai-filter-name-contains",
        "pai",
        "Filters AlgorithmName by a part of it.",
        "AlgorithmName on ListAlgorithms filters by equality (inferred).",
        True,
    ),
    Variant(
        "pai-absent-names-collide",
        "pai",
        "Refuses a second algorithm without a name in a workspace.",
        "Absent names don't collide (inferred).",
        True,
    ),
    Variant(
        "pai-no-workspace-is-one",
        "pai",
        "Refuses a duplicate name among the algorithms without a workspace.",
        "AlgorithmName is unique within a WorkspaceId; nothing says whether to have none is a scope of its own.",
        False,
    ),
    Variant(
        "modelarts-total-of-user",
        "modelarts",
        "Sends as total the number of all algorithms, whatever the search and the workspace.",
        "len(items) <= count <= total; nothing stricter.",
        False,
    ),
    Variant(
        "modelarts-count-of-page",
        "modelarts",
        "Sends as count the number of items of the page.",
        "The document leaves open whether count is of the page.",
        False,
    ),
    Variant(
        "modelarts-members-reversed",
        "modelarts",
        "Sends the members of every object in the opposite order.",
        "The members of a JSON object have no order.",
        False,
    ),
    Variant(
        "modelarts-bare-items",
        "modelarts",
        "Sends nothing but metadata.id and metadata.name in an item.",
        "Every field optional but metadata in an item, metadata.id and metadata.name.",
        False,
    ),
    Variant(
        "modelarts-extra-members",
        "modelarts",
        "Sends further members in items and in their metadata.",
        "The tables list what is known; nothing forbids more.",
        False,
    ),
    Variant(
        "modelarts-collation",
        "modelarts",
        "Sorts texts without regard to case.",
        "Items are sorted by sort_by; nothing says how texts compare.",
        False,
    ),
    Variant(
        "modelarts-nulls-other-end",
        "modelarts",
        "Sorts null after every text.",
        "description may be null; nothing says where null is sorted.",
        False,
    ),
    Variant(
        "modelarts-past-end-404",
        "modelarts",
        "Answers 404 to an offset past the end.",
        "A page past the end is empty (inferred).",
        True,
    ),
    Variant(
        "modelarts-needs-token",
        "modelarts",
        "Answers 401 without an X-Auth-Token.",
        "That it is served without a key is inferred; X-Auth-Token is declared as an optional scheme (inferred).",
        True,
    ),
    Variant(
        "modelarts-error-nested",
        "modelarts",
        "Sends refusals as {error: {code, reason}}.",
        "400 for a parameter out of range or of the wrong type, {error_code, error_msg} (inferred).",
        True,
    ),
    Variant(
        "modelarts-unknown-key-400",
        "modelarts",
        "Answers 400 to an unknown sort_by.",
        "Another key leaves the default order (inferred).",
        True,
    ),
    Variant(
        "modelarts-unknown-key-echoed",
        "modelarts",
        "Sends an unknown sort_by back as it was sent.",
        "sort_by comes back as applied; for a key that isn't known both the sent one and the default are an answer.",
        False,
    ),
    Variant(
        "modelarts-chunked",
        "modelarts",
        "Sends bodies in pieces and without a Content-Length.",
        "The contract says nothing of framing.",
        False,
    ),
    Variant(
        "opensearch-id-text",
        "opensearch",
        "Sends the id of an algorithm as a string.",
        "id: integer or string (sources disagree).",
        False,
    ),
    Variant(
        "opensearch-empty-code",
        "opensearch",
        "Sends an empty Code and an empty Message with Status OK.",
        "On Status: OK, Code is absent or empty.",
        False,
    ),
    Variant(
        "opensearch-unauthorized-403",
        "opensearch",
        "Answers 403 to a request without a good key.",
        "Bearer; otherwise refused (documented), with 401 (inferred).",
        True,
    ),
    Variant(
        "opensearch-models-envelope",
        "opensearch",
        "Answers GetDeployedModelStatus in the envelope of ListFunctionResources.",
        "The envelope is inferred; the envelope of Response Format is right as well.",
        False,
    ),
    Variant(
        "opensearch-past-end-404",
        "opensearch",
        "Answers 404 to a page past the end.",
        "Pages as for PAI: a page past the end is empty (inferred).",
        True,
    ),
    Variant(
        "opensearch-bad-parameter-422",
        "opensearch",
        "Answers 422 to a parameter outside its type, range or enum, and to an invalid functionName.",
        "Answers 400 (inferred status; that it is refused follows from the documented constraint).",
        True,
    ),
    Variant(
        "opensearch-error-short",
        "opensearch",
        "Sends refusals as {HttpCode, Code, errors[]}.",
        "{Status: FAIL, HttpCode, RequestId, Code, Message} (inferred but for Code and HttpCode).",
        True,
    ),
    Variant(
        "opensearch-none-found-404",
        "opensearch",
        "Answers 404 where no model matches the filters.",
        "GetDeployedModelStatus without a match answers 200 with an empty result (inferred).",
        True,
    ),
    Variant(
        "opensearch-unknown-403",
        "opensearch",
        "Answers 403 for an unknown application.",
        "An unknown application, function, algorithm or model: 404 (inferred).",
        True,
    ),
    Variant(
        "opensearch-no-latency",
        "opensearch",
        "Leaves Latency out.",
        "Latency is optional.",
        False,
    ),
    Variant(
        "opensearch-no-data",
        "opensearch",
        "Leaves Data out of every resource.",
        "Data is optional; that it is there where there is something to show is inferred.",
        True,
    ),
    Variant(
        "opensearch-models-of-names",
        "opensearch",
        "Sends only modelId in the models of an algorithm.",
        "models are the associated models; nothing says what an element holds.",
        False,
    ),
    Variant(
        "opensearch-extra-members",
        "opensearch",
        "Sends a further member in every resource.",
        "The example shows what is known; nothing forbids more.",
        False,
    ),
    Variant(
        "opensearch-one-piece",
        "opensearch",
        "Sends bodies in one piece, with a Content-Length, where the plain server sends three.",
        "The contract says nothing of framing.",
        False,
    ),
)
