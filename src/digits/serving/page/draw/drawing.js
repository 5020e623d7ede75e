// What was drawn: strokes of points in the drawing's own units, with undo and redo. Says "change" whenever it differs.
//
// A point is { x, y, width }: where the pen was, and how broad it wrote there. A drawing takes the size of the pad on
// which it was begun; pads of other sizes show all of it, scaled.

export class Drawing extends EventTarget {
  strokes = [];
  size = { width: 1, height: 1 };
  live = null; // the stroke under the pen
  #past = [];
  #future = [];
  #made = 0;

  get isEmpty() { return this.strokes.length === 0; }
  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }

  begin(point, size) {
    if (this.isEmpty && size) this.size = size;
    this.live = { id: ++this.#made, points: [point] };
    this.#keep([...this.strokes, this.live]);
    return this.live;
  }

  extend(points) {
    if (!this.live || points.length === 0) return;
    this.live.points.push(...points);
    this.#say();
  }

  end() {
    this.live = null;
    this.#say();
  }

  // A stroke that a second finger turned into a gesture, or the system took away, was none.
  abandon() {
    if (!this.live) return;
    this.live = null;
    this.strokes = this.#past.pop();
    this.#say();
  }

  undo() {
    if (!this.canUndo || this.live) return;
    this.#future.push(this.strokes);
    this.strokes = this.#past.pop();
    this.#say();
  }

  redo() {
    if (!this.canRedo || this.live) return;
    this.#past.push(this.strokes);
    this.strokes = this.#future.pop();
    this.#say();
  }

  clear() {
    this.live = null;
    if (!this.isEmpty) this.#keep([]);
  }

  #keep(strokes) {
    this.#past.push(this.strokes);
    this.#future = [];
    this.strokes = strokes;
    this.#say();
  }

  #say() { this.dispatchEvent(new Event("change")); }
}
