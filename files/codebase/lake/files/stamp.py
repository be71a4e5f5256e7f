"""The member that says where a file came from. Nothing in it changes between two runs over the same file."""

import json

STAMP_NAME = "_millrace"


def stamp_member(key: str, source_sha256: str) -> bytes:
    """The stamp as a member of a JSON object, without a comma. Escapes what JavaScript's JSON.stringify escapes."""
    stamp = {"key": key, "sourceSha256": source_sha256, "format": 1}
    text = json.dumps(stamp, ensure_ascii=False, separators=(",", ":"))
    return f'"{STAMP_NAME}":{text}'.encode()
