"""Logs that the CSMS asks for: written, and uploaded to where it says (N01)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from ocpp21 import (
    GetLogRequest,
    GetLogResponse,
    LogStatusEnumType,
    LogStatusNotificationRequest,
    StatusInfoType,
    UploadLogStatusEnumType,
)
from ocppref.station.logs.contents import Contents, File, Period
from ocppref.station.progress import Progress
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.transfer import Failure, FileTransfer, TransferError, is_web_address

RETRIES = 2
"""So often an upload is tried again, where the CSMS does not say."""

RETRY_INTERVAL = 30
"""Seconds until then, where the CSMS does not say."""

_KIND, _KEY = "logs", "upload"
_Status = UploadLogStatusEnumType
_FAILED = {  # N01.FR.10
    Failure.BAD: _Status.BAD_MESSAGE,
    Failure.REFUSED: _Status.PERMISSION_DENIED,
    Failure.UNSUPPORTED: _Status.NOT_SUPPORTED_OPERATION,
}


@dataclass(frozen=True, slots=True)
class _Upload:
    request_id: int
    url: str
    file: File
    retries: int
    retry_interval: int


class Logs:
    """Uploads one log at a time; when another one is wanted the first is given up."""

    def __init__(
        self,
        *,
        store: Store,
        clock: StationClock,
        tasks: Tasks,
        contents: Contents,
        progress: Progress,
        files: FileTransfer,
    ) -> None:
        self._store = store
        self._clock = clock
        self._tasks = tasks
        self._contents = contents
        self._progress = progress
        self._files = files
        self._upload: _Upload | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting: dict[int, _Upload] = {}

    def start(self) -> None:
        """An upload that a power cut has ended has failed: the CSMS is to know."""
        self._progress.start()
        text = self._store.load(_KIND).get(_KEY)
        if text is not None:
            self._end(int(json.loads(text)), _Status.UPLOAD_FAILURE, "the power was cut")

    def close(self) -> None:
        """There is nothing to let go of."""

    # What the CSMS asks for

    def judge(self, request: GetLogRequest) -> GetLogResponse:
        """The answer; what follows from it is for `perform`. The log is written here."""
        period = Period(request.log.oldest_timestamp, request.log.latest_timestamp)
        file = self._contents.write(request.log_type, period)
        if file is None:  # N01.FR.05
            info = StatusInfoType(reason_code="NotFound")
            return GetLogResponse(status=LogStatusEnumType.REJECTED, status_info=info)
        interval = request.retry_interval
        self._waiting[request.request_id] = _Upload(
            request_id=request.request_id,
            url=request.log.remote_location,
            file=file,
            retries=RETRIES if request.retries is None else request.retries,
            retry_interval=RETRY_INTERVAL if interval is None else max(0, interval),
        )
        canceled = self._upload is not None  # N01.FR.12
        status = LogStatusEnumType.ACCEPTED_CANCELED if canceled else LogStatusEnumType.ACCEPTED
        return GetLogResponse(status=status, filename=file.name)  # N01.FR.01

    async def perform(self, request_id: int) -> None:
        """Upload what was promised, in place of what is being uploaded."""
        upload = self._waiting.pop(request_id, None)
        if upload is None:
            return
        if self._upload is not None:  # N01.FR.20
            self._stop()
            self._tell(_Status.ACCEPTED_CANCELED, self._upload.request_id)
        self._upload = upload
        self._store.put(_KIND, _KEY, json.dumps(upload.request_id))
        self._task = self._tasks.spawn(self._run(upload), "the upload of a log")

    def status_notification(self) -> LogStatusNotificationRequest:
        """What the CSMS may ask for by TriggerMessage."""
        if self._upload is None:
            return LogStatusNotificationRequest(status=_Status.IDLE)  # N01.FR.13
        return LogStatusNotificationRequest(
            status=_Status.UPLOADING, request_id=self._upload.request_id
        )

    # What is under way

    async def _run(self, upload: _Upload) -> None:
        status, reason = await self._try(upload)
        self._upload = self._task = None
        self._end(upload.request_id, status, reason)

    async def _try(self, upload: _Upload) -> tuple[UploadLogStatusEnumType, str]:
        """How it ended."""
        if not is_web_address(upload.url):
            return _Status.NOT_SUPPORTED_OPERATION, "HTTP and HTTPS are what can be used"
        self._tell(_Status.UPLOADING, upload.request_id)  # N01.FR.08
        for retries_left in range(upload.retries, -1, -1):
            try:
                await self._files.upload(upload.url, upload.file.name, upload.file.content)
            except TransferError as error:
                if error.failure is Failure.REDIRECTED:  # N01.FR.30
                    return _Status.UPLOAD_FAILURE, "RedirectNotAllowed"
                if not retries_left:
                    return _FAILED.get(error.failure, _Status.UPLOAD_FAILURE), str(error)
                await self._clock.sleep(upload.retry_interval)
            else:
                break
        return _Status.UPLOADED, ""  # N01.FR.09

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _end(self, request_id: int, status: UploadLogStatusEnumType, reason: str) -> None:
        with self._store.transaction():
            self._store.delete(_KIND, _KEY)
            self._tell(status, request_id, reason)

    def _tell(self, status: UploadLogStatusEnumType, request_id: int, reason: str = "") -> None:
        self._progress.tell(
            LogStatusNotificationRequest(
                status=status, request_id=request_id, status_info=_info(reason)
            )
        )


def _info(reason: str) -> StatusInfoType | None:
    if not reason:
        return None
    if reason == "RedirectNotAllowed":
        return StatusInfoType(reason_code=reason)
    return StatusInfoType(reason_code="Unspecified", additional_info=reason)
