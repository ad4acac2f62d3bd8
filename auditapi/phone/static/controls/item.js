// One item: its question, the control for its kind, N/A, note, photos, and what is still needed.

import { missingEvidence, isGiven } from "../validation.js";
import { PhotoStrip } from "./photos.js";
import { Choice, Choices, DateInput, NumberInput, Scale, TextInput, YesNo } from "./simple.js";
import { Count, Encounters, Stopwatch } from "./counters.js";
import { Icon, focus, html, useState } from "../ui.js";
import { said, t } from "../words.js";

/** @import { Form } from "../form.js" */
/** @import { Item } from "../types.js" */

/** @type {Record<string, any>} */
const CONTROLS = {
  yes_no: YesNo, scale: Scale, count: Count, seconds: Stopwatch, choice: Choice, choices: Choices,
  number: NumberInput, text: TextInput, date: DateInput,
};

/** @param {{item: Item, form: Form}} props */
function Control({ item, form }) {
  const [Signature, setSignature] = useState(/** @type {any} */ (null));
  if (item.kind === "photo") return null;
  if (item.kind === "signature") {
    if (!Signature) import("./signature.js").then((loaded) => setSignature(() => loaded.Signature));
    return Signature ? html`<${Signature} item=${item} form=${form} />` : null;
  }
  const kind = item.kind === "count" && item.of === "asked" ? Encounters : CONTROLS[item.kind];
  return html`<${kind} item=${item} form=${form} value=${form.draft.answers[item.key]?.value} />`;
}

/** @param {{item: Item, form: Form}} props */
export function ItemCard({ item, form }) {
  const answer = form.draft.answers[item.key] ?? {};
  const photos = form.photosOf(item.key);
  const given = isGiven(answer);
  const needs = given && !answer.na
    ? missingEvidence(item, answer, photos.length, form.covert) : [];
  const [writing, setWriting] = useState(false);
  const noting = writing || answer.note !== undefined || needs.includes("comment");
  const optional = item.required === false;
  const question = `question-${item.key}`;
  const state = needs.length ? "lacking" : form.isAnswered(item.key) ? "done" : "";
  return html`<section class=${`card item ${state}`}
    id=${`item-${item.key}`} data-item=${item.key} aria-labelledby=${question}>
    <h3 id=${question}><span class="key">${item.key}</span> ${said(item.text)}
      ${optional && html` <small>${t("optional")}</small>`}</h3>
    ${item.guidance && html`<details class="guidance"><summary>${t("guidance")}</summary>
      <p>${said(item.guidance)}</p></details>`}
    ${!answer.na && html`<${Control} item=${item} form=${form} />`}
    ${item.na && html`<${NotApplicable} item=${item} form=${form} answer=${answer} />`}
    ${noting && html`<label class=${`field ${needs.includes("comment") ? "needed" : ""}`}>
      <span>${t(needs.includes("comment") ? "note.needed" : "note")}</span>
      <textarea rows="2" value=${answer.note ?? ""} ref=${writing ? focus : undefined}
        onInput=${(/** @type {any} */ event) => form.answer(item.key, { note: event.target.value })}
      ></textarea></label>`}
    <${PhotoStrip} form=${form} item=${item} photos=${photos}
      needed=${needs.includes("photo") || (item.kind === "photo" && !photos.length && !optional)}>
      ${!noting && html`<button type="button" class="tool" onClick=${() => setWriting(true)}>
        <${Icon} name="note" />${t("note.add")}</button>`}
    <//>
  </section>`;
}

/** @param {any} props */
function NotApplicable({ item, form, answer }) {
  const toggle = () => form.setValue(item.key, answer.na ? {} : { na: true });
  return html`<div class="na">
    <button type="button" class="toggle" aria-pressed=${!!answer.na} onClick=${toggle}>
      ${t("na")}</button>
    ${answer.na && html`<label class=${`field grow ${answer.reason?.trim() ? "" : "needed"}`}>
      <span>${t("na.reason")}</span>
      <input value=${answer.reason ?? ""} onInput=${(/** @type {any} */ event) =>
        form.answer(item.key, { reason: event.target.value })} /></label>`}
  </div>`;
}
