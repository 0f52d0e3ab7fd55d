"""How far something is that the CSMS has asked for, told by notifications."""

from __future__ import annotations

from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.link import Link
from ocppref.station.messages import Message, from_text, to_text
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.store import Store

_KIND = "progress"


class Progress:
    """Tells each state of one thing, in order.

    What happens while the CSMS takes no messages is not queued, but the last state is told once it
    takes them again: nobody has to wonder what came of it. With QueueAllMessages each is queued.
    """

    def __init__(
        self,
        subject: str,
        *,
        store: Store,
        model: DeviceModel,
        link: Link,
        registration: Registration,
        outbox: Outbox,
    ) -> None:
        self._subject = subject
        self._store = store
        self._model = model
        self._link = link
        self._registration = registration
        self._outbox = outbox

    def start(self) -> None:
        """Tell what the CSMS does not know yet, as soon as it takes messages."""
        self._registration.accepted.connect(lambda _: self._catch_up())
        self._link.came_online.connect(lambda _: self._catch_up())

    def tell(self, message: Message) -> None:
        """Have the CSMS know."""
        with self._store.transaction():
            if self._link.ready or self._model[variables.QUEUE_ALL_MESSAGES]:
                self._store.delete(_KIND, self._subject)
                self._outbox.queue(message)
            else:
                self._store.put(_KIND, self._subject, to_text(message))

    def _catch_up(self) -> None:
        text = self._store.load(_KIND).get(self._subject)
        if text is not None and self._link.ready:
            self.tell(from_text(text))
