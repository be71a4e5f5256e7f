"""Answers each line of standard input, a file as JSON, with what the jobs' twin of the worker makes of it.

Usage: serve.py <files/codebase>. A line is {key, body, size, csvDelimiter, passThrough}, `body` in base64, `size` the
bytes of a chunk. The answer is {output} in base64, {fault: {reason, message, place}}, or {unknown: true}.
"""

import json
import sys
from base64 import b64decode, b64encode
from hashlib import sha256

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

from lake.files.faults import FileFault  # noqa: E402
from lake.files.keys import error_keys, output_key  # noqa: E402
from lake.files.kinds import create_find_processor  # noqa: E402
from lake.files.source import Source  # noqa: E402


def answer(request: dict) -> dict:
    body, size = b64decode(request["body"]), max(1, request["size"])
    key = request["key"]
    processor = create_find_processor(request.get("csvDelimiter"), request["passThrough"])(key)
    keys = {"targets": [output_key(key), *error_keys(key)]}
    if processor is None:
        return {**keys, "unknown": True}

    def chunks():
        return (body[at : at + size] for at in range(0, len(body), size))

    try:
        output = b"".join(processor.process(Source(key, sha256(body).hexdigest(), chunks)))
    except FileFault as fault:
        place = fault.place()
        return {**keys, "fault": {"reason": fault.reason, "message": fault.detail, "place": place}}
    return {**keys, "output": b64encode(output).decode()}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
