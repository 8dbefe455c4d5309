"""Start the action server: `python -m actions`."""

from actions.runtime import build_executor, build_services
from actions.server import build_app, quiet, serve
from actions.settings import ActionSettings


def main() -> None:
    """Build everything and serve until a signal."""
    quiet()
    settings = ActionSettings()
    serve(build_app(build_executor(build_services(settings))), settings)


if __name__ == "__main__":
    main()
