"""A strict check of JSON that arrives in chunks, in memory that does not grow with it.

The same language, places and texts as the worker's `json-scanner.ts`: one document, or one in each line. The table
decides; patterns only take the scanner over what is right to a place where the table stands in a known state.
"""

import json
import re
from typing import Literal, NoReturn, Optional, Protocol

from lake.files.faults import FileFault
from lake.files.json_table import (
    ACTION,
    DOCUMENT_ROWS,
    FINAL_STATES,
    FIRST_ACTION,
    LINE_ROWS,
    ROOT_KEY_STATES,
    STATE,
    expected_in,
)
from lake.files.json_tokens import DOCUMENT_TOKENS, INSIDE_STRING, LEVELS, LINE_TOKENS
from lake.files.stamp import STAMP_NAME

# Jackson, with which Spark reads the lake, stops here.
MAX_DEPTH = 1000
# Each character as \uXXXX.
_LONGEST_STAMP_NAME = len(STAMP_NAME) * 6

_LINE_FEED, _CLOSE_BRACE, _COMMA = 0x0A, 0x7D, 0x2C
_VALUE, _ITEM, _KEY, _MEMBER = STATE["value"], STATE["item"], STATE["key"], STATE["member"]
_COLON, _AFTER, _AFTER_RETURN = STATE["colon"], STATE["after"], STATE["lineFeed"]
_TEXT, _ROOT_KEY, _INNER_KEY = STATE["text"], STATE["rootKey"], STATE["innerKey"]
_STRINGS = (_TEXT, _ROOT_KEY, _INNER_KEY)
# States in which a pattern may go on.
_PATTERNED = {_VALUE, _ITEM, _KEY, _MEMBER, *_STRINGS}
# In these only blanks are gone over: what else follows is a single byte.
_BLANK_ONLY = {_COLON, _AFTER}
_FAST = bytes(number in _PATTERNED | _BLANK_ONLY for number in range(FIRST_ACTION))


class RootVisitor(Protocol):
    """What must be known about a document to stamp it. Offsets count from the beginning of the file."""

    def open_root(self, body_start: int) -> None:
        """The root is an object; the offset of the byte after its brace."""

    def enter_root(self, at: int, is_empty: bool) -> None:
        """The first byte of that body that is no whitespace: its first key, or the closing brace."""

    def meet_stamp(self, byte: int, record: int) -> None:
        """The root has a member with the stamp's name, however it is escaped; `byte` is its opening quote."""


class JsonScanner:
    """`write` and `end` raise FileFault with the offset of the first byte that cannot be right."""

    def __init__(self, framing: Literal["document", "lines"], visitor: RootVisitor) -> None:
        self._is_lines = framing == "lines"
        self._rows = LINE_ROWS if self._is_lines else DOCUMENT_ROWS
        self._tokens = LINE_TOKENS if self._is_lines else DOCUMENT_TOKENS
        self._visitor = visitor
        self._is_object = bytearray(MAX_DEPTH + 1)
        self._state = _VALUE
        self._depth = 0
        self._offset = 0
        self._record = 1
        self._root_key_at = 0
        self._key_from = 0
        # The part of a root key that stood in earlier chunks.
        self._key_head: Optional[bytes] = None

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes of the file."""
        rows = self._rows
        at, end, known = 0, len(chunk), -1
        self._key_from = 0
        while at < end:
            state = self._state
            if _FAST[state]:
                if known < 0:
                    known = _end_of_characters(chunk, at)
                ahead = self._run_ahead(chunk, at, known)
                if ahead > at:
                    at = ahead
                    continue
            following = rows[state][chunk[at]]
            if following < FIRST_ACTION:
                self._state = following
            else:
                self._act(following, chunk, at)
            at += 1
        if self._state in ROOT_KEY_STATES:
            self._key_head = self._join_key(chunk, end)
        self._offset += end

    def end(self) -> None:
        """The file ends here."""
        is_last_line = self._is_lines and self._depth == 0 and self._state in (_VALUE, _AFTER_RETURN)
        if not self._may_end() and not is_last_line:
            self._refuse(self._offset, None)

    def _run_ahead(self, chunk: bytes, at: int, known: int) -> int:
        """Goes over right tokens before the offset `known`, and gives the place behind them."""
        state, depth, tokens = self._state, self._depth, self._tokens
        if state in _STRINGS:
            found = INSIDE_STRING.match(chunk, at, known)
            return found.end() if found else at
        blanks = tokens.blanks.match(chunk, at)
        if blanks is not None:
            return blanks.end()
        if state in _BLANK_ONLY or depth > MAX_DEPTH - LEVELS - 1:
            return at
        if depth == 0:
            return self._run_root(chunk, at, known)
        is_object = self._is_object[depth] == 1
        if not is_object:
            return self._run_list(tokens.elements, _VALUE, chunk, at, known)
        if state == _VALUE:
            found = tokens.member_value.match(chunk, at, known)
            if found is None:
                return at
            self._state = _AFTER
            return found.end()
        if depth > 1:
            return self._run_list(tokens.members, _MEMBER, chunk, at, known)
        if state == _MEMBER:
            return self._run_list(tokens.root_members, _MEMBER, chunk, at, known)
        return at

    def _run_list(
        self, pattern: "re.Pattern[bytes]", behind_comma: int, chunk: bytes, at: int, known: int
    ) -> int:
        found = pattern.match(chunk, at, known)
        if found is None:
            return at
        end = found.end()
        self._state = behind_comma if chunk[end - 1] == _COMMA else _AFTER
        return end

    def _run_root(self, chunk: bytes, at: int, known: int) -> int:
        """Goes over whole root objects: one document, or any number of lines."""
        match = self._tokens.root.match
        visitor, offset = self._visitor, self._offset
        found = match(chunk, at, known)
        while found is not None:
            body, first = found.span(1)
            visitor.open_root(offset + body)
            visitor.enter_root(offset + first, chunk[first] == _CLOSE_BRACE)
            at = found.end()
            if not self._is_lines:
                self._state = _AFTER
                return at
            self._record += 1
            found = match(chunk, at, known)
        return at

    def _act(self, action: int, chunk: bytes, at: int) -> None:
        """What the table cannot do alone."""
        byte = chunk[at]
        if action == _OPEN_TEXT:
            self._state = _TEXT
        elif action == _COMMA_ACTION and self._depth > 0:
            self._state = _MEMBER if self._is_object[self._depth] == 1 else _VALUE
        elif action == _OPEN_KEY:
            self._open_key(at)
        elif action == _CLOSE_ROOT_KEY:
            self._close_root_key(chunk, at)
        elif action in (_OPEN_OBJECT, _OPEN_ARRAY):
            self._open(action == _OPEN_OBJECT, self._offset + at)
        elif action in (_CLOSE_OBJECT, _CLOSE_ARRAY):
            self._close(action == _CLOSE_OBJECT, self._offset + at, byte)
        elif action == _END_LINE:
            self._end_line(self._offset + at)
        elif action == _CARRIAGE_RETURN:
            if not self._is_blank() and not self._may_end():
                self._refuse(self._offset + at, byte)
            self._state = _AFTER_RETURN
        else:
            self._refuse(self._offset + at, byte)

    def _open(self, is_object: bool, at: int) -> None:
        if self._depth == MAX_DEPTH:
            raise self._fault(f"nested deeper than {MAX_DEPTH} levels", at)
        if self._depth == 0 and is_object:
            self._visitor.open_root(at + 1)
        self._depth += 1
        self._is_object[self._depth] = 1 if is_object else 0
        self._state = _KEY if is_object else _ITEM

    def _close(self, is_object: bool, at: int, byte: int) -> None:
        if self._depth == 0 or (self._is_object[self._depth] == 1) != is_object:
            self._refuse(at, byte)
        if self._depth == 1 and self._state == _KEY:
            self._visitor.enter_root(at, True)
        self._depth -= 1
        self._state = _AFTER

    def _open_key(self, at: int) -> None:
        if self._depth == 1 and self._state == _KEY:
            self._visitor.enter_root(self._offset + at, False)
        if self._depth == 1:
            self._state = _ROOT_KEY
            self._root_key_at = self._offset + at
        else:
            self._state = _INNER_KEY
        self._key_from = at + 1

    def _close_root_key(self, chunk: bytes, at: int) -> None:
        self._state = _COLON
        name = self._join_key(chunk, at)
        self._key_head = None
        if len(name) <= _LONGEST_STAMP_NAME and json.loads(f'"{name.decode()}"') == STAMP_NAME:
            self._visitor.meet_stamp(self._root_key_at, self._record)

    def _join_key(self, chunk: bytes, to: int) -> bytes:
        """The bytes of a root key so far, up to the length at which it cannot be the stamp's."""
        head = self._key_head or b""
        if len(head) > _LONGEST_STAMP_NAME:
            return head
        return head + chunk[self._key_from : min(to, self._key_from + _LONGEST_STAMP_NAME + 1)]

    def _end_line(self, at: int) -> None:
        if not self._is_blank() and not self._may_end() and self._state != _AFTER_RETURN:
            self._refuse(at, _LINE_FEED)
        self._record += 1
        self._state = _VALUE

    def _is_blank(self) -> bool:
        return self._depth == 0 and self._state == _VALUE

    def _may_end(self) -> bool:
        return self._depth == 0 and self._state in FINAL_STATES

    def _refuse(self, at: int, byte: Optional[int]) -> NoReturn:
        raise self._fault(f"expected {expected_in(self._state)}, got {self._name_byte(byte)}", at)

    def _name_byte(self, byte: Optional[int]) -> str:
        if byte is None:
            return "the end of the file"
        if byte == _LINE_FEED and self._is_lines:
            return "the end of the line"
        return f"byte 0x{byte:02x}"

    def _fault(self, detail: str, at: int) -> FileFault:
        if self._is_lines:
            return FileFault("invalid-ndjson", detail, at, self._record)
        return FileFault("invalid-json", detail, at)


_OPEN_TEXT, _OPEN_KEY, _CLOSE_ROOT_KEY = ACTION["openText"], ACTION["openKey"], ACTION["closeRootKey"]
_OPEN_OBJECT, _CLOSE_OBJECT = ACTION["openObject"], ACTION["closeObject"]
_OPEN_ARRAY, _CLOSE_ARRAY = ACTION["openArray"], ACTION["closeArray"]
_COMMA_ACTION, _END_LINE = ACTION["comma"], ACTION["endLine"]
_CARRIAGE_RETURN = ACTION["carriageReturn"]


def _end_of_characters(chunk: bytes, at: int) -> int:
    """The offset up to which a chunk holds whole characters of UTF-8, beginning with one at `at`."""
    try:
        str(memoryview(chunk)[at:], "utf-8")
    except UnicodeDecodeError as error:
        return at + error.start
    return len(chunk)
