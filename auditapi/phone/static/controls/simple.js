// Controls for answers that are chosen or typed. Each gets `item`, `form` and the value.

import { lengthIn, lengthOf, scaleTop } from "../validation.js";
import { html } from "../ui.js";
import { said, spoken, t } from "../words.js";

/** A group of radio buttons or boxes, each as large as a thumb.
 * @param {any} props `options`: [{key, text, mark?, tone?}] */
function Options({ item, options, chosen, choose, many = false, wide = true }) {
  return html`<div class=${wide ? "choices" : "choices side"} role=${many ? "group" : "radiogroup"}
    aria-labelledby=${`question-${item.key}`}>
    ${options.map((/** @type {any} */ option) => html`<label class=${`choice ${option.tone ?? ""}`}>
      <input type=${many ? "checkbox" : "radio"} name=${`answer-${item.key}`}
        checked=${chosen.includes(option.key)} onChange=${() => choose(option.key)} />
      ${option.mark && html`<b class="mark">${option.mark}</b>`}
      <span>${option.text}</span></label>`)}
  </div>`;
}

/** @param {any} props */
export function YesNo({ item, form, value }) {
  const good = item.good ?? "yes";
  const options = ["yes", "no"].map((key) => ({
    key, text: t(key), tone: key === good ? "good" : "poor" }));
  return html`<${Options} item=${item} options=${options} chosen=${[value]} wide=${false}
    choose=${(/** @type {string} */ key) => form.setValue(item.key, { value: key })} />`;
}

/** From the best to the worst, with the words that say what each point means.
 * @param {any} props */
export function Scale({ item, form, value }) {
  const points = Array.from({ length: scaleTop(item) }, (_, n) => scaleTop(item) - n);
  const options = points.map((point) => ({
    key: point, mark: point, text: said(item.anchors?.[point]) }));
  return html`<${Options} item=${item} options=${options} chosen=${[value]}
    wide=${!!item.anchors}
    choose=${(/** @type {number} */ point) => form.setValue(item.key, { value: point })} />`;
}

/** @param {any} props */
export function Choice({ item, form, value }) {
  const options = item.options.map((/** @type {any} */ one) => ({ ...one, text: said(one.text) }));
  return html`<${Options} item=${item} options=${options} chosen=${[value]}
    choose=${(/** @type {string} */ key) => form.setValue(item.key, { value: key })} />`;
}

/** @param {any} props */
export function Choices({ item, form, value }) {
  const chosen = Array.isArray(value) ? value : [];
  const options = item.options.map((/** @type {any} */ one) => ({ ...one, text: said(one.text) }));
  /** @param {string} key */
  const toggle = (key) => {
    const now = chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
    const order = item.options.map((/** @type {any} */ one) => one.key);
    form.setValue(item.key, { value: order.filter((/** @type {string} */ one) => now.includes(one)) });
  };
  return html`<${Options} item=${item} options=${options} chosen=${chosen} many choose=${toggle} />`;
}

/** @param {any} props */
export function TextInput({ item, form, value }) {
  const text = value ?? "";
  const least = lengthIn(item.min_length, form.draft.language);
  const length = lengthOf(text);
  return html`<div class="field">
    <textarea rows="4" value=${text} lang=${spoken()} aria-labelledby=${`question-${item.key}`}
      onInput=${(/** @type {any} */ event) => form.answer(item.key, { value: event.target.value })}
    ></textarea>
    ${least !== undefined && html`<small class=${length < least ? "" : "good-text"}>
      ${t("text.length", { length, least })}</small>`}</div>`;
}

/** A number as typed: with a comma or a point. @param {string} typed @returns {number | undefined} */
export function typedNumber(typed) {
  const text = typed.trim().replace(",", ".");
  const number = Number(text);
  return text && Number.isFinite(number) ? number : undefined;
}

/** @param {any} props */
export function NumberInput({ item, form, value }) {
  return html`<div class="field with-unit">
    <input type="number" inputmode="decimal" step="any" min=${item.min} max=${item.max}
      value=${value ?? ""} aria-labelledby=${`question-${item.key}`}
      onInput=${(/** @type {any} */ event) =>
        form.setValue(item.key, { value: typedNumber(event.target.value) })} />
    ${item.unit && html`<span>${said(item.unit)}</span>`}</div>`;
}

/** @param {any} props */
export function DateInput({ item, form, value }) {
  return html`<input type="date" value=${value ?? ""} aria-labelledby=${`question-${item.key}`}
    onInput=${(/** @type {any} */ event) =>
      form.setValue(item.key, { value: event.target.value || undefined })} />`;
}
