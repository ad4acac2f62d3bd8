// Connections to the database that end: by the browser, or on purpose.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openShared, openStorage } from "../../../auditapi/phone/static/storage.js";
import { openDB } from "../../../auditapi/phone/static/vendor/idb.js";
import { begun, phone } from "./people.mjs";
import { Server } from "./server.mjs";

test("a connection that the browser has closed is opened again by what is asked next", async () => {
  const { storage } = await phone(new Server());
  const one = await begun(storage, []);
  (await storage.db.connection()).close();
  one.revision = await storage.saveDraft(one);
  (await storage.db.connection()).close();
  assert.equal((await storage.draft(one.id)).revision, one.revision);
  const shared = await openShared();
  await shared.set("language", "ko");
  (await shared.db.connection()).close();
  await shared.set("sparing", true);
  assert.equal(await shared.get("language"), "ko");
  shared.close();
});

test("one that the app has closed stays closed, also when a newer app wants the database", async () => {
  const { storage } = await phone(new Server());
  storage.close();
  await assert.rejects(storage.drafts(), { name: "InvalidStateError" });
  const older = await openStorage("closed-by-newer");
  const newer = await openDB("auditapi-closed-by-newer", 3);
  await assert.rejects(older.drafts(), { name: "InvalidStateError" });
  newer.close();
});
