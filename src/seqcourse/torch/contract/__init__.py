"""What every module promises, and which kernel runs it."""
