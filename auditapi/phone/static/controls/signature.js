// A signature: a name, and strokes in 0…1 of the field they were drawn in.

import SignaturePad from "../vendor/signature_pad.js";
import { html, useEffect, useRef } from "../ui.js";
import { t } from "../words.js";

/** @param {number} part @param {number} whole */
const share = (part, whole) =>
  Number(Math.min(1, Math.max(0, part / whole)).toFixed(4));

/** @param {any} props */
export function Signature({ item, form }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const pad = useRef(/** @type {SignaturePad | null} */ (null));
  const value = form.draft.answers[item.key]?.value ?? { name: "", strokes: [] };

  useEffect(() => {
    const field = canvas.current;
    if (!field) return undefined;
    const { clientWidth: width, clientHeight: height } = field;
    const dense = devicePixelRatio || 1;
    Object.assign(field, { width: width * dense, height: height * dense });
    field.getContext("2d")?.scale(dense, dense);
    const color = getComputedStyle(field).color;
    const made = new SignaturePad(field, { penColor: color, minWidth: 1.2, maxWidth: 3 });
    made.fromData(value.strokes.map((/** @type {number[][]} */ stroke) => ({
      penColor: color, minWidth: 1.2, maxWidth: 3, dotSize: 2, velocityFilterWeight: 0.7,
      compositeOperation: "source-over",
      points: stroke.map(([x, y], time) => ({ x: x * width, y: y * height, time, pressure: 0.5 })),
    })));
    made.addEventListener("endStroke", () => {
      const strokes = made.toData().map(({ points }) =>
        points.map(({ x, y }) => [share(x, width), share(y, height)]));
      const { name = "" } = form.draft.answers[item.key]?.value ?? {};
      form.setValue(item.key, { value: { name, strokes } });
    });
    pad.current = made;
    return () => made.off();
  }, []);

  const clear = () => {
    pad.current?.clear();
    form.setValue(item.key, value.name ? { value: { ...value, strokes: [] } } : {});
  };
  /** @param {any} event */
  const named = (event) => form.setValue(item.key, {
    value: { strokes: value.strokes, name: event.target.value } });
  return html`<div class="signature stack">
    <label class="field"><span>${t("signature.name")}</span>
      <input value=${value.name} autocomplete="name" onInput=${named} /></label>
    <canvas ref=${canvas} aria-label=${t("signature.field")} role="img"></canvas>
    <button type="button" class="tool" onClick=${clear}>${t("signature.clear")}</button>
  </div>`;
}
