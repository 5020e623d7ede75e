"""``digits train``: data in, run folder out."""

from __future__ import annotations

import shlex
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import click

from digits.cli.parsing.command import Option
from digits.cli.parsing.options import InvertOption, TransposeOption, correction_of
from digits.cli.parsing.training_data import TrainingData

if TYPE_CHECKING:
    from digits.data import Dataset
    from digits.experiments.loggers import Logger
    from digits.experiments.run import Plan, Run
    from digits.experiments.seeds import Engine


def train(
    recipe: Annotated[
        Literal["fast", "spec", "best", "robust", "finetune"] | None,
        Option(
            help="fast, spec, best, robust or finetune. Default: fast; for --data with up to 5,000 training images, "
            "finetune, which starts from the shipped network."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        Option(help="mnist.npz, an IDX folder, class folders or a CSV. Default: MNIST, wherever it is found."),
    ] = None,
    transpose: TransposeOption = False,
    invert: InvertOption = False,
    from_scratch: Annotated[
        bool, Option("--from-scratch", help="Train a fresh network on --data, however small it is.")
    ] = False,
    with_mnist: Annotated[
        bool, Option("--with-mnist", help="Train on as many digits of MNIST too, so that these are not unlearned.")
    ] = False,
    pen_strokes: Annotated[
        Path | None,
        Option(help="UCI's pendigits-orig.tra.gz: train on digits drawn with its pen strokes, besides MNIST's."),
    ] = None,
    out: Annotated[Path, Option("--out", "-o", help="The folder for all runs.")] = Path("runs"),
    name: Annotated[str | None, Option(help="The run's name. Default: recipe and time.")] = None,
    epochs: Annotated[int | None, Option(min=1, help="Passes over the training images. Default: the recipe's.")] = None,
    seed: Annotated[
        int | None,
        Option(min=0, max=2**32 - 1, help="The same seed, threads and machine give the same weights. Default: 0."),
    ] = None,
    threads: Annotated[
        int | None, Option(min=1, help="How many threads to use. Default: one for every core this process may use.")
    ] = None,
    seeds: Annotated[
        str | None, Option(help="Train once per seed, such as 0-4, and summarize; repeat the command to continue.")
    ] = None,
    members: Annotated[
        int | None, Option(min=2, help="Train this many networks and publish one file that averages them.")
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        Option(
            help="Where --seeds are trained: one after the other here, or as Ray tasks, each with --threads cores. "
            "Every node must reach OUT."
        ),
    ] = "local",
    address: Annotated[
        str | None,
        Option(help="The Ray cluster to join. Default: RAY_ADDRESS, or one of its own on this machine."),
    ] = None,
    resume: Annotated[bool, Option("--resume", help="Continue an interrupted run: the last one, or --name.")] = False,
    force: Annotated[
        bool, Option("--force", help="Replace the run of that name, once the new one is complete.")
    ] = False,
    tensorboard: Annotated[
        bool, Option("--tensorboard", help="Also write TensorBoard event files, to OUT/tensorboard.")
    ] = False,
    mlflow: Annotated[bool, Option("--mlflow", help="Also log to MLflow, at MLFLOW_TRACKING_URI.")] = False,
    json: Annotated[bool, Option("--json", help="Print metrics.json instead of a table.")] = False,
) -> None:
    """Train the network, measure it, and leave everything in a run folder."""
    from digits.cli.terminal.console import print_json
    from digits.cli.terminal.interrupted import point_at_interrupted, say_how_to_go_on
    from digits.cli.terminal.train_output import announce, print_study, print_summary
    from digits.experiments.plan import fit_to_data, make_plan
    from digits.experiments.study import check_begun, run_study
    from digits.training.backend import require
    from digits.training.resuming.run_folder import PARTIAL_SUFFIX, require_free_name

    started = time.perf_counter()
    require()
    source = TrainingData(data, correction_of(data, transpose=transpose, invert=invert), with_mnist, pen_strokes)
    chosen = _parse(seeds, alone=not resume and seed is None and members is None)
    _check_runs(members, name, resume=resume, force=force, is_study=bool(chosen))
    trains_with = _make_engine(engine, address, is_study=bool(chosen))
    source.check(recipe, resume=resume, from_scratch=from_scratch)
    is_named, decision, is_new = bool(name), None, not (resume or chosen or members)
    name = name or (f"{recipe or 'fast'}-seeds" if chosen else None)  # no time in it: the repeated command finds it
    plan, name = make_plan(out, name=name, recipe=recipe, epochs=epochs, seed=seed, threads=threads, resume=resume)
    if is_new:
        require_free_name(out, name, force=force)
        point_at_interrupted(out)
    dataset = source.load(out / f"{name}{PARTIAL_SUFFIX}" if resume else None)
    if recipe in (None, "finetune") and not resume:
        fitted, decision = fit_to_data(plan, dataset, epochs=epochs, from_scratch=from_scratch)
        name = name if is_named else name.replace(plan.recipe.name, fitted.recipe.name, 1)
        plan = fitted
    check_begun(out / (f"{name}-members" if members else name), plan, chosen or _seeds_of(plan, members))
    loggers = _make_loggers(out, tensorboard=tensorboard, mlflow=mlflow, anew=force and is_new)
    announce(dataset, plan, name, seeds, decision)
    try:
        if chosen:
            summary = run_study(dataset, plan, chosen, out=out, name=name, engine=trains_with, loggers=loggers)
            print_json(summary) if json else print_study(out / name, summary)
        else:
            run = _run(dataset, plan, out, name, loggers, resume=resume, members=members, force=force)
            print_json(run.metrics) if json else print_summary(run.path, run.metrics, time.perf_counter() - started)
    except KeyboardInterrupt:
        say_how_to_go_on(out, name, source.options, is_study=bool(chosen or members))
        raise


def _check_runs(members: int | None, name: str | None, *, resume: bool, force: bool, is_study: bool) -> None:
    """Refuse options about several runs, and about earlier ones, that do not go together."""
    if force and (resume or is_study):
        raise click.BadParameter("--force excludes --resume and --seeds: they keep what is complete")
    if members and (resume or not name):
        raise click.BadParameter("--members needs --name and excludes --resume: repeat the same command to continue")


def _make_engine(name: str, address: str | None, *, is_study: bool) -> Engine:
    """Return where several seeds are trained; refuse options that do not go together."""
    from digits.cli.terminal.console import err
    from digits.cli.terminal.progress import TrainingProgress
    from digits.cluster import import_ray
    from digits.experiments.ray_engine import RayEngine
    from digits.experiments.seeds import LocalEngine

    if name == "ray":
        if not is_study:
            raise click.BadParameter("--engine ray trains several seeds side by side; add --seeds, such as --seeds 0-9")
        import_ray()  # before anything is loaded
        return RayEngine(partial(err.print, markup=False), address)
    if address:
        raise click.BadParameter("--address is that of a Ray cluster; add --engine ray")
    return LocalEngine(TrainingProgress.of_seed)


def _seeds_of(plan: Plan, members: int | None) -> range:
    return range(plan.seed, plan.seed + (members or 0))


def _parse(seeds: str | None, *, alone: bool) -> list[int] | None:
    from digits.errors import RunError
    from digits.experiments.study import parse_seeds

    if seeds is None:
        return None
    if not alone:
        raise click.BadParameter("--seeds excludes --seed, --members and --resume: repeat the same command to continue")
    try:
        return parse_seeds(seeds)
    except RunError as error:
        raise click.BadParameter(str(error)) from error


def _make_loggers(out: Path, *, tensorboard: bool, mlflow: bool, anew: bool) -> list[Logger]:
    from digits.cli.terminal.console import print_notice
    from digits.experiments.loggers import MLflowLogger, TensorBoardLogger

    loggers: list[Logger] = []
    if tensorboard:
        folder = out / "tensorboard"
        loggers.append(TensorBoardLogger(folder, anew=anew))
        print_notice(f"watch it with: {shlex.join(['tensorboard', '--logdir', str(folder)])}")
    if mlflow:
        loggers.append(MLflowLogger())
    return loggers


def _run(
    dataset: Dataset,
    plan: Plan,
    out: Path,
    name: str,
    loggers: list[Logger],
    *,
    resume: bool,
    members: int | None,
    force: bool,
) -> Run:
    from digits.cli.terminal.progress import TaskProgress, TrainingProgress
    from digits.experiments.ensemble import run_ensemble
    from digits.experiments.run import run_experiment

    if members:
        watch = TrainingProgress.of_seed
        with TaskProgress() as after:
            return run_ensemble(
                dataset, plan, members, out=out, name=name, watch=watch, tell=after.task, loggers=loggers, force=force
            )
    with TrainingProgress() as progress:
        return run_experiment(
            dataset, plan, out=out, name=name, resume=resume, force=force, progress=progress, loggers=loggers
        )
