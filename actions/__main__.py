"""Start the action server: `python -m actions`."""

from actions.runtime import build_executor, build_services
from actions.server import build_app, quiet, serve
from actions.settings import ActionSettings
from subscriptions.connecting import read_or_end


def main() -> None:
    """Build everything and serve until a signal."""
    quiet()
    settings = read_or_end(ActionSettings)
    services = build_services(settings)
    with services.subscriptions:
        try:
            serve(build_app(build_executor(services), settings.token), settings)
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise SystemExit(f"actions: cannot listen on {place}: {error.strerror}") from None


if __name__ == "__main__":
    main()
