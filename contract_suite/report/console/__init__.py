"""The terminal report in parts: lines that wrap between words only, a block a finding, what stands before and after."""
