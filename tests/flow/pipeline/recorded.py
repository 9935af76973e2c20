"""What a test's installation has recorded, as backtests read it, and the proof that they reproduce it."""

from services.backtest.recorded import RecordedHistory
from services.backtest.reproducing import Reproduction, reproduce
from services.backtest.switched import RecordedHolds
from shared.backtest.replay import Instruments
from shared.customer.yardstick import yardsticks
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from tests.flow.pipeline.shop import Shop


def recorded(shop: Shop) -> RecordedHistory:
    return RecordedHistory(shop.bus, shop.store)


def reproduced(shop: Shop) -> Reproduction:
    """Replay everything with generated Python, whatever engine decided then."""
    bundle = shop.reader.bundle
    holds = RecordedHolds.read(shop.bus, shop.store, bundle)
    instruments = Instruments(yardsticks(bundle), judges(bundle, engine_named("python")), holds)
    return reproduce(recorded(shop), instruments, lambda _events: None)
