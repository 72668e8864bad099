"""Language models that read and write text."""

from seqcourse.text_models.kneser_ney import KneserNey
from seqcourse.text_models.text_model import TextModel
from seqcourse.text_models.text_score import TextScore

__all__ = ["KneserNey", "TextModel", "TextScore"]
