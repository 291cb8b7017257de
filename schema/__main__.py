"""Prints the schema: `python -m schema > schema/schema.graphql`."""

import sys

from schema.build import build
from schema.sdl import sdl

sys.stdout.write(sdl(build()._schema))
