"""Read a record of the bus as what a stage works on; what cannot be read is refused with its place.

Pure.
"""

from shared.bus.partitioning import partition_for
from shared.bus.port import Record
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError, from_record
from shared.errors import RefusedError
from shared.flow.processor import Input
from shared.flow.work import is_control, is_day_marker, marker_day


def decoded(record: Record) -> Input:
    """Read *record* as a CloudEvent; raises RefusedError with a JSON pointer when it is none."""
    event = from_record(record)
    _require_subject(event)
    _require_day(event)
    sequence = event.extensions.get("sequence")
    numbered = sequence is not None and event.source.startswith("guanxi/")
    return Input(record.offset, event, int(sequence) if numbered and sequence else None)


class WrongPartitionError(RefusedError):
    """A message lies where its customer's messages never lie.

    What was dealt with is told by offsets, and those of another partition tell nothing: the message would
    pass for known, or keep its reader waiting for a process that does not exist.
    """

    code = "wrong-partition"


def require_own_partition(event: CloudEvent, partition: int, partitions: int) -> None:
    """Raise WrongPartitionError unless *partition*, of *partitions*, is that of the customer of *event*."""
    if event.subject and (own := partition_for(event.subject, partitions)) != partition:
        raise WrongPartitionError(
            f"messages about {event.subject!r} belong to partition {own} of {partitions}, not {partition};"
            " publish to guanxi.inbound or over HTTP, where any partition will do",
            pointer="/subject",
        )


def _require_subject(event: CloudEvent) -> None:
    if not event.subject and not is_day_marker(event) and not is_control(event):
        raise RefusedError("the message names no customer", pointer="/subject")


def _require_day(event: CloudEvent) -> None:
    """A marker without a day would stop every process that reads it, one after the other."""
    if is_day_marker(event):
        try:
            marker_day(event)
        except (KeyError, TypeError, ValueError) as error:
            found = event.data.get("day")
            raise MalformedMessageError(
                f"expected a local date such as 2010-01-04, found {found!r}", pointer="/data/day"
            ) from error
