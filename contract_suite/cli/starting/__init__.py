"""What a project begins with: `contract-suite init`, and the files that it writes."""
