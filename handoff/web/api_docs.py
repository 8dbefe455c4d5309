"""`/docs`: the HTTP API as a plain page, made from the OpenAPI description; no script, nothing from elsewhere."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every route with its meaning, parameters and answers."""
    description: dict[str, Any] = request.app.openapi()
    blocks = [
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    title = escape(description["info"]["title"])
    return HTMLResponse(
        "<!doctype html><html lang=en><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f'<title>{title}</title><link rel=icon href="data:,"><main><h1>{title}</h1>'
        '<p>Machine-readable: <a href="/openapi.json">openapi.json</a>. '
        "The sockets are described in docs/protocol.md.</p>" + "".join(blocks) + "</main></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {})
    names = [schema["schema"].get("$ref", "").rsplit("/", 1)[-1] for schema in body.values()]
    parameters = [parameter["name"] for parameter in operation.get("parameters", [])]
    details = [
        *(f"<li>path or query: {escape(name)}</li>" for name in parameters),
        *(f"<li>body: {escape(name)}</li>" for name in names),
        *(
            f"<li>{escape(status)}: {escape(answer.get('description', ''))}</li>"
            for status, answer in operation["responses"].items()
        ),
    ]
    return (
        f"<section><h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
        f"<p>{escape(operation.get('description', ''))}</p><ul>{''.join(details)}</ul></section>"
    )
