"""The largest pictures and the longest files need no more memory than a small machine has."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

LARGEST = """
import io, resource, sys
import numpy as np
from PIL import Image
import digits

reader = digits.load(threads=1)
page = np.full((9459, 9459, 3), 240, np.uint8)
for row in range(40):
    for column in range(40):
        top, left = 100 + 230 * row, 100 + 230 * column
        page[top : top + 100, left : left + 18] = 40
file = io.BytesIO()
Image.fromarray(page).save(file, "JPEG")
del page
# The most so far is set back, so that what made the picture does not count.
open("/proc/self/clear_refs", "w").write("5")
text = reader.read(file.getvalue()).text if sys.argv[1] == "read" else reader.classify([file.getvalue()])[0]
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, text)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
@pytest.mark.parametrize("verb", ["read", "classify"])
def test_the_largest_picture_needs_at_most_1500_mib(verb: str) -> None:
    done = subprocess.run([sys.executable, "-c", LARGEST, verb], capture_output=True, text=True, check=True)
    peak_mib = int(done.stdout.split()[0])
    assert peak_mib < 1500
    if verb == "read":
        assert done.stdout.count("1") > 1500


MANY_PAGES = """
import io, resource, sys
import numpy as np
from PIL import Image
import digits

page = np.full((72, 72), 250, np.uint8)
page[20:50, 30:36] = 20
pages = [Image.fromarray(page)] * 300
file = io.BytesIO()
pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=72)
peaks = []
for steps in digits.load(threads=1).explain_pages(file.getvalue()):
    assert steps.reading.text == "1"
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(len(peaks), peaks[20], peaks[-1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only Unix tells the peak of memory")
def test_a_pdf_of_300_pages_needs_the_memory_of_a_few() -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    done = subprocess.run([sys.executable, "-c", MANY_PAGES], capture_output=True, text=True, check=True)
    count, early, late = map(int, done.stdout.split())
    assert count == 300
    assert late < 1.15 * early  # 280 pages of 300 × 300 floats more would be 100 MB: twice as much
