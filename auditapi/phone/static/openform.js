// The audit that is open on this tab: one form for all the screens that show parts of it, one
// lock so that no other tab writes the same draft, written out before the page goes away.

import { app } from "./app.js";
import { Form } from "./form.js";
import { fix } from "./place.js";
import { holdVersion } from "./update.js";
import { forgetThumbs } from "./thumbs.js";
import { useEffect, useState } from "./ui.js";
import { spoken } from "./words.js";

/** @type {{id: string, form: Form, release: () => void} | null} */
let current = null;

/** Takes the draft's lock. With `steal` the other tab loses it and stops writing.
 * @param {string} id @param {boolean} steal @param {() => void} lost
 * @returns {Promise<(() => void) | null>} the way to let go, or null when another tab has it */
function lock(id, steal, lost) {
  if (!navigator.locks) return Promise.resolve(() => undefined);
  return new Promise((got) => {
    /** @type {() => void} */
    let release = () => undefined;
    const held = new Promise((done) => (release = () => done(undefined)));
    const how = steal ? { steal: true } : { ifAvailable: true };
    navigator.locks.request(`draft-${id}`, how, (lock) => {
      got(lock ? release : null);
      return lock ? held : undefined;
    }).catch(lost);
  });
}

/** @param {string} id @param {boolean} steal
 * @returns {Promise<Form | "gone" | "elsewhere" | "no checklist">} */
async function open(id, steal) {
  if (current?.id === id && !steal && current.form.state !== "overtaken") return current.form;
  await closeForm();
  const { storage } = app;
  const draft = await storage?.draft(id);
  if (!storage || !draft) return "gone";
  const checklist = await storage.checklist(draft.checklist);
  if (!checklist) return "no checklist";
  /** @type {Form | null} */
  let form = null;
  const letDraft = await lock(id, steal, () => {
    if (form) {
      form.state = "overtaken";
      form.tell();
    }
  });
  if (!letDraft) return "elsewhere";
  const data = (await storage.thing("work"))?.data;
  const store = data?.stores.find((/** @type {any} */ one) => one.id === draft.store_id) ??
    (await storage.thing(`store:${draft.store_id}`));
  // What the draft needs stays, when the assignment or the store leave the list meanwhile.
  if (store) await storage.setThing(`store:${draft.store_id}`, store);
  const known = data?.assignments.find((/** @type {any} */ one) => one.id === draft.assignment_id);
  const assignment = known ?? (await storage.thing(`assignment:${draft.assignment_id}`)) ?? {};
  if (known) await storage.setThing(`assignment:${draft.assignment_id}`, known);
  const newest = (await storage.draft(id)) ?? draft;
  form = new Form({ draft: newest, checklist, store, assignment, storage, spoken });
  const letVersion = holdVersion();
  current = { id, form, release: () => (letDraft(), letVersion()) };
  const first = !draft.recording && !draft.positions.length && !draft.corrects && !draft.replies;
  if (!form.covert && first) begin(form);
  return form;
}

/** The place at the start is taken beside the work. @param {Form} form */
async function begin(form) {
  const found = await fix("start");
  if (!form.draft.positions.length && form.state !== "overtaken") form.setPlace(found);
}

export async function closeForm() {
  const closing = current;
  current = null;
  await closing?.form.flush();
  closing?.release();
  if (closing && !current) forgetThumbs();
}

addEventListener("hashchange", () => {
  const [name, id] = location.hash.replace(/^#\/?/, "").split("/");
  const same = ["audit", "review", "photo", "notes"].includes(name) && id === current?.id;
  if (current && !same) closeForm();
});
addEventListener("pagehide", () => void current?.form.flush());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") current?.form.flush();
});

/** The form of a draft, for a screen; redraws the screen on every change.
 * @param {string} id
 * @returns {{form: Form | null, wrong: string, take: () => void}} */
export function useForm(id) {
  const [found, setFound] = useState(/** @type {Form | string | null} */ (null));
  const [, redraw] = useState(0);
  /** @param {boolean} steal */
  const load = (steal) => open(id, steal).then(setFound, () => setFound("gone"));
  useEffect(() => void load(false), [id]);
  useEffect(() => {
    if (!(found instanceof Form)) return undefined;
    const listener = () => redraw((n) => n + 1);
    found.listeners.add(listener);
    return () => void found.listeners.delete(listener);
  }, [found]);
  const form = found instanceof Form ? found : null;
  const wrong = typeof found === "string" ? found : form?.state === "overtaken" ? "elsewhere" : "";
  return { form: wrong ? null : form, wrong, take: () => void load(true) };
}
