"""Joins the rooms: plans what to send, sends it within its budgets, has it judged, and writes the run record.

Read `run.py` for the whole, `family.py` for the stages of one contract, `session.py` for one send.
"""
