"""Files: logs that stations upload here, firmware that they fetch from here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response, StreamingResponse
from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException

from ocppref.csms.api.jobs import RequestId
from ocppref.csms.api.views import View, file_view
from ocppref.csms.operations.files import FileTooLargeError
from ocppref.csms.parts import Parts
from ocppref.csms.storage import files
from ocppref.csms.storage.files import FileKind, FileRecord

FileId = Annotated[str, Path(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]*$")]
Name = Annotated[str, Path(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9._-]*$")]
_BODY = {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="upload"'}


def make_router(parts: Parts) -> APIRouter:
    """The endpoints for clients."""
    router = APIRouter(tags=["files"])

    @router.get("/firmware")
    async def list_firmware() -> list[View]:
        """Firmware images by name."""
        found = await parts.store.read(lambda c: files.find_all(c, FileKind.FIRMWARE))
        return [file_view(each) for each in found]

    @router.put("/firmware/{name}", openapi_extra={"requestBody": _BODY})
    async def put_firmware(name: Name, request: Request) -> View:
        """Keep a firmware image, which stations can fetch; at most 256 MiB."""
        try:
            return file_view(await parts.files.add_firmware(name, request.stream()))
        except FileTooLargeError as error:
            raise HTTPException(413, str(error)) from None

    @router.delete("/firmware/{name}", status_code=204)
    async def delete_firmware(name: Name) -> None:
        """Forget a firmware image."""
        if not await parts.store.write(lambda c: files.remove_named(c, FileKind.FIRMWARE, name)):
            raise HTTPException(404, "there is no such firmware")

    @router.get("/jobs/{requestId}/file", response_class=StreamingResponse)
    async def get_file_of_job(requestId: RequestId) -> Response:
        """The file that a job has brought: a log."""
        found = await parts.store.read(lambda c: files.find_of_job(c, requestId))
        if found is None or found.size is None:
            raise HTTPException(404, "there is no file of such a job")
        return _streamed(parts, found)

    return router


def make_station_router(parts: Parts) -> APIRouter:
    """What stations use: not described, and guarded by secrets of its own."""
    router = APIRouter(include_in_schema=False)

    @router.get("/files/firmware/{file_id}/{name}")
    async def fetch_firmware(file_id: FileId, name: str) -> Response:
        found = await parts.store.read(lambda c: files.find(c, file_id))
        if found is None or found.kind != FileKind.FIRMWARE or found.size is None:
            raise HTTPException(404, "there is no such firmware")
        return _streamed(parts, found)

    @router.put("/files/logs/{file_id}/{name}")
    @router.post("/files/logs/{file_id}/{name}")
    @router.post("/files/logs/{file_id}/")
    async def upload_log(file_id: FileId, request: Request, name: str = "log") -> Response:
        user, secret = _basic(request)
        record = await parts.files.find_expected(file_id, user, secret)
        if record is None:
            raise HTTPException(401, "not with these credentials", headers=_CHALLENGE)
        if record.size is not None:
            raise HTTPException(403, "this log has been uploaded already")
        return await _take(parts, record, name[:255], request)

    return router


async def _take(parts: Parts, record: FileRecord, name: str, request: Request) -> Response:
    try:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            await parts.files.fill(record, name, request.stream())
            return Response(status_code=201)
        async with request.form(max_files=1, max_fields=10) as form:
            uploads = [each for each in form.values() if isinstance(each, UploadFile)]
            if not uploads:
                raise HTTPException(400, "no file is in the form")
            sent_name = uploads[0].filename or name
            await parts.files.fill(record, sent_name[:255], _pieces(uploads[0]))
    except FileTooLargeError as error:
        raise HTTPException(413, str(error)) from None
    except MultipartParseError:
        raise StarletteHTTPException(400, "the form cannot be read") from None
    return Response(status_code=201)


async def _pieces(upload: UploadFile) -> AsyncIterator[bytes]:
    while piece := await upload.read(1024 * 1024):
        yield piece


def _basic(request: Request) -> tuple[str, str]:
    """User and password of Basic authentication; empty where there are none."""
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, secret


def _streamed(parts: Parts, record: FileRecord) -> StreamingResponse:
    headers = {
        "Content-Length": str(record.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(record.name)}",
        "X-Content-Type-Options": "nosniff",
    }
    content = parts.files.read(record.file_id)
    return StreamingResponse(content, media_type="application/octet-stream", headers=headers)
