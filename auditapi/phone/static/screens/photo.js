// One photo: drawing marks over it, a caption, taking it away. The photo itself is never
// touched: marks are data, in 0…1 of the upright picture.

import { app } from "../app.js";
import { Saved } from "../controls/saved.js";
import { COLORS, LONGEST_TEXT, MOST_MARKS, drawn, handle, hit, inTheMiddle, moved, resized,
} from "../marks.js";
import { MarksView } from "../marksview.js";
import { useForm } from "../openform.js";
import { Header, Icon, IconButton, focus, go, html, useAddress, useEffect, useRead, useState } from "../ui.js";
import { t } from "../words.js";
import { Closed } from "./audit.js";

/** @import { Form } from "../form.js" */
/** @import { Mark, Photo, Point } from "../types.js" */

const TOOLS = /** @type {const} */ ([
  "select", "arrow", "box", "ellipse", "freehand", "text", "redact"]);
const NAMES = ["red", "yellow", "green", "blue", "white", "black"];
/** A finger that moved less than this, in CSS pixels, has tapped. */
const TAP = 8;
/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {{path: string[]}} props the draft's id, the photo's digest */
export default function PhotoScreen({ path: [id, sha256] }) {
  const { form, wrong, take } = useForm(id);
  if (wrong) return html`<${Closed} wrong=${wrong} take=${take} />`;
  const photo = form?.draft.photos.find((one) => one.sha256 === sha256);
  if (!form || !photo) return html`<main aria-busy="true"></main>`;
  return html`<${Editor} form=${form} photo=${photo} />`;
}

/** The size at which the picture is shown, followed as the screen turns.
 * @param {HTMLElement | null} shown */
function useShownSize(shown) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!shown) return undefined;
    const look = new ResizeObserver(() =>
      setSize({ width: shown.clientWidth, height: shown.clientHeight }));
    look.observe(shown);
    return () => look.disconnect();
  }, [shown]);
  return size;
}

/** @param {{form: Form, photo: Photo}} props */
function Editor({ form, photo }) {
  const bytes = useRead(async () => (await app.storage?.photoBytes(photo.sha256)) ?? null, [
    photo.sha256]);
  const address = useAddress(bytes ?? undefined, photo.media_type);
  const [tool, setTool] = useState(/** @type {string} */ ("arrow"));
  const [color, setColor] = useState(COLORS[0]);
  const [selected, setSelected] = useState(-1);
  const [past, setPast] = useState(/** @type {Mark[][]} */ ([]));
  const [sketch, setSketch] = useState(/** @type {Mark | null} */ (null));
  const [writing, setWriting] = useState(/** @type {Mark | null} */ (null));
  const [picture, setPicture] = useState(/** @type {HTMLElement | null} */ (null));
  const { width, height } = useShownSize(picture);
  const { marks } = photo;

  /** @param {Mark[]} now @param {boolean} [step] whether this is a step of its own for undo */
  const put = (now, step = true) => {
    if (step) setPast([...past.slice(-49), marks]);
    form.setMarks(photo.sha256, now);
  };
  /** @param {Mark} mark */
  const add = (mark) => {
    if (marks.length >= MOST_MARKS) return;
    put([...marks, mark]);
    setSelected(marks.length);
  };
  const undo = () => {
    form.setMarks(photo.sha256, past[past.length - 1]);
    setPast(past.slice(0, -1));
    setSelected(-1);
  };
  const remove = () => {
    put(marks.filter((_, n) => n !== selected));
    setSelected(-1);
  };
  /** @param {string} chosen */
  const paint = (chosen) => {
    setColor(chosen);
    if (marks[selected]?.color) {
      put(marks.map((mark, n) => (n === selected ? { ...mark, color: chosen } : mark)));
    }
  };

  /** One finger from down to up: draws, moves or takes hold of an end.
   * @param {PointerEvent} down */
  const finger = (down) => {
    const field = /** @type {HTMLElement} */ (down.currentTarget);
    const frame = field.getBoundingClientRect();
    /** @param {PointerEvent} event @returns {Point} */
    const at = (event) => [
      (event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    const path = [at(down)];
    const reach = 24 / Math.min(frame.width, frame.height);
    const held = hit(marks, path[0], reach);
    const end = marks[selected] && handle(marks[selected]);
    const pulls = tool === "select" && end &&
      Math.hypot(end[0] - path[0][0], end[1] - path[0][1]) < reach;
    if (tool === "select" && !pulls) setSelected(held);
    const which = pulls ? selected : held;
    field.setPointerCapture(down.pointerId);

    /** @param {PointerEvent} event */
    const going = (event) => {
      path.push(at(event));
      if (tool === "select") {
        if (which < 0) return;
        const [dx, dy] = [path[path.length - 1][0] - path[0][0], path[path.length - 1][1] - path[0][1]];
        const change = pulls ? resized : moved;
        put(marks.map((mark, n) => (n === which ? change(mark, dx, dy) : mark)), false);
      } else if (tool !== "text") {
        setSketch(drawn(/** @type {Mark["kind"]} */ (tool), path, color));
      }
    };
    /** @param {PointerEvent} event */
    const over = (event) => {
      field.removeEventListener("pointermove", going);
      field.removeEventListener("pointerup", over);
      field.removeEventListener("pointercancel", over);
      setSketch(null);
      const tapped = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < TAP;
      if (tool === "select") {
        if (!tapped && which >= 0) setPast([...past.slice(-49), marks]);
      } else if (event.type === "pointercancel") return;
      else if (tool === "text") setWriting(drawn("text", path, color));
      else if (tapped && path.length < 12) setSelected(held);
      else add(drawn(/** @type {Mark["kind"]} */ (tool), path, color));
    };
    field.addEventListener("pointermove", going);
    field.addEventListener("pointerup", over);
    field.addEventListener("pointercancel", over);
  };

  /** Marks by keyboard: arrows move, with Shift they resize, Delete takes away, Enter adds.
   * @param {KeyboardEvent} event */
  const key = (event) => {
    const step = ARROWS[event.key];
    if (step && selected >= 0) {
      event.preventDefault();
      const change = event.shiftKey ? resized : moved;
      put(marks.map((mark, n) =>
        n === selected ? change(mark, step[0] * 0.02, step[1] * 0.02) : mark));
    } else if ((event.key === "Delete" || event.key === "Backspace") && selected >= 0) remove();
    else if (event.key === "Enter" && tool !== "select") {
      const mark = inTheMiddle(/** @type {Mark["kind"]} */ (tool), color);
      if (tool === "text") setWriting(mark);
      else add(mark);
    } else if (event.key === " " && marks.length) {
      event.preventDefault();
      setSelected((selected + 1) % marks.length);
    }
  };

  const shown = sketch ? [...marks, sketch] : marks;
  const grip = tool === "select" && marks[selected] ? handle(marks[selected]) : null;
  const back = `#/audit/${form.draft.id}${photo.item ? `/${photo.item}` : ""}`;
  return html`<div class="editor">
    <${Header} title=${t("photo")} back=${back}>
      <${IconButton} name="undo" label=${t("undo")} disabled=${!past.length} onClick=${undo} />
      <${IconButton} name="bin" label=${t("mark.delete")} disabled=${selected < 0} onClick=${remove} />
      <${Saved} form=${form} onlyBad />
    <//>
    <main>
      ${bytes === null && html`<p class="gone">${t("photo.gone")}</p>`}
      <div class="canvas"><div class="frame" role="application" tabindex="0"
        aria-label=${t("mark.canvas")} aria-describedby="mark-help" onPointerDown=${finger}
        onKeyDown=${key}>
        ${address && html`<img ref=${setPicture} src=${address} alt=${photo.caption ?? t("photo")}
          draggable=${false} />`}
        ${width > 0 && html`<${MarksView} marks=${shown} width=${width} height=${height}
          selected=${selected}>
          ${grip && html`<circle class="grip" cx=${grip[0] * width} cy=${grip[1] * height} r="11" />`}
        <//>`}
      </div></div>
      <p id="mark-help" class="quiet">${t("mark.help")}</p>
    </main>
    ${writing ? html`<${Words} done=${(/** @type {string} */ text) => {
        if (text) add({ ...writing, text });
        setWriting(null);
      }} />` : html`<${Tools} tool=${tool} setTool=${setTool} color=${color} paint=${paint}
        form=${form} photo=${photo} back=${back} />`}
  </div>`;
}

/** @param {any} props */
function Tools({ tool, setTool, color, paint, form, photo, back }) {
  const remove = () => {
    if (!confirm(t("photo.delete.sure"))) return;
    go(back);
    form.removePhoto(photo.sha256);
  };
  return html`<section class="bottom tools-bar" aria-label=${t("mark.tools")}>
    <div class="tool-row" role="group" aria-label=${t("mark.tools")}>${TOOLS.map((one) => html`
      <${IconButton} name=${one} label=${t(`mark.${one}`)} aria-pressed=${tool === one}
        onClick=${() => setTool(one)} />`)}</div>
    <div class="tool-row" role="group" aria-label=${t("mark.color")}>${COLORS.map((one, n) => html`
      <button type="button" class="swatch" aria-label=${t(`color.${NAMES[n]}`)}
        aria-pressed=${color === one} onClick=${() => paint(one)}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10" fill=${one} /></svg>
      </button>`)}</div>
    <div class="row"><input class="grow" aria-label=${t("photo.caption")}
        placeholder=${t("photo.caption")} value=${photo.caption ?? ""}
        onInput=${(/** @type {any} */ event) => form.changePhoto(photo.sha256, {
          caption: event.target.value || undefined })} />
      <button type="button" class="tool bad-text" onClick=${remove}><${Icon} name="bin" />
        ${t("photo.delete")}</button></div>
  </section>`;
}

/** @param {{done: (text: string) => void}} props */
function Words({ done }) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    done(String(form.get("text") ?? "").trim());
  };
  return html`<form class="bottom row" aria-label=${t("mark.text")} onSubmit=${submit}>
    <input class="grow" name="text" maxlength=${LONGEST_TEXT} aria-label=${t("mark.text")}
      ref=${focus} placeholder=${t("mark.text")} />
    <button type="button" onClick=${() => done("")}>${t("cancel")}</button>
    <button class="primary">${t("ok")}</button></form>`;
}
