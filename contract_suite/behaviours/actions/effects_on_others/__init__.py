"""What an operation does to other things than the one that it is asked of: parts of one behaviour.

The document is read in `kinds` (kinds of things, and how one names another), `said` and `effects` (sentences about others),
`counting` (numbers that count others) and `released` (what is given back). New things are led through their states in
`walking`, with `making` for what names them, as `steps`. `observing` looks at others after each step, and
`effects_on_others` drives it all and judges.
"""
