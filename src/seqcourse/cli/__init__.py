"""The command line: ``seqcourse``, or ``python -m seqcourse``."""
