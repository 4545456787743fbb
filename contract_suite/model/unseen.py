"""Characters that act on a reader's terminal or hide from his eyes, spelt out wherever text is written.

The rule that must not be broken: what stands here passes no stream and no file. JSON that is spelt out so stays the
same JSON.
"""

from __future__ import annotations

import re
from typing import Final

UNSEEN: Final = (
    r"\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f"
)
"""Control characters but tab, line feed, carriage return and escape; what turns or joins writing; what has no width."""


def inert(text: str) -> str:
    """Return the text with every such character spelt out, escape and a lone carriage return among them."""
    # Nearly all texts print but for their line ends, which is told many times faster than each sign is looked up.
    return text if text.isprintable() or text.replace("\n", "").isprintable() else _ACTING.sub(spelt, text)


def spelt(match: re.Match[str]) -> str:
    r"""Write a character as JSON would, so that JSON stays JSON: `\u202e`."""
    code = ord(match[0])
    if code < _PLANE:
        return f"\\u{code:04x}"
    code -= _PLANE
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


_ACTING: Final = re.compile(rf"[{UNSEEN}\x1b]|\r(?!\n)")
_PLANE: Final = 0x10000
