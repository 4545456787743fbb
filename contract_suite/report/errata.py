"""The errata behind a finding: what the source document says at the place that it rests on, and what was decided."""

from __future__ import annotations

from contract_suite.contract.errata import errata_at
from contract_suite.model.finding import Finding
from contract_suite.model.source import Erratum
from contract_suite.record.reader import Run


def errata_of(run: Run, finding: Finding) -> tuple[Erratum, ...]:
    """Return the errata that stand where a fact of the finding does, or one step away (see `errata_at`).

    Its facts are its clause, and those that it rests on beside it.
    """
    for family in run.header.families:
        if family.name == finding.family and family.file == finding.document.file:
            places = [finding.document, *(each.location for each in finding.facts)]
            named = [each for place in places for each in errata_at(family.errata, place.pointer)]
            return tuple({each.id: each for each in named}.values())
    return ()


def sentence(erratum: Erratum) -> str:
    """Return what an erratum says in one line: its id and title, who says what, and what was decided."""
    said = (("the text says", erratum.table), ("the example", erratum.example), ("the SDK", erratum.sdk))
    sides = "; ".join(f"{who}: {what.rstrip('.')}" for who, what in said if what)
    opening = f"{sides[:1].upper()}{sides[1:]}. " if sides else ""
    return f"{erratum.id}, {erratum.title}. {opening}Decided: {erratum.decided}"


def decision(erratum: Erratum) -> str:
    """Return an erratum in short: its id and title, and what was decided."""
    return f"{erratum.id}, {erratum.title}. Decided: {erratum.decided}"
