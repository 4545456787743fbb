"""Conditions of requests: entity tags, If-None-Match and If-Match (RFC 9110, section 13)."""
