// Copies of unfinished work on the server: backed up, taken over, disagreed about, thrown away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchDraft, settle, theirs } from "../../../auditapi/phone/static/drafts.js";
import { begun, draft, phone } from "./people.mjs";
import { Server } from "./server.mjs";

test("the photos of unfinished work go ahead, and the draft is backed up once per change", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const one = await begun(storage, [900]);
  await sync.pass();
  await sync.pass();
  assert.equal(server.photos.get(one.photos[0].sha256), "stored");
  assert.equal(server.requests.filter((r) => r.startsWith("PUT /drafts")).length, 1);
  one.answers.A1.value = "no";
  await storage.saveDraft(one);
  await sync.pass();
  assert.equal(JSON.parse(Buffer.from(server.drafts.get(one.id).body)).answers.A1.value, "no");
});

test("a draft changed on another phone is never overwritten", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const one = await begun(storage, []);
  await sync.pass();
  server.drafts.set(one.id, { etag: '"other"', body: "{}" });
  await storage.saveDraft(one);
  await sync.pass();
  assert.equal(server.drafts.get(one.id).etag, '"other"');
  assert.equal((await storage.thing(`backup:${one.id}`)).conflict, true);
});

test("a tag that a proxy made weak on its way is sent back as the server gave it", async () => {
  const server = new Server();
  const { storage, sync, api } = await phone(server);
  const handle = server.handle.bind(server);
  server.handle = (...asked) => {
    const answer = handle(...asked);
    if (answer.headers?.ETag) answer.headers.ETag = `W/${answer.headers.ETag}`;
    return answer;
  };
  const one = await begun(storage, []);
  await sync.pass();
  assert.match((await storage.thing(`backup:${one.id}`)).etag, /^"/);
  await storage.saveDraft({ ...one, memo: "later" });
  await sync.pass();
  assert.equal(server.requests.filter((r) => r.startsWith("PUT /drafts")).length, 2);
  assert.equal(JSON.parse(Buffer.from(server.drafts.get(one.id).body)).memo, "later");
  assert.match((await theirs(api, one.id)).etag, /^"/);
});

test("a backup whose answer got lost is no conflict with itself", async () => {
  const server = new Server();
  let lost = true;
  const { storage, sync } = await phone(server, (method, path) =>
    lost && method === "PUT" && path.includes("/drafts/") ? "answer lost" : null);
  const one = await begun(storage, []);
  assert.equal((await sync.pass()).end, "again");
  assert.equal(server.drafts.size, 1);
  lost = false;
  await storage.saveDraft({ ...one, memo: "later" });
  await sync.pass();
  await sync.pass();
  assert.equal(JSON.parse(Buffer.from(server.drafts.get(one.id).body)).memo, "later");
  assert.ok(!(await storage.thing(`backup:${one.id}`)).conflict);
});

test("a draft that the server has no more is saved there anew", async () => {
  const server = new Server();
  const { storage, sync } = await phone(server);
  const one = await begun(storage, []);
  await sync.pass();
  server.drafts.clear();
  await storage.saveDraft({ ...one, memo: "later" });
  await sync.pass();
  await sync.pass();
  assert.equal(JSON.parse(Buffer.from(server.drafts.get(one.id).body)).memo, "later");
});

test("a conflict with a version that is gone meanwhile settles itself", async () => {
  const { server, id, storage, api, sync } = await disagreement();
  server.drafts.clear();
  assert.ok(await settle(api, storage, id, "theirs"));
  await sync.pass();
  assert.equal(onServer(server, id).answers.A1.note, "mine");
});

/** Two phones of one person with the same draft, both changed; the first was backed up. */
async function disagreement() {
  const server = new Server();
  const here = await phone(server);
  const one = await begun(here.storage, []);
  await here.sync.pass();
  const other = { ...one, answers: { A1: { value: "no" } }, revision: 7 };
  server.drafts.set(one.id, { etag: '"other"', body: Buffer.from(JSON.stringify(other)) });
  await here.storage.saveDraft({ ...one, answers: { A1: { value: "yes", note: "mine" } } });
  await here.sync.pass();
  return { server, id: one.id, ...here };
}
const onServer = (server, id) => JSON.parse(Buffer.from(server.drafts.get(id).body).toString());

test("of two versions, mine goes over theirs only when a person says so", async () => {
  const { server, id, storage, api, sync } = await disagreement();
  assert.equal(onServer(server, id).answers.A1.value, "no");
  assert.ok(await settle(api, storage, id, "mine"));
  await sync.pass();
  assert.equal(onServer(server, id).answers.A1.note, "mine");
});

test("of two versions, theirs replaces mine and goes on from there", async () => {
  const { server, id, storage, api, sync } = await disagreement();
  assert.ok(await settle(api, storage, id, "theirs"));
  const now = await storage.draft(id);
  assert.equal(now.answers.A1.value, "no");
  await storage.saveDraft({ ...now, memo: "more" });
  await sync.pass();
  assert.equal(onServer(server, id).memo, "more");
});

test("both versions are kept, as two audits", async () => {
  const { server, id, storage, api, sync } = await disagreement();
  assert.ok(await settle(api, storage, id, "both"));
  await sync.pass();
  const values = (await storage.drafts()).map((one) => one.answers.A1.note ?? one.answers.A1.value);
  assert.deepEqual(values.sort(), ["mine", "no"]);
  assert.equal(server.drafts.size, 2);
});

test("work begun on another phone is found and taken over", async () => {
  const server = new Server();
  const first = await phone(server);
  const one = await begun(first.storage, []);
  await first.sync.pass();
  const second = await phone(server);
  await second.sync.pass();
  assert.deepEqual((await second.storage.thing("drafts_elsewhere")).map(({ id }) => id), [one.id]);
  assert.ok(await fetchDraft(second.api, second.storage, one.id));
  const taken = await second.storage.draft(one.id);
  await second.storage.saveDraft({ ...taken, memo: "second" });
  await second.sync.pass();
  assert.equal(onServer(server, one.id).memo, "second");
});

test("a draft that is thrown away goes from the server too, when there is a network", async () => {
  const server = new Server();
  let off = false;
  const cleo = await phone(server, () => (off ? "lost" : null));
  const one = await begun(cleo.storage, [10_000]);
  await cleo.sync.pass();
  assert.ok(server.drafts.has(one.id));
  off = true;
  await cleo.storage.discardDraft(one.id);
  await cleo.sync.pass();
  assert.ok(server.drafts.has(one.id));
  assert.deepEqual(await cleo.storage.thing("discarded"), [one.id]);
  off = false;
  await cleo.sync.pass();
  assert.deepEqual([...server.drafts.keys()], []);
  assert.deepEqual(await cleo.storage.thing("discarded"), []);
  assert.deepEqual(await cleo.storage.thing("drafts_elsewhere"), []);
});

test("what another phone went on with is not thrown away here", async () => {
  const server = new Server();
  const cleo = await phone(server);
  const one = await begun(cleo.storage, []);
  await cleo.sync.pass();
  server.drafts.set(one.id, { etag: '"theirs"', body: Buffer.from("{}") });
  await cleo.storage.discardDraft(one.id);
  await cleo.sync.pass();
  assert.ok(server.drafts.has(one.id));
  assert.deepEqual(await cleo.storage.thing("discarded"), []);
});
