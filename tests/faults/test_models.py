"""R28: log, stage, windows, scheduler and contact cap against naive models, in any order of steps.

``GUANXI_TEST_EXAMPLES`` says how many runs of each machine; `make faults` and CI ask for a thousand. That
a machine finds what it is there to find is proven by planting it.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.faults.models.cap import CapMachine
from tests.faults.models.log import LogMachine
from tests.faults.models.scheduler import SchedulerMachine
from tests.faults.models.stage import StageMachine
from tests.faults.models.windows import WindowsMachine

EXAMPLES = int(os.environ.get("GUANXI_TEST_EXAMPLES", "25"))
pytestmark = pytest.mark.timeout(3_600)

MACHINE = settings(
    max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

TestLog = LogMachine.TestCase
TestStage = StageMachine.TestCase
TestCap = CapMachine.TestCase
TestWindows = WindowsMachine.TestCase
TestScheduler = SchedulerMachine.TestCase
TestLog.settings = TestStage.settings = TestCap.settings = MACHINE
TestWindows.settings = TestScheduler.settings = MACHINE
