// A reading as files: a row of CSV for each digit, or the JSON as the server gave it, without the pictures in it.

const COLUMNS = ["source", "page", "line", "position", "value", "confidence", "refusal", "x", "y", "width", "height"];

export function asCsv(reading, source, page) {
  const rows = reading.lines.flatMap((line, i) => line.digits.map((digit, k) => [
    source, page, i + 1, k + 1, digit.value ?? "?", digit.confidence.toFixed(4), digit.refusal ?? "",
    ...(digit.box ? [digit.box.x, digit.box.y, digit.box.width, digit.box.height] : ["", "", "", ""]),
  ]));
  return [COLUMNS, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

// A spreadsheet takes what begins like this for a formula, and a file's name may.
const cell = (value) => {
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function asJson(reading) {
  return JSON.stringify(reading, (key, value) => (["frame", "picture"].includes(key) ? undefined : value), 2);
}

// The page may not fetch a data URL (its Content-Security-Policy names this server alone), so it is taken apart here.
export function asBlob(url) {
  const [head, packed] = url.split(",");
  return new Blob([Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0))], { type: head.slice(5).split(";")[0] });
}

export function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
