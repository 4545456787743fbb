"""The run record: one JSON object a line, from header to footer, and the only input of a report.

No credential may ever reach a line: everything that is written passes the redactor.
"""
