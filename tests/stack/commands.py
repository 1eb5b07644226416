"""Several `flask --app wsgi …` commands in one process: starting Python costs more than they do."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from inbox.config import ROOT

Command = tuple[Sequence[str], str]
SECONDS = 60


def run_commands(commands: Sequence[Command], environ: Mapping[str, str]) -> list[str]:
    """Run each (arguments, standard input) in order; what each printed.

    AssertionError with the output of the first one that fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.stack.commands"],
        input=json.dumps(commands),
        cwd=ROOT,
        env=dict(environ),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    printed: list[str] = json.loads(done.stdout.splitlines()[-1])
    return printed


def _main() -> int:
    from tests.quick import cheapen_passwords
    from wsgi import app

    cheapen_passwords()
    runner = app.test_cli_runner()
    printed = []
    for arguments, given in json.load(sys.stdin):
        result = runner.invoke(args=arguments, input=given)
        if result.exit_code:
            print(f"flask --app wsgi {' '.join(arguments[:2])}: {result.output}", file=sys.stderr)
            return 1
        printed.append(result.output)
    print(json.dumps(printed))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
