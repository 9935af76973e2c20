"""What is asked of messages before they are sent, the same on every bus. Pure."""

from collections.abc import Sequence

from shared.bus.partitioning import partition_for
from shared.bus.port import Message
from shared.errors import MessageTooLargeError

MAX_MESSAGE_BYTES = 1_048_576


def refuse_large(messages: Sequence[Message], most_bytes: int) -> None:
    """Raise `MessageTooLargeError` for the first of *messages* with a value over *most_bytes*."""
    for at, message in enumerate(messages):
        if len(message.value) > most_bytes:
            raise MessageTooLargeError(
                f"message {at} has {len(message.value)} bytes, {most_bytes} are allowed", pointer=f"/{at}"
            )


def place(message: Message, partitions: int) -> int:
    """Return the partition that *message* names or its key belongs to; ValueError if there is none such."""
    if message.partition is None:
        return partition_for(message.key, partitions)
    if not 0 <= message.partition < partitions:
        raise ValueError(f"partition {message.partition} of a topic with {partitions}")
    return message.partition
