"""Photos and documents in Telegram's shapes, from bytes that came up or a file id that is known."""

import io
from typing import Any

from PIL import Image

from .call import Call, Upload
from .errors import Json, bad
from .world import StoredFile, World

DOWNLOAD_LIMIT = 20 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_THUMB = 90


def find_file(world: World, call: Call, given: Any, field: str, folder: str) -> StoredFile:
    """The file a parameter means: `attach://name`, an upload under the parameter's own name, or a file id."""
    given = str(given or "")
    upload = call.uploads.get(given.removeprefix("attach://")) or call.uploads.get(field)
    if upload is not None:
        if not upload.data:
            raise bad("file must be non-empty")
        return world.keep(upload.data, upload.name, upload.mime, folder)
    if given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    if given not in world.files:
        raise bad(f"there is no {field} in the request" if not given else
                  "wrong remote file identifier specified: Wrong character in the string")  # fmt: skip
    return world.files[given]


def photo(world: World, stored: StoredFile) -> Json:
    """`{"photo": [small, large]}`; `Refused` where the bytes are no picture Telegram would take."""
    if len(stored.data) > PHOTO_LIMIT:
        raise bad(f"file of size {len(stored.data)} bytes is too big for a photo; "
                  f"the maximum size is {PHOTO_LIMIT} bytes")  # fmt: skip
    try:
        with Image.open(io.BytesIO(stored.data)) as image:
            width, height = image.size
            if width + height > 10_000 or max(width, height) > 20 * min(width, height):
                raise bad("PHOTO_INVALID_DIMENSIONS")
            image.thumbnail((_THUMB, _THUMB))
            small = io.BytesIO()
            image.convert("RGB").save(small, "JPEG")
    except (OSError, ValueError, Image.DecompressionBombError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    thumb = world.keep(small.getvalue(), "thumb.jpg", "image/jpeg", "thumbnails")
    return {"photo": [_size(thumb, *image.size), _size(stored, width, height)]}


def document(stored: StoredFile) -> Json:
    """`{"document": …}`."""
    return {"document": {
        "file_name": stored.name, "mime_type": stored.mime, "file_id": stored.file_id,
        "file_unique_id": stored.unique_id, "file_size": len(stored.data),
    }}  # fmt: skip


def uploaded_photo(world: World, data: bytes) -> Json:
    """A photo from a person's phone."""
    return photo(world, world.keep(data, "photo.jpg", "image/jpeg", "photos"))


def uploaded_document(world: World, upload: Upload) -> Json:
    """A file from a person's phone, whatever it is."""
    return document(world.keep(upload.data, upload.name, upload.mime, "documents"))


def _size(stored: StoredFile, width: int, height: int) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "width": width, "height": height,
            "file_size": len(stored.data)}  # fmt: skip
