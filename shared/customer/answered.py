"""The share of days with an ask that were followed by an answer within so many days.

Pure. A day is judged once its period is over, answered or not: judging early answers at once would
let quick ones outweigh those still awaited. An answer later on the day of the ask counts.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from shared.customer.rounding import percent
from shared.customer.views import View


@dataclass(frozen=True, slots=True)
class Share:
    """One `answered_share` metric; *asks* and *answers* are indexes of views."""

    metric: str
    asks: int
    asked_at: int  # position of the column of first stamps
    answers: int
    answered_at: int  # position of the column of last stamps
    within_days: int
    window_days: int | None
    at_least: int
    before: bool  # also wanted for the window before

    def on(self, views: list[View], day: int) -> float | None:
        """Percent of the judged days in the window that ends on *day*; unknown without any."""
        asks, answers = views[self.asks], views[self.answers]
        lo, hi = self._judged(asks, day)
        if lo >= hi or asks.counts[hi] - asks.counts[lo] < self.at_least:
            return None
        answered = sum(self._answered(asks, at, answers) for at in range(lo, hi))
        return percent(answered, hi - lo)

    def next_change(self, views: list[View], day: int, never: int) -> int:
        """The first day after *day* on which a day is judged or leaves the window, else *never*."""
        days = views[self.asks].days
        lo, hi = self._judged(views[self.asks], day)
        change = days[hi] + self.within_days + 1 if hi < len(days) else never
        if lo < hi and self.window_days is not None:
            change = min(change, days[lo] + self.window_days)
        return change

    def _judged(self, asks: View, day: int) -> tuple[int, int]:
        """The slice of days in the window whose period is over on *day*."""
        lo = 0 if self.window_days is None else bisect_left(asks.days, day - self.window_days + 1)
        return lo, max(lo, bisect_left(asks.days, day - self.within_days))

    def _answered(self, asks: View, at: int, answers: View) -> bool:
        asked_on = asks.days[at]
        next_answer = bisect_right(answers.days, asked_on)
        if next_answer < len(answers.days) and answers.days[next_answer] <= asked_on + self.within_days:
            return True
        if next_answer == 0 or answers.days[next_answer - 1] != asked_on:
            return False
        last_answer: str = answers.columns[self.answered_at][next_answer - 1]
        first_ask: str = asks.columns[self.asked_at][at]
        return last_answer > first_ask
