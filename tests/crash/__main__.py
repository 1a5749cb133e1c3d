"""`python -m tests.crash --seed 1 --minutes 20`."""

import typer

from tests.crash.chaos import main

typer.run(main)
