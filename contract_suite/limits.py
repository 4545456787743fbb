"""Every bound on what a run waits for and makes, in one place; docs/limits.md says what each means. Times are seconds."""

from __future__ import annotations

from typing import Final

WAITING: Final = 30.0
"""How long a run waits in all because answers ask it to (429, or 503 with Retry-After)."""

WAITING_IN_CLEANUP: Final = 20.0
"""How long cleaning up waits in all because answers ask it to, whatever the run has waited before."""

LONGEST_WAIT: Final = 10.0
"""The longest wait that an answer may ask for. One that asks for more stands as it is."""

FRUITLESS_WAITS: Final = 3
"""After so many waits without a served request one operation is waited for no more, until it is served."""

FRUITLESS_WAITS_IN_ALL: Final = 8
"""After so many waits without a served request of any operation no operation is waited for."""

RESTART: Final = 5.0
"""How long an endpoint that answered before may refuse connections until it counts as gone."""

PATIENCE_AFTER_TIMEOUT: Final = 1.0
"""How long an operation is waited for at least once a request of it met its time-out."""

PATIENCE_AFTER_SEVERAL: Final = 0.2
"""The same once `TIMEOUTS` of its requests did."""

TIMEOUTS: Final = 3
"""After so many time-outs in a row no more generated cases of an operation are sent."""

SLOW_ANSWERS: Final = 60.0
"""How long a run waits in all for answers that are far slower than the endpoint was at first."""

ANSWERS_AFTER_A_SIGNAL: Final = 2.0
"""How long a run that was asked to stop waits for each answer that is still on its way."""

CLEANUP_AFTER_A_SIGNAL: Final = 30.0
"""How long a run that was asked to stop deletes what it made; the rest stays in its ledger."""

IDLE: Final = 1.0
"""A connection that was idle for longer carries no request that may have an effect: servers close idle ones."""

ACCEPTED_DELETES: Final = 3.0
"""How long cleaning up looks for what a delete names that was only accepted (202), until it counts as left."""

CLEANUP_AFTER_THE_TIME: Final = 5.0
"""How long a run deletes what it made, at least, though its `--max-time` is over; the rest stays in its ledger."""

FUZZING_TAKES: Final = 2.0
"""Fuzzing is not begun with less time than that: loading what makes its values takes most of it."""

CONTROL_EVERY: Final = 100
"""After so many exchanges a read that was served at the start is sent again, and once more at the end."""

SECOND_OPINIONS: Final = 3
"""How often in all a read that is refused for its key, though its operation was served, is sent again for each status."""

REPORTS: Final = 0.05
"""The share of `--max-time` that is kept for what follows the last request."""

REPORTS_AFTER_PLANS: Final = 2.5
"""What follows the last request takes so many times as long as planning did: both go through every clause, on the same machine."""

STREAM: Final = 0.5
"""How long an answer that may have no end (server-sent events, lines of JSON) is read once its headers have come."""

LATE: Final = 1.0
"""How long an answer is read that came in time, but is asked for after its time-out."""

SMALLEST_VALUE: Final = 100_000
"""So many characters may a schema demand of its smallest value. No value of one that demands more is made."""

CHOICES: Final = 250
"""So many values of one `enum` are sent, spread over all of them: whether a value is one of a huge enum takes long."""

MEMBERS: Final = 400
"""So many members of one object are varied, the first that are described: a run sends no more cases of a body."""

TURNED: Final = 250
"""So many members of a body are each shown in a case of its own that differs in nothing but their order."""

OBJECT_CHOICES: Final = 5_000
"""So many objects and arrays may one `enum` name: a value is compared with each, member by member."""

LEVELS: Final = 100
"""JSON that is nested deeper is neither made nor read."""

VALUES: Final = 500_000
"""JSON that holds more values is not read: the smallest takes some hundred bytes of memory, and must be judged."""

SCHEMA_PARTS: Final = 5_000
"""So many parts of a schema may apply to one value, its references followed wherever they stand."""

REMEMBERED: Final = 8_000_000
"""So many bytes of answers does a run remember, the last ones: what is parsed of them takes some ten times as much."""

DEFINITIONS: Final = 1_000_000
"""So many definitions may the schemas of one document name together, each with all that it refers to."""

PATTERN: Final = 5_000
"""A pattern with more characters is not tried on any text: what that takes grows with both."""

PROSE: Final = 20_000
"""So many characters of one description are read for what it says: its beginning."""

SENTENCE: Final = 1_000
"""A line or sentence of a description that has more characters is not read."""

PLACES: Final = 3_000
"""So many places of one schema have clauses of their own; what lies beyond them is held to the schema as a whole."""

RECORD_LINE: Final = 128 * 1024 * 1024
"""A line of a run's record that has more bytes is not read: no answer that a run keeps takes as many."""
