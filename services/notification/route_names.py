"""The routes that subscribers may choose: those of the active release, and the manager's digest."""

from collections.abc import Sequence
from difflib import get_close_matches

from services.notification.digest_message import ROUTE as DIGEST_ROUTE
from services.notification.subscribers import SubscriptionRefusedError
from shared.releases.reader import NoReleaseError, ReleaseReader


def check_routes(releases: ReleaseReader, routes: Sequence[str]) -> None:
    """Refuse the name of a route that the active release does not have: nothing would ever come."""
    try:
        bundle = releases.bundle(releases.active().digest)
    except NoReleaseError:
        return  # nothing to compare with yet
    known = [*(route.id for route in bundle.notifications.routes), DIGEST_ROUTE]
    for route in routes:
        if route not in known:
            close = get_close_matches(route, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
            message = f"no route {route!r} in notifications.yaml; {hint}"
            raise SubscriptionRefusedError(message, pointer="/routes")
