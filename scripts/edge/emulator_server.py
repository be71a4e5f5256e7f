"""Starts MiniStack so that the head and the body of each answer leave in one write.

The AWS SDK for Go, and with it Terraform, can close a connection between the two. It closes a request's body as soon
as the answer's head is there; when the goroutine that wrote the request has not gone on by then (a busy machine, a
fast emulator), Go takes that for a failed write and drops the connection (safeWriteToReadCloser.WriteTo of smithy-go).
The SDK then sends the request again, and what it makes is made twice. A body that came with its head lies in the
client's read buffer (4 KiB) already, and nothing is lost.
"""

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol
from ministack.app import main


async def send_h11_event(self: H11Protocol, event: object) -> None:
    """H11Protocol._send_h11_event, which holds the head back until the next event of the same answer."""
    try:
        data = self.connection.send(event)
    except h11.LocalProtocolError:
        if self.connection.their_state != h11.ERROR:
            raise
        return
    head, self.held_head = getattr(self, "held_head", b""), b""
    if isinstance(event, h11.Response):
        self.held_head = data
    else:
        await self.send(RawData(data=head + data))


H11Protocol._send_h11_event = send_h11_event
main()
