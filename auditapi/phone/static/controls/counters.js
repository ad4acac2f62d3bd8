// Controls that count and time. What was counted or timed on the spot says so; what is typed in
// afterwards is remembered.

import { Icon, html, useEffect, useState } from "../ui.js";
import { stopwatch, t } from "../words.js";
import { typedNumber } from "./simple.js";

/** @import { Source } from "../types.js" */

/** A number between two big buttons.
 * @param {{label: string, value: number | undefined, most?: number,
 *   set: (value: number | undefined, source: Source) => void}} props */
function Stepper({ label, value, most, set }) {
  const now = value ?? 0;
  /** @param {any} event */
  const typed = (event) => {
    const number = typedNumber(event.target.value);
    set(number === undefined ? undefined : Math.max(0, Math.round(number)), "remembered");
  };
  return html`<div class="stepper" role="group" aria-label=${label}>
    <button type="button" aria-label=${t("less")} disabled=${now <= 0}
      onClick=${() => set(now - 1, "counted")}><${Icon} name="minus" /></button>
    <label><input inputmode="numeric" value=${value ?? ""} placeholder="–" aria-label=${label}
      onInput=${typed} />${most !== undefined && html`<span>/ ${most}</span>`}</label>
    <button type="button" aria-label=${t("more")} disabled=${most !== undefined && now >= most}
      onClick=${() => set(now + 1, "counted")}><${Icon} name="plus" /></button>
  </div>`;
}

/** Where a figure comes from, for the reviewer; the auditor may put it right.
 * @param {any} props */
export function SourceChoice({ item, form }) {
  const source = form.draft.answers[item.key]?.source;
  if (!source) return null;
  return html`<div class="source" role="group" aria-label=${t("source")}>
    ${["timed", "counted", "remembered"].map((one) => html`<button type="button"
      aria-pressed=${source === one} onClick=${() => form.answer(item.key, { source: one })}>
      ${t(`source.${one}`)}</button>`)}</div>`;
}

/** @param {any} props */
export function Count({ item, form, value }) {
  const most = typeof item.of === "number" ? item.of : undefined;
  /** @param {number | undefined} k @param {Source} source */
  const set = (k, source) => form.setValue(item.key, k === undefined ? {} : { value: k, source });
  // «None» is an answer too: one tap, not an empty field.
  return html`<${Stepper} label=${t("count")} value=${value} most=${most} set=${set} />
    ${value === undefined && html`<button type="button" class="tool"
      onClick=${() => set(0, "counted")}>${t("count.none")}</button>`}
    <${SourceChoice} item=${item} form=${form} />`;
}

/** k of n: every meeting is one tap on one of two big buttons.
 * @param {any} props */
export function Encounters({ item, form, value }) {
  const { k = 0, n = 0 } = value ?? {};
  /** @param {number} more @param {number} met @param {Source} source */
  const add = (more, met, source) =>
    form.setValue(item.key, { value: { k: k + more, n: n + met }, source });
  /** @param {{k?: number, n?: number}} change */
  const put = (change) => form.setValue(item.key, {
    value: { k, n, ...change }, source: "remembered" });
  return html`<div class="encounters">
    <p class="tally" role="status"><b>${k}</b> / <b>${n}</b></p>
    <div class="row">
      <button type="button" class="big poor" onClick=${() => add(0, 1, "counted")}>
        <${Icon} name="plus" />${t("encounter.none")}</button>
      <button type="button" class="big good" onClick=${() => add(1, 1, "counted")}>
        <${Icon} name="plus" />${t("encounter.yes")}</button>
    </div>
    <details><summary>${t("encounter.type")}</summary>
      <p class="label">${t("encounter.k")}</p>
      <${Stepper} label=${t("encounter.k")} value=${value ? k : undefined} most=${n}
        set=${(/** @type {number} */ to = 0) => put({ k: Math.min(to, n) })} />
      <p class="label">${t("encounter.n")}</p>
      <${Stepper} label=${t("encounter.n")} value=${value ? n : undefined}
        set=${(/** @type {number} */ to = 0) => put({ n: to, k: Math.min(k, to) })} />
    </details>
    <${SourceChoice} item=${item} form=${form} />
  </div>`;
}

/** A stopwatch that keeps several timings; one of them, or their mean, is the answer. It goes on
 * running when the page is closed: only the moment of the start is kept.
 * @param {any} props */
export function Stopwatch({ item, form, value }) {
  const started = form.draft.running[item.key];
  const timings = form.draft.timings[item.key] ?? [];
  const since = () => (started ? Math.floor((Date.now() - Date.parse(started)) / 1000) : 0);
  const [, tick] = useState(0);
  useEffect(() => {
    if (!started) return undefined;
    const timer = setInterval(() => tick(since()), 250); // drawn once a second
    return () => clearInterval(timer);
  }, [started]);
  /** @param {number | undefined} seconds @param {Source} source */
  const set = (seconds, source) =>
    form.setValue(item.key, seconds === undefined ? {} : { value: seconds, source });
  const press = () => {
    const { [item.key]: at, ...others } = form.draft.running;
    if (!at) {
      form.change({ running: { ...others, [item.key]: new Date().toISOString() } });
      return;
    }
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000));
    const all = { ...form.draft.timings, [item.key]: [...timings, seconds] };
    form.change({ running: others, timings: all });
    set(seconds, "timed");
  };
  const sum = timings.reduce((/** @type {number} */ all, /** @type {number} */ one) => all + one, 0);
  const mean = Math.round(sum / (timings.length || 1));
  return html`<div class="stopwatch">
    <button type="button" class=${`big ${started ? "running" : ""}`} onClick=${press}>
      <${Icon} name="clock" />${started ? html`<b>${stopwatch(since())}</b> ${t("watch.stop")}`
        : t(timings.length ? "watch.again" : "watch.start")}</button>
    ${timings.length > 1 && html`<div class="source" role="group" aria-label=${t("watch.which")}>
      ${timings.map((/** @type {number} */ one) => html`<button type="button"
        aria-pressed=${one === value} onClick=${() => set(one, "timed")}>${stopwatch(one)}</button>`)}
      <button type="button" aria-pressed=${mean === value} onClick=${() => set(mean, "timed")}>
        ${t("watch.mean", { at: stopwatch(mean) })}</button></div>`}
    <label class="field with-unit"><input type="number" inputmode="numeric" min="0"
      value=${value ?? ""} aria-labelledby=${`question-${item.key}`}
      onInput=${(/** @type {any} */ event) => set(typedNumber(event.target.value), "remembered")} />
      <span>${t("seconds")}</span></label>
    <${SourceChoice} item=${item} form=${form} />
  </div>`;
}
