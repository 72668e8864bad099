"""Tasks that turn one sequence into another."""
