"""What an answer has to do with the right one, where they differ.

A relation is told only where it holds in every case that fails; one that
happens to fit some of them would send the learner the wrong way.
"""

from seqcourse.diagnosis.diagnose import Diagnosis, diagnose
from seqcourse.diagnosis.errors import explained

__all__ = ["Diagnosis", "diagnose", "explained"]
