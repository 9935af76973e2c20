"""Releases of the rule bundle: stored once under their digest, activated in a numbered sequence.

The only writer of the releases collection. An activation is announced on every events partition, so
that each event is judged by one release, whoever replays the log.
"""

from dataclasses import dataclass

from shared.bus.port import Producer
from shared.clock import Clock, to_rfc3339
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import EVENTS, EventTypes
from shared.flow.crash_points import Reach, never
from shared.model.rules import Bundle
from shared.policy.release import Sources, canonical
from shared.releases.documents import (
    ACTIVATION,
    AUTOMATIC,
    RELEASE,
    Activation,
    activation_document,
    activation_from,
    activation_id,
    release_document,
)
from shared.store.port import Collection, Query

SOURCE = "guanxi/rules"


@dataclass(frozen=True, slots=True)
class Releases:
    """Stores and activates releases."""

    collection: Collection
    producer: Producer
    partitions: int
    clock: Clock
    reach: Reach = never

    def store(self, bundle: Bundle, sources: Sources) -> str:
        """Keep a checked bundle for good; return its digest. Storing it again changes nothing."""
        number = self._highest(RELEASE) + 1
        now = to_rfc3339(self.clock.now())
        document = release_document(bundle.digest, canonical(sources), number, now)
        self.collection.insert_absent([document])
        return bundle.digest

    def active(self) -> Activation | None:
        """The latest activation, if there is any."""
        number = self._highest(ACTIVATION)
        found = self.collection.get_many([activation_id(number)]) if number else {}
        return activation_from(found[activation_id(number)].document) if found else None

    def activate(
        self,
        digest: str,
        reason: str,
        *,
        by: str = "",
        kind: str = AUTOMATIC,
        schedule: str = "",
        expires_at: str = "",
    ) -> Activation:
        """Make a stored release the active one, unless it is already, and announce it.

        With *schedule*, the id of a plan, it does so at most once, whoever else carries out the plan.
        """
        while True:
            active = self.active()
            done = self.of_schedule(schedule, active) if schedule else None
            if done is None and (active is None or active.digest != digest):
                number = active.number + 1 if active else 1
                now = to_rfc3339(self.clock.now())
                activation = Activation(number, digest, now, reason, by, kind, schedule, expires_at)
                self.reach("before-activation")
                if self.collection.insert_absent([activation_document(activation)]):
                    continue  # another process took the number: look again
                active = activation
            elif done is not None:
                active = done
            assert active is not None
            self.announce(active)
            return active

    def of_schedule(self, schedule: str, active: Activation | None) -> Activation | None:
        """The activation that carried out the plan, looked for among all up to *active*."""
        ids = [activation_id(number) for number in range(1, active.number + 1)] if active else []
        found = (activation_from(each.document) for each in self.collection.get_many(ids).values())
        return next((each for each in found if each.schedule == schedule), None)

    def announce(self, activation: Activation) -> None:
        """Append the activation to every events partition; a repeat is ignored by its number."""
        event = CloudEvent(
            id=f"activation-{activation.number}",
            source=SOURCE,
            type=EventTypes.RELEASE_ACTIVATED,
            subject="",
            time=activation.activated_at,
            data={"number": activation.number, "digest": activation.digest},
        )
        messages = [to_message(event, partition) for partition in range(self.partitions)]
        self.reach("before-announce")
        self.producer.send(EVENTS.name, messages)
        self.reach("after-announce")

    def _highest(self, kind: str) -> int:
        query = Query(filter={"kind": kind}, sort=(("number", -1),), limit=1)
        found = self.collection.find(query).documents
        return int(found[0].document["number"]) if found else 0
