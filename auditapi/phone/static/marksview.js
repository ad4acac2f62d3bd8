// Marks drawn as SVG over a picture of any shown size.

import { html } from "./ui.js";

/** @import { Mark } from "./types.js" */

/** Colours that need a dark edge to be read. */
const LIGHT = ["#ffdd00", "#ffffff"];

/** @param {{marks: Mark[], width?: number, height?: number, selected?: number, children?: any}} props
 *   `width` and `height`: of the shown picture, so that arrow heads are not distorted */
export function MarksView({ marks, width = 100, height = 100, selected = -1, children, ...rest }) {
  const line = Math.max(2, Math.min(width, height) / 90);
  return html`<svg class="marks" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none"
    aria-hidden="true" ...${rest}>
    ${marks.map((mark, n) => html`<g key=${n} class=${n === selected ? "selected" : ""}>
      ${shape(mark, width, height, line)}</g>`)}
    ${children}</svg>`;
}

/** @param {Mark} mark @param {number} w @param {number} h @param {number} line */
function shape(mark, w, h, line) {
  const { kind, color = "#000000" } = mark;
  const [x, y] = mark.at ?? [0, 0];
  const [sx, sy] = mark.size ?? [0, 0];
  const stroke = { fill: "none", stroke: color, "stroke-width": line, "stroke-linejoin": "round",
    "stroke-linecap": "round" };
  switch (kind) {
    case "redact":
      return html`<rect x=${x * w} y=${y * h} width=${sx * w} height=${sy * h} fill="#000" />`;
    case "box":
      return html`<rect x=${x * w} y=${y * h} width=${sx * w} height=${sy * h} ...${stroke} />`;
    case "ellipse":
      return html`<ellipse cx=${(x + sx / 2) * w} cy=${(y + sy / 2) * h} rx=${(sx / 2) * w}
        ry=${(sy / 2) * h} ...${stroke} />`;
    case "freehand":
      return html`<polyline ...${stroke}
        points=${(mark.points ?? []).map(([px, py]) => `${px * w},${py * h}`).join(" ")} />`;
    case "arrow":
      return html`<path d=${arrowPath(mark, w, h, line)} ...${stroke} />`;
    default:
      return html`<text x=${x * w} y=${y * h} fill=${color} font-size=${textSize(w, h)}
        dominant-baseline="hanging" stroke=${LIGHT.includes(color) ? "#000" : "#fff"}
        stroke-width=${textSize(w, h) / 7} paint-order="stroke" font-weight="700">${mark.text}</text>`;
  }
}

/** @param {number} w @param {number} h */
const textSize = (w, h) => Math.max(10, Math.min(w, h) / 18);

/** @param {Mark} mark @param {number} w @param {number} h @param {number} line */
function arrowPath({ from = [0, 0], to = [0, 0] }, w, h, line) {
  const [x1, y1, x2, y2] = [from[0] * w, from[1] * h, to[0] * w, to[1] * h];
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = line * 5;
  const wing = (/** @type {number} */ turn) =>
    `${x2 - head * Math.cos(angle + turn)} ${y2 - head * Math.sin(angle + turn)}`;
  return `M${x1} ${y1}L${x2} ${y2}M${wing(0.5)}L${x2} ${y2}L${wing(-0.5)}`;
}
