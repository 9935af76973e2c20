"""The channels that push to subscribers, by kind of subscription; opened alike by service and commands."""

from collections.abc import Mapping

from services.notification.channels.email import EmailChannel
from services.notification.channels.file import FileChannel
from services.notification.channels.mail_server import mail_server
from services.notification.channels.port import Channel
from services.notification.channels.webhook import WebhookChannel
from services.notification.sealing import SecretBox
from shared.clock import Clock
from shared.config import Config


def open_channels(config: Config, box: SecretBox, clock: Clock) -> Mapping[str, Channel]:
    """Every channel; raises ConfigError where the mail server is not told rightly."""
    return {
        "webhook": WebhookChannel(box, clock),
        "file": FileChannel(),
        "email": EmailChannel(mail_server(config.smtp_url), clock),
    }
