"""What all suites share: properties are never judged by the clock of a busy machine; real servers."""

from hypothesis import settings

pytest_plugins = ("tests.servers.requiring", "tests.servers.kafka_fixture", "tests.servers.mongo_fixture")

settings.register_profile("guanxi", deadline=None)
settings.load_profile("guanxi")
