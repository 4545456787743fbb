"""Cases just inside and just outside each constraint of an operation, and what they vary together."""
