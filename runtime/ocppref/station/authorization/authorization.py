"""Whether a token may charge: what is known here, and what the CSMS says (C01 to C17)."""

from __future__ import annotations

import logging

from ocpp21 import AuthorizationStatusEnumType, AuthorizeRequest, IdTokenInfoType, IdTokenType
from ocppj import OCPPConnectionError, OCPPError
from ocppref.station.authorization import decision
from ocppref.station.authorization.cache import Cache
from ocppref.station.authorization.decision import Decision, Source, is_accepted, is_for
from ocppref.station.authorization.local_list import LocalList
from ocppref.station.authorization.tokens import CENTRAL, LOCAL, NO_AUTHORIZATION, shown
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.link import Link, NotRegistered
from ocppref.station.store import Store
from ocppref.station.time import StationClock

LOG = logging.getLogger("ocppref.station")

_Status = AuthorizationStatusEnumType
_ACCEPTED = decision.of(_Status.ACCEPTED)


class Authorization:
    """Asks the Local Authorization List, then the cache, then the CSMS."""

    def __init__(
        self, *, clock: StationClock, store: Store, model: DeviceModel, link: Link
    ) -> None:
        self.cache = Cache(clock=clock, store=store, model=model)
        self.local_list = LocalList(clock=clock, store=store, model=model)
        self._model = model
        self._link = link

    def known(self, token: IdTokenType) -> IdTokenInfoType | None:
        """What is known of a token without asking the CSMS; None if nothing is."""
        # C13.FR.01: the list comes before the cache.
        return self.local_list.get(token) or self.cache.get(token)

    def note(self, token: IdTokenType, info: IdTokenInfoType) -> None:
        """The CSMS has said something of a token, in any message (C10.FR.04, C10.FR.05)."""
        self.cache.put(token, info)

    async def authorize(
        self, token: IdTokenType, evse_id: int | None = None, *, remote: bool = False
    ) -> Decision:
        """Decide whether a token may charge at an EVSE, at any that fits if that is None.

        `remote` is a token that the CSMS has sent. Whether it may begin a transaction is another
        question: one of the Master Pass group may not.
        """
        decided = self._exempt(token, remote=remote) or self._decide_here(token)
        if decided is None:
            decided = await self._ask(token)
        if decided.accepted and not is_for(decided.info, evse_id):  # C01.FR.21
            decided = Decision(False, decided.info, decided.source)
        said = "accepted" if decided.accepted else decided.info.status.value
        LOG.info("token %s: %s (%s)", shown(token), said, decided.source.value)
        return decided

    def _exempt(self, token: IdTokenType, *, remote: bool) -> Decision | None:
        """Who need not be authorised."""
        kind = token.type.casefold()
        is_anonymous = kind == NO_AUTHORIZATION.casefold()  # C02.FR.01
        is_central = remote and kind == CENTRAL.casefold()  # C05.FR.01
        if is_anonymous or is_central or not self._model[variables.AUTH_ENABLED]:
            return Decision(True, _ACCEPTED, Source.NOT_NEEDED)
        supported = self._model[variables.SUPPORTED_ID_TOKEN_TYPES]
        if kind not in {each.casefold() for each in supported}:
            return Decision(False, decision.of(_Status.INVALID), Source.NOT_NEEDED)
        return None

    def _decide_here(self, token: IdTokenType) -> Decision | None:
        """What can be decided without the CSMS; None if it has to be asked."""
        listed = self.local_list.get(token)
        known = listed or self.cache.get(token)
        source = Source.CACHE if listed is None else Source.LOCAL_LIST
        if not self._link.ready:
            return self._decide_offline(token, known, source)
        if known is None:
            return self._refuse_unknown()
        if not is_accepted(known):
            return self._judge_refused(known, source)
        # C06.FR.02: a token of the type Local is always asked about.
        if self._may_go_ahead(token):
            return self._accept_known(token, known, source)  # C12.FR.02, C14.FR.02
        return None

    def _may_go_ahead(self, token: IdTokenType) -> bool:
        if self._model[variables.DISABLE_REMOTE_AUTHORIZATION]:
            return True
        is_local = token.type.casefold() == LOCAL.casefold()
        return self._model[variables.LOCAL_PRE_AUTHORIZE] and not is_local

    def _judge_refused(self, known: IdTokenInfoType, source: Source) -> Decision | None:
        """Known, and not Accepted: that may have changed (C10.FR.03, C14.FR.03, C14.FR.05)."""
        post = (
            variables.LOCAL_AUTH_LIST_DISABLE_POST_AUTHORIZE
            if source is Source.LOCAL_LIST
            else variables.AUTH_CACHE_DISABLE_POST_AUTHORIZE
        )
        if self._model[post] or self._model[variables.DISABLE_REMOTE_AUTHORIZATION]:
            return Decision(False, known, source)
        return None

    def _refuse_unknown(self) -> Decision | None:
        if not self._model[variables.DISABLE_REMOTE_AUTHORIZATION]:
            return None  # C01.FR.02
        return Decision(False, decision.of(_Status.UNKNOWN), Source.OFFLINE)

    def _decide_offline(
        self, token: IdTokenType, known: IdTokenInfoType | None, source: Source
    ) -> Decision:
        if known is None:
            # C13.FR.04, C15.FR.08. It is not put into the cache (C15.FR.01).
            if self._model[variables.OFFLINE_TX_FOR_UNKNOWN_ID_ENABLED]:
                return Decision(True, _ACCEPTED, Source.OFFLINE)
            return Decision(False, decision.of(_Status.UNKNOWN), Source.OFFLINE)
        if is_accepted(known) and self._model[variables.LOCAL_AUTHORIZE_OFFLINE]:
            return self._accept_known(token, known, source)  # C13.FR.02, C13.FR.05
        return Decision(False, known, source)

    def _accept_known(self, token: IdTokenType, known: IdTokenInfoType, source: Source) -> Decision:
        if source is Source.CACHE:
            self.cache.use(token)
        return Decision(True, known, source)

    async def _ask(self, token: IdTokenType) -> Decision:
        try:
            response = await self._link.calls.authorize(AuthorizeRequest(id_token=token))
        except (OCPPConnectionError, NotRegistered):
            listed = self.local_list.get(token)
            source = Source.CACHE if listed is None else Source.LOCAL_LIST
            return self._decide_offline(token, listed or self.cache.get(token), source)
        except OCPPError as error:
            LOG.warning("token %s: Authorize: %s", shown(token), error)
            return Decision(False, decision.of(_Status.UNKNOWN), Source.CSMS)
        self.note(token, response.id_token_info)
        return Decision(is_accepted(response.id_token_info), response.id_token_info, Source.CSMS)
