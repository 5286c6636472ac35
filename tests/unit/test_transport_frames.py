"""Frames and waiting of WebSockets, against other implementations of the same."""

import asyncio

import pytest
from websockets.frames import Frame, Opcode

from graph.transports.accepting import accepted_forms
from graph.transports.frames import text_header
from graph.transports.multipart import MultipartParts
from graph.transports.server_sent_events import ServerSentEvents
from graph.transports.waiting import Gate, MessageQueue


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_text_is_framed_as_by_the_websockets_library(length: int) -> None:
    text = b"x" * length

    assert text_header(length) + text == Frame(Opcode.TEXT, text).serialize(mask=False)


def test_a_header_of_more_bytes_than_fit_into_memory() -> None:
    # RFC 6455, section 5.2: 127, then 64 bits, the most significant byte first.
    assert text_header(2**40 + 5) == bytes.fromhex("817f 0000 0100 0000 0005")


async def test_who_waits_for_messages_gets_all_in_order() -> None:
    queue: MessageQueue[int] = MessageQueue()
    reading = asyncio.gather(*[asyncio.create_task(queue.get())])
    await asyncio.sleep(0)
    queue.put_nowait(1)
    queue.put_nowait(2)
    (first,) = await reading

    assert (first, await queue.get(), queue.empty()) == (1, 2, True)


async def test_a_reader_that_gives_up_loses_no_message() -> None:
    queue: MessageQueue[int] = MessageQueue()
    reading = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait(1)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    assert await queue.get() == 1


async def test_a_gate_lets_all_go_on_when_it_is_opened_even_if_some_gave_up() -> None:
    gate = Gate()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting[1:])
    gate.set()
    await asyncio.gather(*waiting[1:])

    assert gate.is_set()
    await gate.wait()
    gate.clear()
    assert not gate.is_set()


@pytest.mark.parametrize(
    ("headers", "stream", "single"),
    [
        ([], None, True),
        (["*/*"], None, True),
        (["application/json"], None, True),
        (["text/event-stream"], ServerSentEvents, False),
        (["Text/Event-Stream; q=1"], ServerSentEvents, False),
        (["text/event-stream, application/json"], ServerSentEvents, True),
        (["application/graphql-response+json", "text/event-stream"], ServerSentEvents, True),
        # Without the name of the protocol, parts are those of incremental delivery.
        (["multipart/mixed"], None, True),
        (["multipart/mixed;deferSpec=20220824, application/json"], None, True),
        (["multipart/mixed;subscriptionSpec=1.0"], MultipartParts, True),
        (['multipart/mixed; boundary="graphql"; subscriptionSpec="1.0", application/json'], MultipartParts, True),
        (["multipart/mixed;subscriptionSpec=2.0"], None, True),
    ],
)
def test_what_a_client_takes(headers: list[str], stream: type | None, single: bool) -> None:
    accepted = accepted_forms(headers)

    assert (None if accepted.stream is None else type(accepted.stream), accepted.single) == (stream, single)
