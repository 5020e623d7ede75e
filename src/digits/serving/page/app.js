// The page: makes what its views share, loads the network, and shows one view at a time by the address's #name.

import { Drawing } from "./draw/drawing.js";
import { Pad } from "./draw/pad.js";
import { Penman } from "./draw/penman.js";
import { Recognizer } from "./draw/recognizer.js";
import { SecondOpinion } from "./server/second_opinion.js";
import { DrawView } from "./draw/view.js";
import { InsideView } from "./inside/view.js";
import { button } from "./lib/dom.js";
import { Frame } from "./lib/frame.js";
import { ModelView } from "./model/view.js";
import { Network } from "./network/client.js";
import { PhotoView } from "./photo/view.js";
import { Server } from "./server/api.js";
import { askToken } from "./server/token.js";
import { t } from "./strings.js";

const server = new Server();
const network = new Network();
const drawing = new Drawing();
const pad = new Pad(drawing);
const penman = new Penman(drawing, pad);
const recognizer = new Recognizer(drawing, network);
const second = new SecondOpinion(drawing, server);
const shared = { server, network, drawing, pad, penman, recognizer, second };

// Show a digit Inside: a drawn one goes on living, one of a photo stands still.
function follow(digit) {
  views.inside.follow(digit);
  location.hash = "inside";
}

const views = { draw: new DrawView(shared, follow), inside: new InsideView(shared) };
if (server.isThere) {
  views.photo = new PhotoView(shared, follow);
  views.model = new ModelView(shared, (name) => load(name));
}
const frame = new Frame(Object.keys(views), server, () => pad.repaint());
document.body.prepend(frame.element);

function show() {
  const name = location.hash.slice(1) in views ? location.hash.slice(1) : "draw";
  frame.show(name, views[name].element);
  views[name].enter?.();
}

// Fetch a network, by its model's name or the one that lies beside a static page, and read anew with it.
async function load(name) {
  try {
    const own = document.querySelector("meta[name=digits-network]")?.content;
    const buffer = own ? await (await fetch(own)).arrayBuffer() : await server.network(await nameOf(name));
    frame.name(await network.load(buffer));
    frame.tell(null);
    recognizer.restart();
    for (const view of Object.values(views)) view.onnetwork?.();
  } catch (error) {
    frame.tell(t.boot.failed(error.message), button(t.boot.again, { onclick: () => load(name) }));
  }
}

async function nameOf(name) {
  const { models, default: usual } = await server.models();
  const chosen = models.some((model) => model.name === name) ? name : usual;
  server.model = chosen === usual ? null : chosen;
  views.model.list(models, chosen);
  return chosen;
}

document.documentElement.classList.add("ready");
addEventListener("hashchange", show);
server.watch(askToken);
// A page that was opened before the server was there begins when it is.
server.addEventListener("state", () => { if (server.isUp && !network.header) load(); });
show();
load();
