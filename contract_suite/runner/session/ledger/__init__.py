"""The ledger of a run, and what it keeps: things with their fields, identities, addresses, values that were shown."""
