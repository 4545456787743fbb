"""What behaviours of every wing share: verdicts, comparing, and the operations of a resource."""
