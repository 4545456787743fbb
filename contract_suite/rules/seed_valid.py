"""Every record of the seed data is a valid answer, less what belongs to the answer and not to the resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.json import JSON, MISSING, at, unescape
from contract_suite.model.location import Location
from contract_suite.rules.kit.fields import representations, success
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    if contract.seed is None:
        return
    for where, sentence in _seed(contract, contract.seed):
        folder = contract.file.rpartition("/")[0]
        location = Location(file=f"{folder}/seed.yaml" if folder else "seed.yaml", line=1, pointer=where)
        yield LintProblem(message=f"{where or 'the seed'}: {sentence}", location=location)


def _seed(contract: Contract, seed: JSON) -> Iterator[tuple[str, str]]:
    if not isinstance(seed, dict):
        yield "", "must be an object"
        return
    unknown = sorted(set(seed) - {"containers", "groups"})
    if unknown:
        yield "", f"knows no {unknown[0]!r}; it has containers and groups"
    containers = seed.get("containers") or []
    if not isinstance(containers, list) or not all(isinstance(each, dict) for each in containers):
        yield "/containers", "must be a list of objects"
    else:
        for index, container in enumerate(containers):
            yield from _scope(contract, f"/containers/{index}", container, contract.resources)
    groups = seed.get("groups") or []
    if not isinstance(groups, list):
        yield "/groups", "must be a list"
        return
    for index, group in enumerate(groups):
        yield from _group(contract, f"/groups/{index}", group)
    yield from _repeated(contract, groups)


def _group(contract: Contract, where: str, group: JSON) -> Iterator[tuple[str, str]]:
    if not isinstance(group, dict):
        yield where, "must be an object"
        return
    unknown = sorted(set(group) - {"resource", "scope", "count", "vary", "records"})
    if unknown:
        yield where, f"knows no {unknown[0]!r}"
    name = group.get("resource")
    resource = next((each for each in contract.resources if each.name == name), None)
    if resource is None:
        yield (
            where,
            f"there is no resource {name!r}{did_you_mean(str(name), (each.name for each in contract.resources))}",
        )
        return
    records, count, vary = group.get("records"), group.get("count"), group.get("vary") or {}
    if not isinstance(records, list) or not records:
        yield where, "needs records"
        return
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        yield where, "count must be a whole number"
    yield from _scope(contract, where, group.get("scope") or {}, [resource])
    if not isinstance(vary, dict):
        yield where, "vary must be an object"
        vary = {}
    for pointer in vary:
        if not any(at(record, pointer) is not MISSING for record in records):
            yield f"{where}/vary", f"no record has {pointer}"
    for index, record in enumerate(records):
        yield from _record(contract, resource, f"{where}/records/{index}", record)


def _scope(contract: Contract, where: str, scope: JSON, resources: Sequence[Resource]) -> Iterator[tuple[str, str]]:
    if not isinstance(scope, dict):
        yield where, "the scope must be an object"
        return
    names = {name for resource in resources for name in resource.scope}
    for name, value in scope.items():
        if name not in names:
            yield where, f"{name!r} is no scope of a resource{did_you_mean(name, names)}"
        for operation in contract.operations:
            parameter = None if operation.problem else operation.parameter(name)
            if parameter is not None and (problems := parameter.schema.problems(value)):
                yield where, f"{name} breaks the schema of {operation.id}: {problems[0].message}"
                break
    if len(resources) == 1:
        for name in resources[0].scope:
            if name not in scope:
                yield where, f"the scope lacks {name!r}"


def _record(contract: Contract, resource: Resource, where: str, record: JSON) -> Iterator[tuple[str, str]]:
    """A record is what the resource's operations answer, less what belongs to the answer and not to the resource."""
    if not isinstance(record, dict):
        yield where, "must be an object"
        return
    for field in resource.identity:
        if at(record, field) is MISSING:
            yield where, f"lacks the identity {field}"
    for schema, prefix in representations(contract, resource):
        body = _answer(prefix, record)
        fresh = _of_the_answer(contract, schema)
        for problem in schema.problems(body):
            outside = prefix and not problem.path.startswith(prefix)
            of_the_answer = not prefix and problem.keyword == "required" and problem.subject in fresh
            if not outside and not of_the_answer:
                yield f"{where}{problem.path.removeprefix(prefix)}", problem.message


def _of_the_answer(contract: Contract, schema: Schema) -> set[str]:
    """Return fields of a 200 body that belong to the answer: what is fresh with each, and what repeats its status."""
    for operation in contract.operations:
        if success(operation) is schema:
            promises = operation.promises
            found = {fresh.pointer for fresh in promises.fresh}
            return found | ({promises.repeats_status.pointer} if promises.repeats_status else set())
    return set()


def _answer(prefix: str, record: JSON) -> JSON:
    """Wrap a record the way an answer holds it."""
    value = record
    for token in reversed(prefix.split("/")[1:]):
        value = [value] if token.isdecimal() else {unescape(token): value}
    return value


def _repeated(contract: Contract, groups: Sequence[JSON]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for index, group in enumerate(groups):
        if not isinstance(group, dict) or not isinstance(group.get("records"), list):
            continue
        resource = next((each for each in contract.resources if each.name == group.get("resource")), None)
        records = group["records"]
        for number, record in enumerate(records if resource is not None and isinstance(records, list) else ()):
            where = f"/groups/{index}/records/{number}"
            for what, fields, absent in _keys(resource):
                values = [at(record, field) for field in fields]
                if MISSING in values and absent == "distinct":
                    continue
                shown: list[JSON] = [None if value is MISSING else value for value in values]
                key = json.dumps(
                    [group.get("resource"), group.get("scope"), what, shown], sort_keys=True, ensure_ascii=False
                )
                if key in seen:
                    yield where, f"has the same {what} as {seen[key]}"
                seen.setdefault(key, where)


def _keys(resource: Resource | None) -> Iterator[tuple[str, tuple[str, ...], str]]:
    if resource is None:
        return
    yield "identity", resource.identity, "distinct"
    for unique in resource.unique:
        yield " and ".join(unique.fields), (*unique.fields, *unique.within), unique.absent


RULE = Rule(name="seed-valid", title="The mock's seed data obeys the contract.", judge=_judge)
