"""What the services share: plumbing, field checks, a client in the same process, and a checker of exchanges."""
