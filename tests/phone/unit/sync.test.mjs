import assert from "node:assert/strict";
import { test } from "node:test";
import { Server, chance, sha } from "./server.mjs";
import { begun, draft, onStorage, phone, photo, pixels, submit } from "./people.mjs";
import { Overtaken } from "../../../auditapi/phone/static/storage.js";
import { draftOf } from "../../../auditapi/phone/static/seal.js";

const photosLeft = async (storage) => (await storage.db.getAllKeys("photos")).length;

test("an audit with photos reaches the server, and the phone lets go of them on the receipt", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const sealed = await submit(storage, await begun(storage, [40_000, 700_000, 10]));
  assert.equal((await sync.pass()).end, "done");
  const stored = await storage.sealed(sealed.id);
  assert.equal(stored.receipt.document_sha256, sealed.sha256);
  assert.deepEqual(server.completions, [sealed.id]);
  assert.equal(sha(server.audits.get(sealed.id).bytes), sealed.sha256);
  assert.equal(await photosLeft(storage), 0);
});

test("the text goes first, then the photos", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  await submit(storage, await begun(storage, [1000]));
  await submit(storage, await begun(storage, [1000]));
  await sync.pass();
  const kinds = server.requests.map((one) => one.split("/")[0] + one.split("/")[1]);
  assert.deepEqual(kinds.slice(0, 3), ["PUT audits", "PUT audits", "PUT photos"]);
});

test("a photo and the draft that names it are stored together or not at all", async () => {
  const { storage } = await phone(new Server());
  const one = await begun(storage, []);
  const bytes = pixels(100, 1);
  const added = await photo(bytes);
  const stale = { ...one, revision: 0, photos: [added] };
  await assert.rejects(storage.saveDraft(stale, { bytes, thumb: null, photo: added }), Overtaken);
  assert.equal(await photosLeft(storage), 0);
});

test("two tabs: the one that is behind may not overwrite or seal", async () => {
  const { storage } = await phone(new Server());
  const mine = await begun(storage, []);
  const theirs = { ...mine, answers: { A1: { value: "no" } } };
  await storage.saveDraft(theirs);
  await assert.rejects(storage.saveDraft(mine), Overtaken);
  await assert.rejects(submit(storage, mine), Overtaken);
  assert.equal((await storage.draft(mine.id)).answers.A1.value, "no");
  assert.deepEqual(await storage.allSealed(), []);
});

test("a captive portal's page is no receipt", async () => {
  const server = new Server();
  let portal = true;
  const { storage, sync } = await phone(server, () => (portal ? "portal" : null));
  const sealed = await submit(storage, await begun(storage, [5000]));
  assert.equal((await sync.pass()).end, "again");
  assert.equal((await storage.sealed(sealed.id)).delivery, "waiting");
  assert.equal(await photosLeft(storage), 1);
  portal = false;
  assert.equal((await sync.pass()).end, "done");
  assert.deepEqual(server.completions, [sealed.id]);
});

test("a portal that answers 200 with JSON about something else is no receipt either", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const sealed = await submit(storage, await begun(storage, [5000]));
  server.putAudit = () => ({
    status: 200, headers: { "Content-Type": "application/json" }, body: '{"welcome": true}' });
  assert.equal((await sync.pass()).end, "again");
  assert.equal((await storage.sealed(sealed.id)).delivery, "waiting");
});

test("an expired token keeps the queue and asks to sign in", async () => {
  const server = new Server();
  const { storage, sync, session } = await phone(server);
  const sealed = await submit(storage, await begun(storage, [5000]));
  session.token = "old";
  assert.equal((await sync.pass()).end, "signin");
  assert.equal((await storage.unsent()).audits, 1);
  session.token = "good";
  assert.equal((await sync.pass()).end, "done");
  assert.ok((await storage.sealed(sealed.id)).receipt);
});

test("a cut upload goes on where it stopped", async () => {
  const server = new Server();
  let patches = 0;
  const dies = (method) => (method === "PATCH" && ++patches > 2 ? "lost" : null);
  const { storage, sync } = await phone(server, dies);
  await submit(storage, await begun(storage, [3_000_000]));
  assert.equal((await sync.pass()).end, "again");
  const [held] = [...server.pieces.values()];
  assert.ok(held.length > 500_000);
  const sent = [];
  const again = onStorage(storage, server, (method) => void sent.push(method));
  assert.equal((await again.sync.pass()).end, "done");
  assert.equal(server.completions.length, 1);
});

test("pieces shrink on a bad link and grow on a good one", async () => {
  const server = new Server();
  let n = 0;
  const { storage, sync } = await phone(server, (method) =>
    method === "PATCH" && ++n <= 2 ? "lost" : null);
  await submit(storage, await begun(storage, [2_000_000]));
  await sync.pass();
  assert.equal(server.completions.length, 1);
  assert.ok(sync.photos.size > 256 * 1024);
});

test("pieces that do not make up the photo are dropped and it is sent anew", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const one = await begun(storage, [400_000]);
  server.pieces.set(one.photos[0].sha256, Buffer.alloc(1000, 1));
  await submit(storage, one);
  await sync.pass();
  assert.equal(server.completions.length, 1);
});

test("a photo the server refuses does not hold up the audit, and its bytes stay", async () => {
  const server = new Server();
  server.isPhoto = (bytes) => bytes.byteLength !== 4321;
  const { storage, sync } = await phone(server);
  const sealed = await submit(storage, await begun(storage, [4321, 900]));
  await sync.pass();
  const stored = await storage.sealed(sealed.id);
  assert.ok(stored.receipt);
  assert.equal(stored.refused.length, 1);
  assert.equal(await photosLeft(storage), 1);
});

test("a photo the phone can't read any more is declared lost by a correction", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const one = await begun(storage, [900, 800]);
  const sealed = await submit(storage, one);
  await storage.db.delete("photos", one.photos[0].sha256);
  await sync.pass();
  const stored = await storage.sealed(sealed.id);
  assert.ok(stored.receipt);
  assert.notEqual(stored.sha256, sealed.sha256);
  const sent = JSON.parse(Buffer.from(server.audits.get(sealed.id).bytes).toString());
  assert.match(sent.photos[0].lost, /unreadable/);
  assert.equal(sent.photos[1].lost, undefined);
});

test("a quarantined audit is corrected over the version that was sent", async () => {
  const server = new Server();
  server.quarantine = (document) =>
    document.answers.A1.value === "yes" ? [{ item: "A1", code: "x", message: "y" }] : [];
  const { storage, sync } = await phone(server);
  const sealed = await submit(storage, await begun(storage, [500]));
  await sync.pass();
  const held = await storage.sealed(sealed.id);
  assert.equal(held.acceptance, "quarantined");
  assert.equal(await photosLeft(storage), 1);
  const again = draftOf(held);
  again.answers.A1.value = "no";
  again.revision = await storage.saveDraft(again);
  await submit(storage, again);
  await sync.pass();
  const after = await storage.sealed(sealed.id);
  assert.equal(after.acceptance, "accepted");
  assert.deepEqual(server.completions, [sealed.id]);
  assert.equal(await photosLeft(storage), 0);
});

test("a correction that comes too late says so, and the earlier version's receipt stands", async () => {
  const server = new Server();
  server.quarantine = () => (server.free ? [] : [{ code: "x", message: "y" }]);
  const { storage, sync } = await phone(server);
  const first = await submit(storage, await begun(storage, [500]));
  await sync.pass();
  const again = draftOf(await storage.sealed(first.id));
  again.answers.A1.note = "later";
  again.revision = await storage.saveDraft(again);
  await submit(storage, again);
  server.free = true; // released meanwhile
  server.body(first.id);
  await sync.pass();
  const after = await storage.sealed(first.id);
  assert.equal(after.trouble.kind, "too_late");
  assert.equal(after.sha256, first.sha256);
  assert.ok(after.receipt);
});

test("a document that is refused is kept and shown, and the next one goes on", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const bad = await submit(storage, await begun(storage, []));
  const good = await submit(storage, await begun(storage, []));
  const put = server.putAudit.bind(server);
  const problem = { "Content-Type": "application/problem+json" };
  server.putAudit = (id, ...rest) => id === bad.id
    ? { status: 413, headers: problem, body: '{"type": "too-large"}' } : put(id, ...rest);
  await sync.pass();
  assert.equal((await storage.sealed(bad.id)).trouble.type, "too-large");
  assert.ok((await storage.sealed(good.id)).receipt);
});

test("a server that forgot an audit gets it again", async () => {
  const server = new Server();
  let noPhotos = true;
  const { storage, sync } = await phone(server, (method, path) =>
    noPhotos && path.startsWith("/photos") ? 503 : null);
  const sealed = await submit(storage, await begun(storage, [500]));
  await sync.pass();
  server.audits.clear();
  noPhotos = false;
  await sync.pass();
  await sync.pass();
  assert.ok((await storage.sealed(sealed.id)).receipt);
});

test("accepting is told once, with the same key, however often it is repeated", async () => {
  const server = new Server();
  let lost = true;
  const { storage, sync } = await phone(server, (method) =>
    method === "POST" && lost ? "answer lost" : null);
  await storage.putAction({ key: "k1", path: "/assignments/a/accept", body: {},
    assignment_id: "a", made_at: "1", trouble: null });
  await sync.pass();
  lost = false;
  await sync.pass();
  assert.deepEqual([...server.posted.keys()], ['"k1"']);
  assert.deepEqual(await storage.actions(), []);
});

test("a clock that is a day wrong is noticed", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  server.clock = () => Date.now() + 86_400_000;
  await sync.pass();
  assert.ok(Math.abs((await storage.thing("clock_offset")) - 86_400) < 5);
});

test("a draft stays while the assignments change under it", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  server.work.checklists = [{ key: "short", version: 2, sha256: "11" }];
  server.checklists.set("short@2", { key: "short", version: 2, sections: [] });
  const one = await begun(storage, []);
  await sync.pass();
  assert.equal((await storage.draft(one.id)).checklist.version, 1);
  assert.equal((await storage.checklist({ key: "short", version: 2 })).version, 2);
});

test("whatever the network does, every audit arrives once and whole", async () => {
  const faults = ["lost", "answer lost", "twice", "cut", "portal", 503];
  for (let seed = 1; seed <= 25; seed += 1) {
    const random = chance(seed);
    const server = new Server();
    let calm = false;
    const fault = () => (!calm && random() < 0.35 ? faults[Math.floor(random() * 6)] : null);
    const { storage } = await phone(server, fault);
    const sealed = [];
    for (let n = 0; n < 3; n += 1) {
      sealed.push(await submit(storage, await begun(storage, [700, 300_000 * random() + 9])));
    }
    for (let pass = 0; pass < 60; pass += 1) {
      if (pass === 40) calm = true;
      await onStorage(storage, server, fault).sync.pass(); // killed and started again each time
    }
    for (const one of sealed) {
      assert.equal((await storage.sealed(one.id)).receipt?.document_sha256, one.sha256, `${seed}`);
      assert.equal(sha(server.audits.get(one.id).bytes), one.sha256);
    }
    assert.deepEqual([...server.completions].sort(), sealed.map((one) => one.id).sort());
    assert.equal(await photosLeft(storage), 0);
  }
});

test("a draft is never touched by the sweep, nor are its photos", async () => {
  const { storage, sync } = await phone(new Server());
  const one = await begun(storage, [500, 600]);
  await storage.saveDraft({ ...draft(), photos: [] });
  await sync.pass();
  assert.equal(await photosLeft(storage), 2);
  assert.equal((await storage.draft(one.id)).photos.length, 2);
});
