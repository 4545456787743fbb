"""Deviations of a server, each with the clauses of resources that it must fail and no other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import State
from contract_suite.model.exchange import Request
from tests.behaviours.deviations import (
    acting_although,
    answering,
    composed,
    deleting_again_succeeds,
    deleting_also,
    deleting_what_begins_so,
    forgetting_empty_names,
    growing,
    hiding_from_the_plugin,
    keyless,
    knowing_every_container,
    listing_the_first_name,
    losing_a_deep_member,
    merged_spec,
    moved,
    orphaning,
    outside_its_folder,
    readonly,
    renamed,
    resetting,
    still_finding,
    still_listing,
    storing,
    taking_the_provider,
    the_one_before,
    third_item_wrong,
    touching,
    trimmed,
    updating,
    with_a_bad_member,
    without_bad_members,
)
from tests.behaviours.deviations_of_names import (
    both_nameless,
    but_for_blanks,
    by_the_beginning,
    finding_by,
    finding_by_beginning,
    giving_ids_again,
    in_any_case,
    keeping_names,
    lowering_paths,
    namesakes,
    overlooking_duplicates,
    refusing,
    same_name,
    same_name_in_any_case,
    shown_otherwise,
    taking_duplicates,
    taking_over,
)
from tests.contracts import load

PAI: Final = load("pai")
MODELARTS: Final = load("modelarts")
OPENSEARCH: Final = load("opensearch")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A deviation, and the clauses that it must fail."""

    name: str
    clauses: set[str]
    pipeline: Callable[[], Pipeline] = Pipeline
    before: Callable[[MockServer, Request], None] | None = None
    contract: Any = PAI


PROVIDER_PIPELINE, PROVIDER_BEFORE = taking_the_provider()
OF_CREATE: Final = "CreateAlgorithm::Algorithm"
FAULTS: Final = (
    Fault(
        name="texts are composed",
        clauses={f"{OF_CREATE}::values-read-back"},
        pipeline=storing(composed, "DisplayName", "AlgorithmDescription"),
    ),
    Fault(
        name="texts are trimmed", clauses={f"{OF_CREATE}::values-read-back"}, pipeline=storing(trimmed, "DisplayName")
    ),
    Fault(
        name="empty texts are forgotten", clauses={f"{OF_CREATE}::values-read-back"}, pipeline=forgetting_empty_names
    ),
    Fault(
        name="a deep member is lost",
        clauses={"CreateAlgorithmVersion::AlgorithmVersion::values-read-back"},
        pipeline=losing_a_deep_member,
    ),
    Fault(
        name="one list hides new ones",
        clauses={"PluginListAlgorithms::Algorithm::created-listed"},
        pipeline=hiding_from_the_plugin,
    ),
    Fault(
        name="a list lags behind", clauses={"ListAlgorithms::Algorithm::update-listed"}, pipeline=listing_the_first_name
    ),
    Fault(
        name="updates do nothing",
        clauses={
            "UpdateAlgorithm::Algorithm::update-read-back",
            "UpdateAlgorithmVersion::AlgorithmVersion::update-read-back",
        },
        pipeline=updating(lambda _, record, __: record.body),
    ),
    Fault(
        name="updates merge",
        clauses={"UpdateAlgorithmVersion::AlgorithmVersion::update-read-back"},
        pipeline=updating(merged_spec),
    ),
    Fault(
        name="updates clear what they don't name",
        clauses={"UpdateAlgorithm::Algorithm::unnamed-kept", "UpdateAlgorithmVersion::AlgorithmVersion::unnamed-kept"},
        pipeline=resetting,
    ),
    Fault(
        name="the third item is wrong",
        clauses={"PluginListAlgorithms::Algorithm::agrees-with-read"},
        pipeline=third_item_wrong,
    ),
    Fault(name="names change", clauses={"UpdateAlgorithm::AlgorithmName::immutable"}, pipeline=updating(renamed)),
    Fault(name="workspaces change", clauses={"UpdateAlgorithm::WorkspaceId::immutable"}, pipeline=updating(moved)),
    Fault(
        name="clients set the provider",
        clauses={"CreateAlgorithm::AlgorithmProvider::server-assigned"},
        pipeline=PROVIDER_PIPELINE,
        before=PROVIDER_BEFORE,
    ),
    Fault(
        name="deleted is listed",
        clauses={
            "ListAlgorithms::Algorithm::deleted-unlisted",
            "PluginListAlgorithms::Algorithm::deleted-unlisted",
        },
        pipeline=still_listing("Algorithm"),
    ),
    Fault(
        name="deleted is found",
        clauses={"GetAlgorithmVersion::AlgorithmVersion::deleted-unknown"},
        pipeline=still_finding("AlgorithmVersion"),
    ),
    Fault(
        name="deleted can be deleted",
        clauses={"DeleteAlgorithm::Algorithm::deleted-unknown"},
        pipeline=deleting_again_succeeds,
    ),
    Fault(
        name="a neighbour is deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_what_begins_so,
    ),
    Fault(
        name="the one before is deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_also("Algorithm", the_one_before),
    ),
    Fault(
        name="namesakes in other workspaces are deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_also("Algorithm", namesakes("AlgorithmName")),
    ),
    Fault(
        name="versions of other algorithms are deleted",
        clauses={"DeleteAlgorithmVersion::AlgorithmVersion::others-kept"},
        pipeline=deleting_also("AlgorithmVersion", namesakes("AlgorithmVersion")),
    ),
    Fault(name="names stay taken", clauses={"DeleteAlgorithm::AlgorithmName::freed"}, pipeline=keeping_names),
    Fault(name="ids are given again", clauses={"CreateAlgorithm::AlgorithmId::not-reused"}, pipeline=giving_ids_again),
    Fault(name="versions survive", clauses={"DeleteAlgorithm::AlgorithmVersion::owned-deleted"}, pipeline=orphaning),
    Fault(
        name="duplicates are taken",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-refused"},
        pipeline=taking_duplicates(),
    ),
    Fault(
        name="duplicates with another display name are taken",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-refused"},
        pipeline=overlooking_duplicates(shown_otherwise),
    ),
    Fault(
        name="empty names are taken twice",
        clauses={"CreateAlgorithm::AlgorithmName::empty-refused"},
        pipeline=overlooking_duplicates(lambda _, new: new["AlgorithmName"] == ""),
    ),
    Fault(
        name="refused duplicates are kept",
        clauses={"CreateAlgorithm::conflict::refused-without-effect"},
        pipeline=overlooking_duplicates(lambda _, __: True, lambda state, _, new: State.put(state, new)),
    ),
    Fault(
        name="refused duplicates take over",
        clauses={"CreateAlgorithm::conflict::refused-without-effect"},
        pipeline=overlooking_duplicates(lambda _, __: True, taking_over),
    ),
    Fault(
        name="duplicates win a race",
        clauses={"CreateAlgorithm::AlgorithmName::race-decided"},
        pipeline=taking_duplicates(lambda: threading.current_thread() is not threading.main_thread()),
    ),
    Fault(
        name="names are unique everywhere",
        clauses={"CreateAlgorithm::AlgorithmName::free-elsewhere"},
        pipeline=lambda: Pipeline(draft=refusing(same_name)),
    ),
    Fault(
        name="names are unique in any case",
        clauses={"CreateAlgorithm::AlgorithmName::similar-accepted"},
        pipeline=lambda: Pipeline(draft=refusing(same_name_in_any_case)),
    ),
    Fault(
        name="absent names collide",
        clauses={"CreateAlgorithm::AlgorithmName::absent-distinct"},
        pipeline=lambda: Pipeline(draft=refusing(both_nameless)),
    ),
    Fault(
        name="duplicates are conflicts",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-status"},
        pipeline=answering("duplicate", "CreateAlgorithm", 409),
    ),
    Fault(
        name="ids are found by their beginning",
        clauses={"GetAlgorithm::Algorithm::unknown-refused"},
        pipeline=finding_by_beginning,
    ),
    Fault(
        name="ids are found in any case",
        clauses={"GetAlgorithm::Algorithm::similar-refused"},
        pipeline=finding_by(in_any_case(0), "Algorithm"),
    ),
    Fault(
        name="versions are found in any case",
        clauses={"GetAlgorithmVersion::AlgorithmVersion::similar-refused"},
        pipeline=finding_by(in_any_case(1), "AlgorithmVersion"),
    ),
    Fault(
        name="versions are found by their owner in any case",
        clauses={"GetAlgorithmVersion::Algorithm::similar-refused"},
        pipeline=finding_by(in_any_case(0), "AlgorithmVersion"),
    ),
    Fault(
        name="updates trim ids",
        clauses={"UpdateAlgorithm::Algorithm::similar-refused"},
        pipeline=finding_by(but_for_blanks, "Algorithm", "PUT"),
    ),
    Fault(
        name="deletions trim both parts of an id",
        clauses={
            "DeleteAlgorithmVersion::AlgorithmVersion::similar-refused",
            "DeleteAlgorithmVersion::Algorithm::similar-refused",
        },
        pipeline=finding_by(but_for_blanks, "AlgorithmVersion", "DELETE"),
    ),
    Fault(
        name="deletions go by the beginning of an id",
        clauses={"DeleteAlgorithm::Algorithm::unknown-refused"},
        pipeline=finding_by(by_the_beginning, "Algorithm", "DELETE"),
    ),
    Fault(
        name="containers are found in any case",
        clauses={
            "ListFunctionResources::appGroupIdentity::similar-refused",
            "ListFunctionResources::functionName::similar-refused",
            "GetDeployedAlgorithm::appGroupIdentity::similar-refused",
            "GetDeployedModel::appGroupIdentity::similar-refused",
            "GetDeployedModelStatus::appGroupIdentity::similar-refused",
        },
        pipeline=lowering_paths,
        contract=OPENSEARCH,
    ),
    Fault(
        name="unknown is bad",
        clauses={"DeleteAlgorithm::Algorithm::unknown-refused"},
        pipeline=answering("unknown", "DeleteAlgorithm", 400),
    ),
    Fault(
        name="every container is known",
        clauses={"GetDeployedModelStatus::appGroupIdentity::unknown-refused"},
        pipeline=knowing_every_container,
        contract=OPENSEARCH,
    ),
    Fault(name="reading touches", clauses={"GetAlgorithm::request::changes-nothing"}, pipeline=touching),
    Fault(name="a put grows", clauses={"UpdateAlgorithm::Algorithm::idempotent"}, pipeline=updating(growing)),
    Fault(
        name="a create without a key is done",
        clauses={"CreateAlgorithm::auth::refused-without-effect"},
        before=acting_although("POST", keyless),
    ),
    Fault(
        name="a forbidden create is done",
        clauses={"CreateAlgorithm::permission::refused-without-effect"},
        before=acting_although("POST", readonly),
    ),
    Fault(
        name="half of a bad create is done",
        clauses={"CreateAlgorithm::body::refused-without-effect"},
        before=acting_although("POST", with_a_bad_member, without_bad_members),
    ),
    Fault(
        name="an update without a key is done",
        clauses={"UpdateAlgorithm::auth::refused-without-effect"},
        before=acting_although("PUT", keyless),
    ),
    Fault(
        name="half of a bad update is done",
        clauses={"UpdateAlgorithm::body::refused-without-effect"},
        before=acting_although("PUT", with_a_bad_member, without_bad_members),
    ),
    Fault(
        name="a forbidden deletion is done",
        clauses={"DeleteAlgorithm::permission::refused-without-effect"},
        before=acting_although("DELETE", readonly),
    ),
    Fault(
        name="a boot file is elsewhere",
        clauses={"ListAlgorithms::200/items/*/job_config/boot_file::below"},
        pipeline=outside_its_folder,
        contract=MODELARTS,
    ),
)
