// Every English word of the page.

const article = (digit) => (digit === 8 ? "an" : "a");
const a = (digit) => `${article(digit)} ${digit}`;
const capital = (words) => words[0].toUpperCase() + words.slice(1);

export const t = {
  name: "digits",
  skip: "Skip to the content",
  tabs: { label: "Views", draw: "Draw", inside: "Inside", photo: "Photo", model: "Model" },
  theme: { toDark: "Use the dark theme", toLight: "Use the light theme" },
  server: {
    up: "Server connected",
    downShort: "Server away",
    away: "The server does not answer. Drawing goes on; photos wait until it is back.",
    back: "The server is back.",
    gone: "The server did not answer. Check that digits serve is running; this page goes on as soon as it is.",
    failed: (status) => `The server answered with status ${status} and no explanation. Try again, or look at its log.`,
    static: "Runs in this page",
  },
  token: { title: "This server asks for a token", label: "Token", hint: "It was given to digits serve with --token.", ok: "Use it", cancel: "Cancel" },
  boot: {
    loading: "Fetching the network…",
    failed: (message) => `The network could not be loaded: ${message}`,
    again: "Try again",
  },
  draw: {
    title: "Draw",
    pad: "Drawing area. Draw with a mouse, a pen or a finger, or press the keys 0 to 9 to have a digit written. Backspace undoes, Delete clears.",
    hint: "Draw a digit",
    hintMore: "or a whole number",
    reading: "Reading",
    sure: (share) => `${share} sure`,
    digit: (value, share) => `${value}, ${share} sure. Show how it was read.`,
    refusedDigit: "Unsure digit. Show how it was read.",
    spoken: (text, share, more) => `Read as ${text}, ${share} sure. ${more}`,
    seen: "what the network sees",
    frame: "The frame that the network sees",
    inside: "Follow it inside",
    second: (text) => `The full reader, with its second network, reads ${text}.`,
    secondNone: "The full reader, with its second network, finds no digit here.",
  },
  tools: {
    undo: "Undo", redo: "Redo", clear: "Clear", brush: "Breadth of the brush",
    lesson: "Watch a 3 become an 8",
    keys: "Or let the page write", write: (digit) => `Write ${a(digit)}`,
  },
  bars: {
    title: "How likely each digit is",
    label: (words) => `Probabilities. ${words}.`,
    none: "Nothing is drawn yet.",
  },
  trace: {
    title: "While you drew it",
    slider: "Look back at how the reading changed",
    moment: (digit, share) => `${digit}, ${Math.round(100 * share)} %`,
    empty: "nothing yet",
  },
  lesson: {
    empty: "Draw slowly and watch the bars.",
    turning: (from, to) => `Your ${from} is turning into ${a(to)}.`,
    turned: (from, to) => `It was ${a(from)}. That stroke made it ${a(to)}.`,
    refused: (one, other) => `Between ${a(one)} and ${a(other)}: too unsure to say.`,
    clear: (value) => `${capital(a(value))}, beyond doubt.`,
    torn: (one, other) => `${capital(a(one))}, but it might be ${a(other)}.`,
    likely: (value) => `Most likely ${a(value)}.`,
  },
};
