"""Arguments of a job, the same on Glue and in a container: --name value or --name=value."""

from argparse import ArgumentParser
from datetime import datetime, timedelta, timezone
from typing import NoReturn, Optional, Sequence

from lake.layout import parse_day


def parse_arguments(
    arguments: Sequence[str], required: Sequence[str], now: Optional[datetime] = None
) -> dict[str, str]:
    """Gives the required arguments and `day`, by default yesterday in UTC: the last day that is complete.

    What Glue itself passes is left out. Raises ValueError, naming the argument, for one that is missing, empty, given
    twice, or for a day that is none.
    """
    names = [*required, "day"]
    parser = _Parser(add_help=False, allow_abbrev=False, argument_default=None)
    for name in names:
        parser.add_argument(f"--{name}", action="append")
    given = vars(parser.parse_known_args(arguments)[0])
    options: dict[str, str] = {}
    for name in names:
        values = given[name] or []
        if len(values) > 1:
            raise ValueError(f"--{name}: expected once, got {len(values)} times")
        if values:
            options[name] = values[0]
    missing = [name for name in required if options.get(name, "") == ""]
    if missing:
        raise ValueError(f"expected a value for {', '.join(f'--{name}' for name in missing)}, got none")
    if "day" not in options:
        yesterday = (now or datetime.now(timezone.utc)).astimezone(timezone.utc) - timedelta(days=1)
        options["day"] = yesterday.date().isoformat()
    parse_day(options["day"])
    return options


class _Parser(ArgumentParser):
    """Raises instead of ending the program, so that a job's log shows one error."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)
