"""The two pictures of a run: accuracy and loss of each epoch, and the confusion matrix.

Both return their figure and, without a path, save nothing, so that a notebook can show the plots of a run folder. They
measure nothing.
"""

from digits.evaluation.plots.confusion import draw_confusion_matrix as draw_confusion_matrix
from digits.evaluation.plots.curves import draw_accuracy_loss as draw_accuracy_loss
