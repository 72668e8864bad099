"""Wiring diagrams: parts on a grid, wires at right angles, one look."""
