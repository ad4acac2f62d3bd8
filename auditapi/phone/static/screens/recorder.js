// The discreet recorder: inside the shop it is a plain dark note pad with big quiet rows. No
// name of the app, no sound, no light; it dims by itself and comes back where it was. The form is
// opened afterwards, outside, with the counts and times filled in.

import { Saved } from "../controls/saved.js";
import { useForm } from "../openform.js";
import { fix } from "../place.js";
import { encounters, TAPS } from "../taps.js";
import { go, html, useLayoutEffect, useState } from "../ui.js";
import { t } from "../words.js";
import { Closed } from "./audit.js";

/** @import { Form } from "../form.js" */

const DIM_AFTER = 8000;

/** @param {{path: string[]}} props the draft's id */
export default function RecorderScreen({ path: [id] }) {
  const { form, wrong, take } = useForm(id);
  if (wrong) return html`<${Closed} wrong=${wrong} take=${take} />`;
  if (!form) return html`<main class="notepad" aria-busy="true"></main>`;
  return html`<${NotePad} form=${form} />`;
}

/** Looks like nothing from the first picture on, in the list of open apps too.
 * @returns {boolean} whether the screen is dimmed */
function useDisguise() {
  const [dim, setDim] = useState(false);
  useLayoutEffect(() => {
    const { title } = document;
    document.title = t("notes");
    document.documentElement.classList.add("quiet-mode");
    let timer = setTimeout(() => setDim(true), DIM_AFTER);
    const awake = () => {
      setDim(false);
      clearTimeout(timer);
      timer = setTimeout(() => setDim(true), DIM_AFTER);
    };
    addEventListener("pointerdown", awake);
    addEventListener("keydown", awake);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointerdown", awake);
      removeEventListener("keydown", awake);
      document.title = title;
      document.documentElement.classList.remove("quiet-mode");
    };
  }, []);
  return dim;
}

/** @param {{form: Form}} props */
function NotePad({ form }) {
  const dim = useDisguise();
  const { taps, memo } = form.draft;
  const { k, n } = encounters(taps);
  /** @param {string} what */
  const tap = (what) => {
    form.tap(what);
    // A position is taken at these two taps and never else.
    if (what !== "arrived" && what !== "left") return;
    form.during(async () => form.setPlace(await fix(what)));
  };
  const finish = async () => {
    form.prefill();
    await form.flush();
    go(`#/audit/${form.draft.id}`);
  };
  const last = taps.at(-1);
  /** @param {string} what */
  const times = (what) => {
    const count = taps.filter((one) => one.what === what).length;
    const at = taps.findLast((one) => one.what === what)?.at.slice(11, 16);
    if (!count) return "";
    return count > 1 ? `${at} · ${count}` : at;
  };
  return html`<main class=${`notepad ${dim ? "dim" : ""}`}>
    <h1>${t("notes")}</h1>
    <div class="rows">${TAPS.map((what) => html`
      <button type="button" onClick=${() => tap(what)}><span>${t(`note.${what}`)}</span>
        <small>${times(what)}</small></button>`)}</div>
    <p class="quiet" role="status">${last ? `${last.at.slice(11, 16)} ${t(`note.${last.what}`)}` : ""}
      ${n > 0 && ` · ${k}/${n}`}</p>
    <${Saved} form=${form} onlyBad />
    <textarea rows="3" aria-label=${t("notes.memo")} placeholder=${t("notes.memo")} value=${memo}
      onInput=${(/** @type {any} */ event) => form.change({ memo: event.target.value })}></textarea>
    <div class="row">
      <button type="button" class="small" disabled=${!taps.length} onClick=${() => form.untap()}>
        ${t("undo")}</button>
      <span class="grow"></span>
      <a class="small" href="#/">${t("notes.close")}</a>
      <button type="button" class="small" onClick=${finish}>${t("notes.finish")}</button>
    </div>
  </main>`;
}
