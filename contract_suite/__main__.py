"""`python -m contract_suite`: the command line."""

from contract_suite.cli import main

main()
