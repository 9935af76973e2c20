"""What becomes due by itself: planned activations, and emergencies that are over.

Carried out by the running rules service, by one of its processes or several; the numbering of activations
makes each happen once.
"""

from dataclasses import dataclass

from services.rules.office import ReleaseOffice, is_due
from shared.clock import from_rfc3339
from shared.errors import RefusedError, RetryLaterError
from shared.flow.runner import StopSignal
from shared.releases.documents import EMERGENCY, EXPIRED
from shared.releases.people import SERVICE
from shared.telemetry.logs import logger

INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class Planner:
    """Looks every second for what is due."""

    office: ReleaseOffice

    def run(self, stop: StopSignal) -> None:
        """Carry out what is due until *stop* is set."""
        while not stop.wait(INTERVAL_S):
            try:
                carry_out_plans(self.office)
            except RetryLaterError as error:
                logger().warning("planned activations wait", code=error.code, detail=str(error))
            except Exception:
                logger().exception("cannot carry out planned activations")


def carry_out_plans(office: ReleaseOffice) -> None:
    """Fall back from an emergency that is over, then activate what is planned for now."""
    _fall_back(office)
    for digest in office.library.planned():
        plan = office.standing(digest).scheduled
        if plan is None or not is_due(plan, office.clock.now()):
            continue
        try:
            office.activate(digest, SERVICE, f"planned by {plan.by}", schedule=plan.id)
        except RefusedError as error:
            office.refuse(digest, SERVICE, str(error))
            logger().error("a planned activation is refused", release=digest[:12], reason=str(error))


def _fall_back(office: ReleaseOffice) -> None:
    activations = office.library.activations()
    if not activations or activations[-1].kind != EMERGENCY:
        return
    if from_rfc3339(activations[-1].expires_at) <= office.clock.now():
        office.rollback(SERVICE, f"emergency {activations[-1].number} is over", kind=EXPIRED)
