"""The grammar of RFC 8259 as a table: the next state for each state and byte, as in the worker's `json-table.ts`.

Bytes that need the stack of open objects and arrays lead to an action instead of a state. UTF-8 inside strings is part
of the table (RFC 3629). A byte order mark is refused.
"""

import re

# Strings are told apart by what they are: a value, a key of the root object, a key further in.
STRING_KINDS = ("text", "rootKey", "innerKey")
_INSIDE = "Escape Hex4 Hex3 Hex2 Hex1 Tail1 Tail2 Tail3 TailE0 TailED TailF0 TailF4".split()
_OUTSIDE = (
    "value item key member colon after lineFeed minus zero digits point fraction exponent sign power "
    "true1 true2 true3 false1 false2 false3 false4 null1 null2 null3"
).split()
STATE_NAMES = [*_OUTSIDE, *STRING_KINDS, *(kind + name for kind in STRING_KINDS for name in _INSIDE)]
STATE = {name: number for number, name in enumerate(STATE_NAMES)}

# Everything from here on in a table is an action.
FIRST_ACTION = len(STATE_NAMES)
_ACTIONS = (
    "openText openKey closeRootKey openObject closeObject openArray closeArray comma carriageReturn endLine refuse"
).split()
ACTION = {name: FIRST_ACTION + number for number, name in enumerate(_ACTIONS)}

# States in which a document may end, when nothing is open.
FINAL_STATES = frozenset(STATE[name] for name in ("after", "zero", "digits", "fraction", "power"))
# States inside a key of the root object.
ROOT_KEY_STATES = frozenset(number for name, number in STATE.items() if name.startswith("rootKey"))

_EXPECTATIONS = [
    (r".*Escape", 'one of "\\/bfnrtu'),
    (r".*Hex.", "a hexadecimal digit"),
    (r".*Tail..?", "UTF-8"),
    (r"text|rootKey|innerKey", "text without raw control characters, in UTF-8"),
    (r"item", "a value or ]"),
    (r"key", "a key or }"),
    (r"member", "a key"),
    (r"colon", "a colon"),
    (r"after", "a comma or the end"),
    (r"lineFeed", "a line feed after a carriage return"),
    (r"zero", "a point, an exponent or the end of the number"),
    (r"digits|fraction|power", "a digit or the end of the number"),
    (r"minus|point|exponent|sign", "a digit"),
    (r"true.", "true"),
    (r"false.", "false"),
    (r"null.", "null"),
]


def expected_in(state: int) -> str:
    """What would have been right in a state, for the text of an error."""
    found = (text for form, text in _EXPECTATIONS if re.fullmatch(form, STATE_NAMES[state]))
    return next(found, "a value")


_BLANKS = b" \t\n\r"
_DIGITS = b"0123456789"


def _make_document_rows() -> list[bytearray]:
    rows = [bytearray([ACTION["refuse"]]) * 256 for _ in STATE_NAMES]
    _fill_values(rows)
    _fill_strings(rows)
    _fill_numbers(rows)
    for word in ("true", "false", "null"):
        for at in range(1, len(word)):
            following = STATE[f"{word}{at + 1}"] if at + 1 < len(word) else STATE["after"]
            rows[STATE[f"{word}{at}"]][ord(word[at])] = following
    return rows


def _on(rows: list[bytearray], state: str, codes: bytes, following: int) -> None:
    for code in codes:
        rows[STATE[state]][code] = following


def _fill_values(rows: list[bytearray]) -> None:
    for state in ("value", "item", "key", "member", "colon", "after"):
        _on(rows, state, _BLANKS, STATE[state])
    for state in ("value", "item"):
        _on(rows, state, b'"', ACTION["openText"])
        _on(rows, state, b"{", ACTION["openObject"])
        _on(rows, state, b"[", ACTION["openArray"])
        _on(rows, state, b"-", STATE["minus"])
        _on(rows, state, b"0", STATE["zero"])
        _on(rows, state, _DIGITS[1:], STATE["digits"])
        for first, word in ((b"t", "true1"), (b"f", "false1"), (b"n", "null1")):
            _on(rows, state, first, STATE[word])
    _on(rows, "item", b"]", ACTION["closeArray"])
    for state in ("member", "key"):
        _on(rows, state, b'"', ACTION["openKey"])
    _on(rows, "key", b"}", ACTION["closeObject"])
    _on(rows, "colon", b":", STATE["value"])
    _on(rows, "after", b",", ACTION["comma"])
    _on(rows, "after", b"}", ACTION["closeObject"])
    _on(rows, "after", b"]", ACTION["closeArray"])


def _fill_strings(rows: list[bytearray]) -> None:
    closes = {"text": STATE["after"], "rootKey": ACTION["closeRootKey"], "innerKey": STATE["colon"]}
    tails = {
        "Tail1": (range(0x80, 0xC0), ""),
        "Tail2": (range(0x80, 0xC0), "Tail1"),
        "Tail3": (range(0x80, 0xC0), "Tail2"),
        "TailE0": (range(0xA0, 0xC0), "Tail1"),
        "TailED": (range(0x80, 0xA0), "Tail1"),
        "TailF0": (range(0x90, 0xC0), "Tail2"),
        "TailF4": (range(0x80, 0x90), "Tail2"),
    }
    leads = (
        (range(0xC2, 0xE0), "Tail1"),
        (range(0xE1, 0xF0), "Tail2"),
        (range(0xE0, 0xE1), "TailE0"),
        (range(0xED, 0xEE), "TailED"),
        (range(0xF1, 0xF4), "Tail3"),
        (range(0xF0, 0xF1), "TailF0"),
        (range(0xF4, 0xF5), "TailF4"),
    )
    for kind in STRING_KINDS:
        _on(rows, kind, bytes(range(0x20, 0x80)), STATE[kind])
        _on(rows, kind, b'"', closes[kind])
        _on(rows, kind, b"\\", STATE[f"{kind}Escape"])
        _on(rows, f"{kind}Escape", b'"\\/bfnrt', STATE[kind])
        _on(rows, f"{kind}Escape", b"u", STATE[f"{kind}Hex4"])
        for number in (4, 3, 2, 1):
            following = f"{kind}Hex{number - 1}" if number > 1 else kind
            _on(rows, f"{kind}Hex{number}", _DIGITS + b"abcdefABCDEF", STATE[following])
        for codes, tail in leads:
            _on(rows, kind, bytes(codes), STATE[kind + tail])
        for name, (codes, following) in tails.items():
            _on(rows, kind + name, bytes(codes), STATE[kind + following])


def _fill_numbers(rows: list[bytearray]) -> None:
    for state in ("zero", "digits", "fraction", "power"):
        rows[STATE[state]][:] = rows[STATE["after"]]
    _on(rows, "minus", b"0", STATE["zero"])
    _on(rows, "minus", _DIGITS[1:], STATE["digits"])
    _on(rows, "digits", _DIGITS, STATE["digits"])
    for state in ("zero", "digits"):
        _on(rows, state, b".", STATE["point"])
    for state in ("point", "fraction"):
        _on(rows, state, _DIGITS, STATE["fraction"])
    for state in ("zero", "digits", "fraction"):
        _on(rows, state, b"eE", STATE["exponent"])
    _on(rows, "exponent", b"+-", STATE["sign"])
    for state in ("exponent", "sign", "power"):
        _on(rows, state, _DIGITS, STATE["power"])


def _make_line_rows(document: list[bytearray]) -> list[bytearray]:
    """Where a document takes a line end as whitespace, it ends the line."""
    rows = [bytearray(row) for row in document]
    for row in rows:
        for code, action in ((0x0A, "endLine"), (0x0D, "carriageReturn")):
            if row[code] != ACTION["refuse"]:
                row[code] = ACTION[action]
    rows[STATE["lineFeed"]][0x0A] = ACTION["endLine"]
    return rows


_DOCUMENT = _make_document_rows()
# Rows of 256 bytes by state, for one document and for one document in each line.
DOCUMENT_ROWS = [bytes(row) for row in _DOCUMENT]
LINE_ROWS = [bytes(row) for row in _make_line_rows(_DOCUMENT)]
