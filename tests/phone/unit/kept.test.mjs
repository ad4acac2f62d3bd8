// A form on a disk that refuses, for a while or in the middle: nothing that was said is given up.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Form } from "../../../auditapi/phone/static/form.js";
import { NoRoom } from "../../../auditapi/phone/static/storage.js";
import { begun, phone, pixels, photo } from "./people.mjs";
import { Server } from "./server.mjs";

mock.method(console, "warn", () => undefined);

const items = [{ key: "A1", kind: "yes_no", text: {} }, { key: "A2", kind: "photo", text: {} }];
const checklist = { key: "short", languages: ["en"], title: {},
  sections: [{ key: "A", title: {}, items }] };

/** A form on a disk in memory. `disk.wrong(added)` may name what goes wrong with one writing:
 * an error, and with `after` only when the disk has it already. */
async function opened() {
  const { storage } = await phone(new Server());
  const draft = await begun(storage, []);
  const disk = { wrong: () => null, after: false, writings: [] };
  const faulty = Object.assign(Object.create(storage), {
    async saveDraft(one, added) {
      await undefined;
      const wrong = disk.wrong(added);
      disk.writings.push({ added, photos: one.photos.length });
      if (wrong && !disk.after) throw wrong;
      const revision = await storage.saveDraft(one, added);
      if (wrong) throw wrong;
      return revision;
    },
  });
  const form = new Form({ draft: { ...draft, answers: {} }, checklist, store: undefined,
    assignment: {}, storage: faulty, spoken: () => "en" });
  const stored = async () => storage.draft(draft.id);
  return { storage, disk, form, stored };
}

const broken = () => new DOMException("Connection to Indexed Database server lost", "UnknownError");
const answer = (form, value) => form.setValue("A1", { value });

async function taken(seed) {
  const bytes = pixels(100, seed);
  const { sha256, media_type } = await photo(bytes);
  return { bytes, thumb: null, media_type, sha256 };
}
const how = (item) => ({ item, source: "camera", at: 0 });

/** What is under way, but for what waits for its time, comes to its end. */
const settled = async () => {
  for (let n = 0; n < 20; n += 1) await new Promise((done) => setImmediate(done));
};

/** Time goes on in this test only as it is told. */
function clock(t) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  return async (milliseconds) => {
    mock.timers.tick(milliseconds);
    await settled();
  };
}

test("what the disk refuses is tried again by itself, after longer and longer pauses", async (t) => {
  const pass = clock(t);
  const { disk, form, stored } = await opened();
  disk.wrong = broken;
  let told = 0;
  form.listeners.add(() => (told += 1));
  answer(form, "yes");
  await settled();
  assert.equal(form.state, "broken");
  for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = disk.writings.length;
    await pass(pause - 1);
    assert.equal(disk.writings.length, before);
    await pass(1);
    assert.equal(disk.writings.length, before + 1);
  }
  assert.equal(form.bad, true);
  disk.wrong = () => null;
  told = 0;
  await pass(30_000);
  assert.equal(form.state, "saved");
  assert.equal(told, 1);
  assert.equal((await stored()).answers.A1.value, "yes");
  await pass(60_000);
  assert.equal(disk.writings.length, 9);
});

test("the next change tries at once, and takes along what was refused", async (t) => {
  clock(t);
  const { disk, form, stored } = await opened();
  disk.wrong = broken;
  answer(form, "yes");
  await settled();
  disk.wrong = () => null;
  form.change({ memo: "wet floor" });
  await settled();
  const { answers, memo } = await stored();
  assert.deepEqual([answers.A1.value, memo], ["yes", "wet floor"]);
});

test("a flush tries once more and ends, whatever the disk says", async (t) => {
  clock(t);
  const { disk, form, stored } = await opened();
  disk.wrong = broken;
  answer(form, "yes");
  await form.flush();
  await settled();
  assert.equal(disk.writings.length, 2);
  assert.equal(form.unsaved, true);
  disk.wrong = () => null;
  await form.flush();
  assert.equal((await stored()).answers.A1.value, "yes");
  assert.equal(form.unsaved, false);
});

test("a photo without room is left out before anything else is written, and the rest is", async (t) => {
  clock(t);
  const { storage, disk, form, stored } = await opened();
  disk.wrong = (added) => {
    // Answered while the photo is being written.
    if (added) answer(form, "yes");
    return added ? new NoRoom("full") : null;
  };
  const one = await taken(1);
  const adding = form.addPhoto(one, how("A2"));
  const said = await adding.catch((error) => error);
  await form.flush();
  const { photos, answers } = await stored();
  assert.deepEqual([photos, answers.A1.value, form.state], [[], "yes", "saved"]);
  assert.deepEqual(disk.writings.filter(({ added, photos: n }) => !added && n > 0), []);
  assert.ok(said instanceof NoRoom);
  assert.equal(await storage.photoBytes(one.sha256), undefined);
  disk.wrong = () => null;
  await form.addPhoto(one, how("A2"));
  assert.deepEqual((await stored()).photos.map(({ sha256 }) => sha256), [one.sha256]);
});

test("photos taken at two items at once are both stored", async () => {
  const { form, stored } = await opened();
  const [one, other] = [await taken(2), await taken(3)];
  await Promise.all([
    form.addPhoto(one, how("A1")), form.addPhoto(other, how("A2")), answer(form, "no")]);
  await form.flush();
  assert.equal(form.state, "saved");
  assert.equal((await stored()).photos.length, 2);
});

test("a writing that the disk had before the connection broke is no other tab's", async (t) => {
  const pass = clock(t);
  const { disk, form, stored } = await opened();
  Object.assign(disk, { wrong: broken, after: true });
  answer(form, "yes");
  await settled();
  disk.after = false;
  answer(form, "no");
  await settled();
  disk.wrong = () => null;
  await pass(1000);
  assert.equal(form.state, "saved");
  assert.equal((await stored()).answers.A1.value, "no");
});

test("a form that was overtaken never writes again", async (t) => {
  const pass = clock(t);
  const { storage, disk, form, stored } = await opened();
  disk.wrong = broken;
  answer(form, "yes");
  await settled();
  await storage.saveDraft({ ...(await stored()), memo: "theirs" });
  disk.wrong = () => null;
  await pass(1000);
  assert.equal(form.state, "overtaken");
  const before = disk.writings.length;
  answer(form, "no");
  await form.flush();
  await assert.rejects(form.addPhoto(await taken(4), how("A2")));
  await pass(60_000);
  assert.equal(disk.writings.length, before);
  assert.equal((await stored()).memo, "theirs");
});

test("losing the lock in the middle of a writing is for good", async () => {
  const { form } = await opened();
  answer(form, "yes");
  form.overtake();
  await settled();
  assert.equal(form.state, "overtaken");
});

test("a photo whose writing broke off is written again, and is taken out only of a full phone", async (t) => {
  const pass = clock(t);
  const { disk, form, stored } = await opened();
  let faults = 2;
  disk.wrong = (added) => (added && faults-- > 0 ? broken() : null);
  const first = form.addPhoto(await taken(1), how("A2"));
  await settled();
  await pass(1000);
  await pass(2000);
  await first;
  assert.equal((await stored()).photos.length, 1);
  disk.wrong = (added) => (added ? new NoRoom("full") : null);
  await assert.rejects(form.addPhoto(await taken(2), how("A2")), NoRoom);
  disk.wrong = (added) => (added ? broken() : null);
  const third = assert.rejects(form.addPhoto(await taken(3), how("A2")), /lost/);
  await settled();
  await pass(1000);
  await pass(2000);
  await third;
  await form.flush();
  assert.equal((await stored()).photos.length, 1);
});

test("a form is unfinished until what is under way has been written", async () => {
  const { form, stored } = await opened();
  assert.equal(form.unfinished, false);
  let found = () => undefined;
  const told = [];
  form.savers.add(() => told.push(form.unfinished));
  const work = form.during(async () => {
    await new Promise((done) => (found = done));
    answer(form, "yes");
  });
  assert.equal(form.unfinished, true);
  found();
  await work;
  await form.flush();
  assert.equal((await stored()).answers.A1.value, "yes");
  assert.deepEqual([told[0], told.at(-1)], [true, false]);
});
