"""Tells what a playbook run changes: one JSON object a line, for scripts/core/playbook-check.ts."""

from __future__ import annotations

import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: millrace_changes
    type: stdout
    short_description: what a run changes, as lines of JSON
    description:
      - One object for each task that changes something or fails on a host, and one over all hosts at the end.
    requirements:
      - set as stdout in configuration
    extends_documentation_fragment:
      - result_format_callback
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "millrace_changes"

    def v2_runner_on_ok(self, result):
        if not result._result.get("changed", False):
            return
        # Of a task that hides its values Ansible hands on nothing but its name.
        parts = [result._result] + list(result._result.get("results") or [])
        diffs = [part["diff"] for part in parts if part.get("changed") and part.get("diff")]
        text = "".join(self._get_diff(diff) for diff in diffs)
        self._tell("changed", result, diff=text)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if ignore_errors:
            return
        failed = [part for part in result._result.get("results") or [] if part.get("failed")]
        self._tell("failed", result, message=_message_of(failed[0] if failed else result._result))

    def v2_runner_on_unreachable(self, result):
        self._tell("unreachable", result, message=_message_of(result._result))

    def v2_playbook_on_stats(self, stats):
        hosts = {host: stats.summarize(host) for host in sorted(stats.processed)}
        _print({"event": "end", "hosts": hosts})

    def _tell(self, event, result, **more):
        _print({"event": event, "host": result._host.get_name(), "task": result.task_name, **more})


def _message_of(values):
    message = values.get("msg") or values.get("stderr") or values.get("censored") or "no message"
    return message if isinstance(message, str) else json.dumps(message)


def _print(event):
    print(json.dumps(event), flush=True)
