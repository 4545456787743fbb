"""Reports: views of a run record, one format a file.

A report is a pure function of a record. It judges nothing anew, and a record that was cut short never makes a
conformant report.
"""
