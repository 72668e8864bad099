"""An encoder that reads one sequence, a decoder that writes another.

Trained with teacher forcing, in ``training/teacher_forcing``; run freely by
``decoding/``.
"""
