// An audit that was sent back: its form, and its answer on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, draftFor, newPhotos, replyOf } from "../../../auditapi/phone/static/replies.js";
import { neededPhotos, openStorage } from "../../../auditapi/phone/static/storage.js";
import { openDB } from "../../../auditapi/phone/static/vendor/idb.js";
import { begun, draft, phone, photo, pixels, submit } from "./people.mjs";
import { Server, chance } from "./server.mjs";

const RETURNED = { assignment_id: null, store_id: "store-1", kind: "mystery_shop", language: "en",
  checklist: { key: "short", version: 1, sha256: "00" }, revision: 1, reason: "Which till?",
  until: "2099-01-01T00:00:00Z", context: { store: {}, assignment: { covert: true } } };
const HOW = { key: "k", words: "Till 3.", store: "Hongdae", now: "2026-11-21T10:00:00+09:00" };

function form(more = {}) {
  const answers = [{ item: "A1", answer: { value: "yes" } }, { item: "A2", answer: { value: 3 } },
    { item: "A3", answer: null }];
  const details = { answers, photos: [{ sha256: "one", item: "A1", marks: [] }], started_at: "x" };
  return { ...draftFor({ id: "a", ...RETURNED }, details, "en", "now"), ...more };
}

test("the form of a returned audit begins with what stands", () => {
  const made = form();
  assert.deepEqual(made.answers, { A1: { value: "yes" }, A2: { value: 3 } });
  assert.deepEqual(made.photos.map((one) => one.sha256), ["one"]);
  assert.deepEqual(changesOf(made, new Set(["A1", "A2"])), []);
  assert.deepEqual(newPhotos(made), []);
});

test("only what differs is answered, and what is no longer asked is taken away", () => {
  const made = form({ answers: {
    A1: { value: "no", note: " two rows " }, A2: { value: 3 }, A4: { value: 1 } } });
  assert.deepEqual(changesOf(made, new Set(["A1", "A4"])), [
    { item: "A1", answer: { value: "no", note: "two rows" } }, { item: "A2", answer: null },
    { item: "A4", answer: { value: 1 } }]);
});

test("photos of an answer stay on the phone until they are there; refused ones longer", () => {
  const made = form();
  made.photos = [...made.photos, { sha256: "two", bytes: 1, media_type: "image/jpeg" }];
  const reply = replyOf(made, new Set(), HOW);
  assert.deepEqual([...neededPhotos([], [], [reply])], ["two"]);
  assert.deepEqual([...neededPhotos([], [], [{ ...reply, state: "done" }])], []);
  const refused = { ...reply, state: "done", refused: [{ sha256: "two", reason: "" }] };
  assert.deepEqual([...neededPhotos([], [], [refused])], ["two"]);
});

/** cleo has sent an audit and head office has sent it back. */
async function returned(fault) {
  const server = new Server();
  const cleo = await phone(server, fault);
  const one = await begun(cleo.storage, [40_000]);
  await submit(cleo.storage, one);
  for (let n = 0; n < 60 && !server.completions.length; n += 1) await cleo.sync.pass();
  server.audits.get(one.id).returned = true;
  server.work = { ...server.work, returned: [{ id: one.id, ...RETURNED }] };
  for (let n = 0; n < 60 && !(await cleo.storage.thing(`returned:${one.id}`)); n += 1) {
    await cleo.sync.pass();
  }
  return { server, cleo, id: one.id };
}

/** Answers with a changed answer and a new photo. */
async function answer({ cleo, id }) {
  const { details } = await cleo.storage.thing(`returned:${id}`);
  const made = draftFor({ id, ...RETURNED }, details, "en", HOW.now);
  made.answers = { A1: { value: "no" } };
  made.revision = await cleo.storage.saveDraft(made);
  const bytes = pixels(300_000, 7);
  const added = await photo(bytes);
  made.photos = [...made.photos, added];
  made.revision = await cleo.storage.saveDraft(made, { bytes, thumb: null, photo: added });
  await cleo.storage.putReply(replyOf(made, new Set(["A1"]), HOW), made);
  return added.sha256;
}

test("an answer arrives once with its photo, whatever the network does", async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const random = chance(seed);
    const faults = ["lost", "answer lost", "twice", "cut", "portal", 503, null, null, null];
    const fault = () => faults[Math.floor(random() * faults.length)];
    const all = await returned(fault);
    const sha256 = await answer(all);
    for (let n = 0; n < 120; n += 1) {
      await all.cleo.sync.pass();
      if ((await all.cleo.storage.reply(all.id)).state === "done") break;
    }
    const reply = await all.cleo.storage.reply(all.id);
    assert.equal(reply.state, "done", `seed ${seed}`);
    assert.equal(reply.trouble, null);
    assert.equal(all.server.photos.get(sha256), "stored");
    const { changes, photos } = all.server.audits.get(all.id).replied;
    assert.deepEqual(changes, [{ item: "A1", answer: { value: "no" } }]);
    assert.deepEqual(photos.map((one) => one.sha256), [sha256]);
    await all.cleo.storage.sweep();
    assert.ok(!(await all.cleo.storage.photo(sha256)));
  }
});

test("an answer whose key the server has forgotten is known by its words", async () => {
  const all = await returned();
  await answer(all);
  await all.cleo.sync.pass();
  all.server.posted.clear();
  await all.cleo.storage.changeReply(all.id, (reply) => ({ ...reply, state: "waiting" }));
  await all.cleo.sync.pass();
  assert.equal((await all.cleo.storage.reply(all.id)).trouble, null);
});

test("an answer that comes too late says so, and keeps its photos", async () => {
  const all = await returned();
  const sha256 = await answer(all);
  all.server.audits.get(all.id).returned = false;
  await all.cleo.sync.pass();
  assert.equal((await all.cleo.storage.reply(all.id)).trouble.kind, "too_late");
  assert.ok(await all.cleo.storage.photoBytes(sha256));
});

test("a refused answer becomes a form again", async () => {
  const all = await returned();
  await answer(all);
  await all.cleo.storage.changeReply(all.id, (reply) => ({
    ...reply, body: { ...reply.body, reason: "" } }));
  await all.cleo.sync.pass();
  const reply = await all.cleo.storage.reply(all.id);
  assert.equal(reply.trouble.kind, "refused");
  await all.cleo.storage.reopen(reply);
  assert.equal((await all.cleo.storage.draft(all.id)).answers.A1.value, "no");
  assert.deepEqual(await all.cleo.storage.replies(), []);
});

test("a phone with the database of an earlier app keeps all that is in it", async () => {
  const name = `early-${process.pid}`;
  const early = await openDB(`auditapi-${name}`, 1, { upgrade(fresh) {
    for (const store of ["things", "checklists"]) fresh.createObjectStore(store);
    for (const store of ["drafts", "sealed"]) fresh.createObjectStore(store, { keyPath: "id" });
    for (const store of ["photos", "thumbs", "uploads"]) {
      fresh.createObjectStore(store, { keyPath: "sha256" });
    }
    fresh.createObjectStore("actions", { keyPath: "key" });
  } });
  await early.put("drafts", { ...draft(), id: "begun" });
  early.close();
  const storage = await openStorage(name);
  assert.equal((await storage.draft("begun")).id, "begun");
  assert.deepEqual(await storage.replies(), []);
});
