"""``digits report``: runs and a dataset in, one page that explains them out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from digits.cli.parsing.command import Argument, Option
from digits.cli.parsing.options import ForceOption, InvertOption, RunDataOption, TransposeOption, correction_of

if TYPE_CHECKING:
    from digits.data import LabelledImages
    from digits.evaluation.report.measure import MeasuredRun


def report(
    runs: Annotated[
        list[Path] | None,
        Argument(
            metavar="RUN",
            option="--model",
            help="Run or model folders, or the folder of several seeds. Default: the model in this package.",
        ),
    ] = None,
    data: RunDataOption = None,
    transpose: TransposeOption = False,
    invert: InvertOption = False,
    out: Annotated[
        Path | None,
        Option(
            "--out",
            "-o",
            dir_okay=False,
            help="The file to write. Default: report.html in the run folder; for several runs, here.",
        ),
    ] = None,
    force: ForceOption = False,
    robustness_images: Annotated[
        int, Option(min=0, help="How many images to distort, each digit in proportion; 0 for none.")
    ] = 250,
    json: Annotated[bool, Option("--json", help="Print what the page says as JSON.")] = False,
) -> None:
    """Write report.html about a run: one offline page for screen, phone and paper. Given several runs, compare them."""
    from digits.cli.terminal.console import out as console
    from digits.cli.terminal.console import print_json, print_notice, watched
    from digits.evaluation.report import make
    from digits.evaluation.report.render import require_templates
    from digits.evaluation.run_data import choose_images

    correction = correction_of(data, transpose=transpose, invert=invert)
    require_templates()  # before the minutes that measuring takes, not after
    folders = make.choose(runs or [])
    if len(folders) < len(runs or []):
        print_notice("some of these paths are the same run; the report shows it once")
    place = out or make.default_place(folders, runs or [])
    _require_place(place, is_chosen=out is not None, force=force)
    name, examples, remark = choose_images(folders, data, correction)
    if remark:
        print_notice(remark)
    measured = _measure(folders, name, examples, robustness_images)
    with watched("writing the page"):
        made = make.report(measured, examples, place)
    for notice in made.notices:
        print_notice(notice)
    if json:
        print_json(made.to_dict())
    else:
        for sentence in made.sentences:
            console.print(sentence, markup=False, soft_wrap=True)
        console.print(f"file: {made.path}", markup=False, soft_wrap=True)


def _require_place(place: Path, *, is_chosen: bool, force: bool) -> None:
    """Raise RunError where the page may not be written; a training has written one into its run already."""
    from digits.errors import RunError
    from digits.files import require_free

    if not (is_chosen or force) and place.parent != Path() and place.is_file():
        raise RunError(
            f"expected no report in {place.parent}, but there is one: open {place} in a browser, "
            "or give --force to measure again and replace it, or --out for another place"
        )
    require_free([place], force=force)


def _measure(
    folders: list[Path | None], name: str, examples: LabelledImages, robustness_images: int
) -> list[MeasuredRun]:
    from digits.cli.terminal.console import watched
    from digits.evaluation.report.measure import measure_run

    with watched("measuring") as show:

        def tell(what: str, done: int, of: int) -> None:
            show(description=what, completed=done, total=of)

        return [
            measure_run(folder, name, examples, robustness_images=robustness_images, progress=tell)
            for folder in folders
        ]
