"""One digit's ink goes in; ten calibrated probabilities come out, or a refusal.

The digit becomes a frame (frame.py), the digit network looks at it (network/), at several views where it is in doubt
(multi_view.py); opinions are pooled (pooling.py), calibrated, and refused (calibration.py).
"""
