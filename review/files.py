"""The few files that pages link: styles, and one script. Each is read once."""

from functools import cache
from pathlib import Path

from fastapi import HTTPException
from starlette.responses import PlainTextResponse, Response

from model_cards.html import stylesheet

_FOLDER = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def static_file(name: str) -> Response:
    """One of our own files."""
    content = _contents().get(name)
    if content is None:
        raise HTTPException(404)
    kind = _KINDS[Path(name).suffix]
    return Response(content, media_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "no-cache"})


def health() -> Response:
    """That the room answers, for whoever watches it."""
    return PlainTextResponse("ok")


@cache
def _contents() -> dict[str, bytes]:
    """Every file by name; the card brings its own style."""
    own = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _KINDS}
    return {**own, "card.css": stylesheet().encode()}
