"""Which catalogue events are checked by: the active release's, looked up every few seconds.

A release that cannot be read leaves the former one in use; requests never wait for the look-up.
"""

from collections.abc import Callable
from threading import Event, Lock

from services.ingest.catalogue import CompiledCatalogue
from shared.errors import GuanxiError, RetryLaterError
from shared.model.rules import Bundle
from shared.telemetry import metrics
from shared.telemetry.logs import logger

BundleSource = Callable[[], Bundle]
"""Returns the bundle to use now; raises GuanxiError when there is none to be had."""

REFRESH_S = 3.0


class NoCatalogueError(RetryLaterError):
    """No event catalogue could be read yet."""

    code = "no-catalogue"


class CurrentCatalogue:
    """The compiled catalogue in use. `current` is quick and may be called from any thread."""

    def __init__(self, source: BundleSource, service: str = "ingest") -> None:
        self._source = source
        self._service = service
        self._catalogue: CompiledCatalogue | None = None
        self._reason = "no rules were read yet"
        self._lock = Lock()

    def current(self) -> CompiledCatalogue:
        """Return the catalogue in use; raises NoCatalogueError before the first."""
        if self._catalogue is None:
            self.refresh()
        if self._catalogue is None:
            raise NoCatalogueError(f"no event catalogue: {self._reason}", retry_after_s=REFRESH_S)
        return self._catalogue

    def check_ready(self) -> None:
        """Raise NoCatalogueError while there is no catalogue."""
        self.current()

    def refresh(self) -> None:
        """Look the active release up; keep what there is when that fails."""
        with self._lock:
            try:
                bundle = self._source()
                if self._catalogue is None or self._catalogue.digest != bundle.digest:
                    self._use(bundle)
            except GuanxiError as error:
                self._note(error)

    def keep_fresh(self, stop: Event) -> None:
        """Refresh at once and every few seconds until *stop* is set."""
        self.refresh()
        while not stop.wait(REFRESH_S):
            self.refresh()

    def _use(self, bundle: Bundle) -> None:
        former = self._catalogue.digest if self._catalogue else None
        self._catalogue = CompiledCatalogue(bundle.catalogue, bundle.digest)
        if former:
            metrics.RELEASE_ACTIVE.remove(self._service, former[:12])
        metrics.RELEASE_ACTIVE.labels(self._service, bundle.digest[:12]).set(1)
        self._reason = ""
        logger().info("catalogue in use", release=bundle.digest[:12])

    def _note(self, error: GuanxiError) -> None:
        if str(error) != self._reason:
            self._reason = str(error)
            metrics.RELEASE_REFUSED.labels(self._service).inc()
            logger().warning("catalogue not refreshed", code=error.code, detail=str(error))
