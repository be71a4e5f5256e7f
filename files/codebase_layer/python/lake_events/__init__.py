"""Which objects of S3 is an event about?"""

import json
from typing import Any, Iterator, Tuple
from urllib.parse import unquote_plus


def objects_of(event: Any) -> Iterator[Tuple[str, str]]:
    """Gives bucket and key of each object that an event of Lambda names, in its order.

    Takes S3 notifications, those that come through SQS or SNS (or SNS and then SQS), and EventBridge's events of S3.
    Raises ValueError for an event of another kind: to pass over it would be to lose it.
    """
    if isinstance(event, dict) and event.get("source") == "aws.s3":
        # EventBridge gives the key as it is.
        yield event["detail"]["bucket"]["name"], event["detail"]["object"]["key"]
    elif isinstance(event, dict) and isinstance(event.get("Records"), list):
        for record in event["Records"]:
            yield from _objects_of_record(record)
    elif isinstance(event, dict) and event.get("Event") == "s3:TestEvent":
        return
    elif isinstance(event, dict) and event.get("Type") == "Notification":
        yield from objects_of(json.loads(event["Message"]))
    else:
        raise ValueError(f"event: expected one about objects of S3, got {_shape(event)}")


def _objects_of_record(record: Any) -> Iterator[Tuple[str, str]]:
    # SNS spells it with a capital.
    source = record.get("eventSource", record.get("EventSource")) if isinstance(record, dict) else None
    if source == "aws:s3":
        # S3 writes a space as a plus sign.
        yield record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
    elif source == "aws:sqs":
        yield from objects_of(json.loads(record["body"]))
    elif source == "aws:sns":
        yield from objects_of(json.loads(record["Sns"]["Message"]))
    else:
        raise ValueError(f"event: expected a record of S3, SQS or SNS, got one of {source!r}")


def _shape(event: Any) -> str:
    return f"an object with {sorted(event)}" if isinstance(event, dict) else f"a {type(event).__name__}"
