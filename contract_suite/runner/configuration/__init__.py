"""Where the options of a run come from: command line, environment, profile, configuration file, defaults, in this order.

The rule that must not be broken: a file that was only found, which may be somebody else's, neither runs code, nor names an
address off this machine, nor gives anything of the environment away (`found_files.py`).
"""
