"""Start the action server: `python -m actions`."""

import sys

from pydantic import ValidationError

from actions.runtime import build_executor, build_services
from actions.server import build_app, quiet, serve
from actions.settings import ActionSettings


def _settings() -> ActionSettings:
    """The settings, or a sentence for each wrong one and the end of the process."""
    try:
        return ActionSettings.model_validate({})
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            print(f"settings: ACTIONS_{name}: {problem['msg']}", file=sys.stderr)
        raise SystemExit(2) from None


def main() -> None:
    """Build everything and serve until a signal."""
    quiet()
    settings = _settings()
    services = build_services(settings)
    with services.subscriptions:
        try:
            serve(build_app(build_executor(services), settings.token), settings)
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise SystemExit(f"actions: cannot listen on {place}: {error.strerror}") from None


if __name__ == "__main__":
    main()
