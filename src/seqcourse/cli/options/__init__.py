"""What the command line may say: each command's options and help."""

from seqcourse.cli.options.parser import parser

__all__ = ["parser"]
