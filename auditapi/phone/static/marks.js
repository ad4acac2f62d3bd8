// The geometry of marks. Coordinates are 0…1 of the upright picture, x right, y down, as the
// server's `photos.marks` reads them. Pure: marks in, marks out.

/** @import { Mark, Point } from "./types.js" */

export const MOST_MARKS = 50;
export const MOST_POINTS = 500;
export const LONGEST_TEXT = 200;
export const COLORS = ["#d4351c", "#ffdd00", "#00a35c", "#1d70b8", "#ffffff", "#0b0c0c"];

/** @param {number} value */
const unit = (value) => Math.min(1, Math.max(0, Math.round(value * 1e5) / 1e5));

/** @param {Point} point @returns {Point} */
export const inside = ([x, y]) => [unit(x), unit(y)];

/** The rectangle between two corners, whatever way it was drawn.
 * @param {Point} a @param {Point} b @returns {{at: Point, size: Point}} */
function rectangle(a, b) {
  const [ax, ay] = inside(a);
  const [bx, by] = inside(b);
  const at = /** @type {Point} */ ([Math.min(ax, bx), Math.min(ay, by)]);
  const size = /** @type {Point} */ ([unit(Math.abs(ax - bx)), unit(Math.abs(ay - by))]);
  return { at, size };
}

/** The mark that a stroke of the finger makes.
 * @param {Mark["kind"]} kind @param {Point[]} path where the finger went, at least one point
 * @param {string} color @returns {Mark} */
export function drawn(kind, path, color) {
  const start = path[0];
  const end = path[path.length - 1];
  switch (kind) {
    case "arrow":
      return { kind, from: inside(start), to: inside(end), color };
    case "box":
    case "ellipse":
      return { kind, ...rectangle(start, end), color };
    case "redact":
      return { kind, ...rectangle(start, end) };
    case "freehand":
      return { kind, points: thinned(path).map(inside), color };
    default:
      return { kind: "text", at: inside(start), text: "", color };
  }
}

/** At most MOST_POINTS of a line's points, its ends among them, without those that hardly moved.
 * @param {Point[]} path @returns {Point[]} */
export function thinned(path) {
  const kept = path.filter((point, n) => {
    if (n === 0 || n === path.length - 1) return true;
    return far(point, path[n - 1]) > 0.002;
  });
  if (kept.length === 1) kept.push([kept[0][0] + 1e-4, kept[0][1]]);
  if (kept.length <= MOST_POINTS) return kept;
  const step = (kept.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, n) => kept[Math.round(n * step)]);
}

/** @param {Point} a @param {Point} b */
const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** The rectangle around a mark: left, top, right, bottom.
 * @param {Mark} mark @returns {[number, number, number, number]} */
export function bounds(mark) {
  if (mark.at && mark.size) {
    return [mark.at[0], mark.at[1], mark.at[0] + mark.size[0], mark.at[1] + mark.size[1]];
  }
  if (mark.kind === "text" && mark.at) {
    // Nobody has measured the letters: about right is enough to find the mark again.
    const [x, y] = mark.at;
    const width = Math.min(1 - x, 0.03 * [...(mark.text ?? "")].length + 0.05);
    return [x, y, x + width, Math.min(1, y + 0.07)];
  }
  const points = mark.points ?? [mark.from ?? [0, 0], mark.to ?? [0, 0]];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Moves a mark as far as it stays inside the picture.
 * @param {Mark} mark @param {number} dx @param {number} dy @returns {Mark} */
export function moved(mark, dx, dy) {
  const [left, top, right, bottom] = bounds(mark);
  const x = Math.min(1 - right, Math.max(-left, dx));
  const y = Math.min(1 - bottom, Math.max(-top, dy));
  /** @param {Point} point @returns {Point} */
  const shift = ([px, py]) => inside([px + x, py + y]);
  return {
    ...mark,
    ...(mark.from && { from: shift(mark.from) }),
    ...(mark.to && { to: shift(mark.to) }),
    ...(mark.at && { at: shift(mark.at) }),
    ...(mark.points && { points: mark.points.map(shift) }),
    ...(mark.at && mark.size && { size: fitting(shift(mark.at), mark.size) }),
  };
}

/** A size that ends inside the picture. @param {Point} at @param {Point} size @returns {Point} */
function fitting(at, size) {
  return [unit(Math.min(size[0], 1 - at[0])), unit(Math.min(size[1], 1 - at[1]))];
}

/** Moves the end of a mark: an arrow's point, a rectangle's lower right corner.
 * @param {Mark} mark @param {number} dx @param {number} dy @returns {Mark} */
export function resized(mark, dx, dy) {
  if (mark.to) return { ...mark, to: inside([mark.to[0] + dx, mark.to[1] + dy]) };
  if (!mark.at || !mark.size) return mark;
  const size = /** @type {Point} */ ([
    Math.max(0.01, mark.size[0] + dx), Math.max(0.01, mark.size[1] + dy)]);
  return { ...mark, size: fitting(mark.at, size) };
}

/** Where the end of a mark can be taken hold of; null when it has none.
 * @param {Mark} mark @returns {Point | null} */
export function handle(mark) {
  if (mark.to) return mark.to;
  if (mark.at && mark.size) return [mark.at[0] + mark.size[0], mark.at[1] + mark.size[1]];
  return null;
}

/** The uppermost mark at a point, by its place in the list; −1 for none.
 * @param {Mark[]} marks @param {Point} point @param {number} reach how far off still counts */
export function hit(marks, point, reach) {
  return marks.findLastIndex((mark) => {
    if (mark.kind === "arrow" && mark.from && mark.to) {
      return toSegment(point, mark.from, mark.to) <= reach;
    }
    if (mark.points) {
      return mark.points.some((one, n, all) => toSegment(point, all[Math.max(0, n - 1)], one) <= reach);
    }
    const [left, top, right, bottom] = bounds(mark);
    return point[0] >= left - reach && point[0] <= right + reach &&
      point[1] >= top - reach && point[1] <= bottom + reach;
  });
}

/** How far a point is from a stretch of line. @param {Point} p @param {Point} a @param {Point} b */
function toSegment(p, a, b) {
  const length = far(a, b) ** 2;
  const along = length
    ? ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length : 0;
  const t = Math.min(1, Math.max(0, along));
  return far(p, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
}

/** A mark of ordinary size in the middle, for those who work by keyboard.
 * @param {Mark["kind"]} kind @param {string} color @returns {Mark} */
export function inTheMiddle(kind, color) {
  return drawn(kind, [[0.35, 0.4], [0.5, 0.5], [0.65, 0.6]], color);
}
