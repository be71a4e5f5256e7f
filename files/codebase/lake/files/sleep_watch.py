"""Notices that this process stood still: stopped, swapped out, or its machine suspended."""

import os
import threading
import time

_BEAT_SECONDS = 1
# Longer than any pause of a busy machine; shorter than it takes others to work off two generations of a file.
_LONGEST_PAUSE_SECONDS = 20

_lock = threading.Lock()
# The process that the watch is of, its last beat since 1970, and how often it stood still.
_state = {"process": 0, "beat": 0.0, "sleeps": 0}


def count_sleeps() -> int:
    """How often this process stood still since it was first asked; begins to watch when it is."""
    with _lock:
        if _state["process"] != os.getpid():
            _state.update(process=os.getpid(), beat=time.time(), sleeps=0)
            threading.Thread(target=_watch, name="sleep-watch", daemon=True).start()
        _beat()
        return int(_state["sleeps"])


def _watch() -> None:
    while True:
        time.sleep(_BEAT_SECONDS)
        with _lock:
            _beat()


def _beat() -> None:
    now = time.time()
    if now - _state["beat"] > _LONGEST_PAUSE_SECONDS:
        _state["sleeps"] += 1
    _state["beat"] = now
