"""Bookings of meeting rooms for several tenants, with a life cycle and exports."""
