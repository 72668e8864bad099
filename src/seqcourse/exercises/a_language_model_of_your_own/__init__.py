"""Exercises of the lesson *A language model of your own*."""
