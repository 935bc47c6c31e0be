"""The operator's command's entrance. What it can do stands in `ops/operator/`."""

from __future__ import annotations

import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.container import current
from chalicelib.errors import Invalid, SsoError
from chalicelib.i18n.catalog import in_english
from ops.cli.output import format_output
from ops.cli.parser import parse
from ops.region import name_region


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    run, options = parse(arguments)
    name_region()
    try:
        answer = run(options, current())
    except Invalid as error:
        return _complain(" ".join(in_english(field.detail) for field in error.errors) or in_english(error.public))
    except SsoError as error:
        return _complain(f"{in_english(error.public)}{f' ({error.private})' if error.private else ''}")
    except (ValueError, BotoCoreError, ClientError) as error:
        return _complain(str(error))
    print(format_output(answer, as_json=options.json))
    return int(answer.is_failure)


def _complain(sentence: str) -> int:
    print(" ".join(sentence.split()), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
