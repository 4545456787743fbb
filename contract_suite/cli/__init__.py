"""The command line.

One command a file; `entry.py` lists them and turns every trouble into one sentence and an exit code.
"""

from contract_suite.cli.entry import main

__all__ = ["main"]
