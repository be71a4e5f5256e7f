"""Patterns that run over many right tokens of JSON at once. What they do not match is left to the table.

A pattern may only match what the table accepts, and only bytes that are whole characters of UTF-8, which is checked
before. Values are matched up to LEVELS of nesting, so that a pattern needs no stack; work on one byte is bounded by
that number too, as a value that is nested deeper is tried again one level further in.
"""

import re
import sys
from typing import NamedTuple

from lake.files.stamp import STAMP_NAME

LEVELS = 4

# Repeats that never give back are twice as fast; Python has them from 3.11 on, and the language is the same.
_KEPT = b"+" if sys.version_info >= (3, 11) else b""
_PLAIN = rb'[^"\\\x00-\x1f]*' + _KEPT
_STRING = rb'"' + _PLAIN + rb'(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})' + _PLAIN + rb")*" + _KEPT + rb'"'
_NUMBER = rb"-?(?:0|[1-9][0-9]*" + _KEPT + rb")(?:\.[0-9]+" + _KEPT + rb")?(?:[eE][+-]?[0-9]+" + _KEPT + rb")?"
_SCALAR = _STRING + b"|" + _NUMBER + b"|true|false|null"
# A key of a root object that cannot be the stamp's name under any spelling.
_ROOT_KEY = rb'"(?!' + STAMP_NAME.encode() + rb'")' + _PLAIN + rb'"'


class Tokens(NamedTuple):
    """Patterns for one framing."""

    blanks: "re.Pattern[bytes]"
    # Elements of an array: ends behind a comma, or before the closing bracket.
    elements: "re.Pattern[bytes]"
    # Members of an object: end behind a comma, or before the closing brace.
    members: "re.Pattern[bytes]"
    root_members: "re.Pattern[bytes]"
    # One value in an object: ends before the comma or brace that follows.
    member_value: "re.Pattern[bytes]"
    # A whole root object; group 1 is the whitespace behind its brace. A line has its end with it.
    root: "re.Pattern[bytes]"


def _make_tokens(blanks: bytes, end: bytes) -> Tokens:
    space = blanks + b"*" + _KEPT

    def members(key: bytes, value: bytes) -> bytes:
        """Each with the comma behind it, where another key has to follow, or before the brace."""
        return b"(?:" + key + space + b":" + space + value + space + rb"(?:," + space + rb'(?=")|(?=\})))'

    value = b"(?:" + _SCALAR + b")"
    for _ in range(LEVELS):
        inner = b"(?:" + value + space + rb"(?:," + space + rb"(?!\])|(?=\])))"
        objects = rb"\{" + space + members(_STRING, value) + b"*" + _KEPT + rb"\}"
        arrays = rb"\[" + space + inner + b"*" + _KEPT + rb"\]"
        value = b"(?:" + _SCALAR + b"|" + objects + b"|" + arrays + b")"
    many = b"+" + _KEPT
    runs = rb"(?:" + space + b"%s" + value + space + rb"(?:,|(?=%s)))" + many
    named = b"%s" + space + b":" + space
    return Tokens(
        blanks=re.compile(blanks + b"+"),
        elements=re.compile(runs % (b"", rb"\]")),
        members=re.compile(runs % (named % _STRING, rb"\}")),
        root_members=re.compile(runs % (named % _ROOT_KEY, rb"\}")),
        member_value=re.compile(space + value + space + rb"(?=[,}])"),
        root=re.compile(
            space + rb"\{(" + space + rb")" + members(_ROOT_KEY, value) + b"*" + _KEPT + rb"\}" + end
        ),
    )


DOCUMENT_TOKENS = _make_tokens(rb"[ \t\n\r]", b"")
LINE_TOKENS = _make_tokens(rb"[ \t]", rb"[ \t]*\r?\n")

# The inside of a string, escapes too; it may end anywhere but inside of one.
INSIDE_STRING = re.compile(_PLAIN + rb'(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})' + _PLAIN + rb")*" + _KEPT)
