// The audit that is open on this tab: one form for all the screens that show parts of it, one
// lock so that no other tab writes the same draft, written out before the page goes away.

import { app } from "./app.js";
import { Form } from "./form.js";
import { fix } from "./place.js";
import { holdVersion } from "./update.js";
import { forgetThumbs } from "./thumbs.js";
import { useEffect, useState } from "./ui.js";
import { spoken } from "./words.js";

/** @typedef {{id: string, person: string | undefined, form: Form, release: () => void}} OpenForm */

/** @type {OpenForm | null} */
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
  if (current?.id === id && !steal && !current.form.isOvertaken()) return current.form;
  await closeForm();
  const left = app.unwritten.get(id);
  if (left && left.person === app.session?.person.id && !left.form.isOvertaken()) {
    app.unwritten.delete(id);
    current = left;
    return left.form;
  }
  const { storage } = app;
  const draft = await storage?.draft(id);
  if (!storage || !draft) return "gone";
  const checklist = await storage.checklist(draft.checklist);
  if (!checklist) return "no checklist";
  /** @type {Form | null} */
  let form = null;
  const letDraft = await lock(id, steal, () => form?.overtake());
  if (!letDraft) return "elsewhere";
  const data = (await storage.thing("work"))?.data;
  const store = data?.stores.find((/** @type {any} */ one) => one.id === draft.store_id) ??
    (await storage.thing(`store:${draft.store_id}`));
  // What the draft needs stays, when the assignment or the store leave the list meanwhile. A disk
  // that takes nothing now keeps nobody from looking and going on.
  /** @param {string} key @param {any} value */
  const keep = (key, value) => storage.setThing(key, value).catch(() => undefined);
  if (store) await keep(`store:${draft.store_id}`, store);
  const known = data?.assignments.find((/** @type {any} */ one) => one.id === draft.assignment_id);
  const assignment = known ?? (await storage.thing(`assignment:${draft.assignment_id}`)) ?? {};
  if (known) await keep(`assignment:${draft.assignment_id}`, known);
  const newest = (await storage.draft(id)) ?? draft;
  form = new Form({ draft: newest, checklist, store, assignment, storage, spoken });
  const letVersion = holdVersion();
  const person = app.session?.person.id;
  current = { id, person, form, release: () => (letDraft(), letVersion()) };
  const first = !draft.recording && !draft.positions.length && !draft.corrects && !draft.replies;
  if (!form.covert && first) begin(form);
  return form;
}

/** The place at the start is taken beside the work. @param {Form} form */
function begin(form) {
  form.during(async () => {
    const found = await fix("start");
    if (!form.draft.positions.length && !form.isOvertaken()) form.setPlace(found);
  });
}

/** Leaves the audit. What is still under way, and what the disk refuses, goes on with the lock held
 * until it is written or the audit is opened again, as it was left. */
export async function closeForm() {
  const closing = current;
  current = null;
  if (!closing) return;
  const { id, form, release } = closing;
  const isHere = () => app.unwritten.get(id) === closing;
  const look = () => {
    if (form.unfinished && isHere()) return;
    form.savers.delete(look);
    if (!isHere()) return;
    app.unwritten.delete(id);
    release();
  };
  app.unwritten.set(id, closing);
  await form.flush();
  form.savers.add(look);
  look();
  if (form.bad) app.changed();
  if (!current) forgetThumbs();
}

function flushAll() {
  for (const one of [current, ...app.unwritten.values()]) one?.form.flush();
}

addEventListener("hashchange", () => {
  const [name, id] = location.hash.replace(/^#\/?/, "").split("/");
  const same = ["audit", "review", "photo", "notes"].includes(name) && id === current?.id;
  if (current && !same) closeForm();
});
addEventListener("pagehide", flushAll);
// On the way out, and on the way back too: a phone that slept may have lost its database meanwhile.
document.addEventListener("visibilitychange", flushAll);
addEventListener("beforeunload", (event) => {
  const open = [current, ...app.unwritten.values()];
  if (open.some((one) => one?.form.bad)) event.preventDefault();
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
  const wrong = typeof found === "string" ? found : form?.isOvertaken() ? "elsewhere" : "";
  return { form: wrong ? null : form, wrong, take: () => void load(true) };
}
