"""Charts of measurements: accuracy and loss of each epoch, the confusion matrix, and robustness.

The first two, which every run has, return their figure and, without a path, save nothing, so that a notebook can show
them. Nothing here measures.
"""

from digits.evaluation.plots.confusion import draw_confusion_matrix as draw_confusion_matrix
from digits.evaluation.plots.curves import draw_accuracy_loss as draw_accuracy_loss
