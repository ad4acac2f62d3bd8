// Small decisions: taps to answers, what answers of the server mean, the seal, words.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { contentDigest, metres, moment, sha256Hex, uuid7 } from "../../../auditapi/phone/static/bytes.js";
import { fitted } from "../../../auditapi/phone/static/camera.js";
import { Form } from "../../../auditapi/phone/static/form.js";
import { meaning, nextPiece, receiptCovers, wait } from "../../../auditapi/phone/static/outbox.js";
import { answersToSend, documentOf, draftOf, sealDocument } from "../../../auditapi/phone/static/seal.js";
import { between, encounters, prefilled } from "../../../auditapi/phone/static/taps.js";
import { refusal, speak, whereabouts, why } from "../../../auditapi/phone/static/words.js";
import en from "../../../auditapi/phone/static/words/en.js";
import ko from "../../../auditapi/phone/static/words/ko.js";
import zhHant from "../../../auditapi/phone/static/words/zh-Hant.js";
import { draft } from "./people.mjs";

const STATIC = new URL("../../../auditapi/phone/static/", import.meta.url);
const tap = (what, at) => ({ what, at: `2026-11-20T10:00:${String(at).padStart(2, "0")}+09:00` });

test("two meetings, one greeted", () => {
  assert.deepEqual(encounters([tap("near", 1), tap("acknowledged", 3), tap("near", 9)]), { k: 1, n: 2 });
});

test("a greeting without a tap for the meeting is a meeting too", () => {
  assert.deepEqual(encounters([tap("acknowledged", 3), tap("acknowledged", 9)]), { k: 2, n: 2 });
});

test("seconds lie between the first tap and the next of the other kind", () => {
  const taps = [tap("acknowledged", 1), tap("arrived", 5), tap("acknowledged", 17)];
  assert.equal(between(taps, "arrived", "acknowledged"), 12);
  assert.equal(between(taps, "queue", "served"), null);
});

test("the note pad fills in counts and times, and says where they come from", () => {
  const checklist = {
    key: "service-standard", languages: ["en"], title: {}, sections: [{ key: "G", title: {}, items: [
      { key: "G1", kind: "count", of: "asked", counted_as: "encounters", text: {} },
      { key: "G2", kind: "seconds", between: ["arrived", "acknowledged"], text: {} },
      { key: "B1", kind: "seconds", between: ["queue", "served"], text: {} },
      { key: "K1", kind: "seconds", counted_as: "stopwatch", text: {} }] }] };
  const taps = [tap("arrived", 0), tap("near", 20), tap("acknowledged", 24)];
  assert.deepEqual(prefilled(checklist, taps), {
    G1: { value: { k: 1, n: 1 }, source: "counted" }, G2: { value: 24, source: "timed" } });
});

test("statuses mean what the protocol says", () => {
  const table = { done: [200, 201, 202, 204], again: [0, 408, 425, 429, 500, 502, 503],
    signin: [401], compare: [409, 412], keep: [400, 403, 413, 415, 422] };
  for (const [word, statuses] of Object.entries(table)) {
    for (const status of statuses) assert.equal(meaning({ status }), word, `${status}`);
  }
});

test("waiting grows, is never alike on all phones, ends at five minutes, and obeys the server", () => {
  assert.ok(wait(1, 0) >= 1 && wait(1, 1) <= 2);
  assert.equal(wait(30, 1), 300);
  assert.notEqual(wait(5, 0.1), wait(5, 0.9));
  assert.equal(wait(1, 0, 120), 120);
});

test("pieces stay between 32 KiB and 1 MiB", () => {
  assert.equal(nextPiece(40 * 1024, false), 32 * 1024);
  assert.equal(nextPiece(800 * 1024, true), 1024 * 1024);
});

test("a receipt covers an audit only when it names the document and every photo", () => {
  const sealed = { sha256: "d", photos: [{ sha256: "a" }, { sha256: "b" }, { sha256: "c", lost: true }] };
  const photos = [{ sha256: "a", state: "stored" }, { sha256: "b", state: "refused" }];
  assert.ok(receiptCovers(sealed, { document_sha256: "d", photos }));
  assert.ok(!receiptCovers(sealed, { document_sha256: "d", photos: photos.slice(1) }));
  assert.ok(!receiptCovers(sealed, { document_sha256: "x", photos }));
  assert.ok(!receiptCovers(sealed, undefined));
});

test("hidden answers and the leftovers of typing stay on the phone", () => {
  const answers = { A: { value: "yes", note: " " }, B: { value: "" }, C: { value: 1 },
    D: { na: true, reason: " none ", value: 3 }, E: { value: 0, source: "counted" } };
  assert.deepEqual(answersToSend(answers, new Set(["A", "B", "D", "E"])), {
    A: { value: "yes" }, D: { na: true, reason: "none" }, E: { value: 0, source: "counted" } });
});

test("the time of the visit and the time of filling in are kept apart", async () => {
  const taps = [tap("near", 5), tap("arrived", 7), tap("left", 50)];
  const now = { now: Date.parse("2026-11-20T20:00:00+09:00"), zone: "Asia/Seoul", platform: "t" };
  const document = documentOf(draft({ kind: "mystery_shop", taps, memo: " till 3 " }), new Set(["A1"]), now);
  assert.equal(document.visited_from, taps[1].at);
  assert.equal(document.memo, "till 3");
  assert.equal(document.visited_until, taps[2].at);
  assert.equal(Date.parse(document.sealed_at), now.now);
});

test("what is sealed is named by its bytes, and opens again as it was", async () => {
  const one = draft({ answers: { A1: { value: "no", note: "dirty" } } });
  const now = { now: Date.now(), zone: "Asia/Seoul", platform: "t" };
  const sealed = await sealDocument(documentOf(one, new Set(["A1"]), now), "Hongdae");
  assert.equal(sealed.sha256, await sha256Hex(sealed.bytes));
  assert.deepEqual(draftOf(sealed).answers, one.answers);
});

test("identifiers sort by time and say version 7", () => {
  const early = uuid7(1_700_000_000_000);
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(early < uuid7(1_700_000_000_001));
});

test("moments carry the phone's offset and mean the same instant", () => {
  const at = Date.parse("2026-11-20T10:02:11Z");
  assert.match(moment(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(moment(at)), at);
});

test("a content digest is that of RFC 9530's example", async () => {
  const bytes = new TextEncoder().encode('{"hello": "world"}\n');
  assert.equal(await contentDigest(bytes), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
});

test("a kilometre is a kilometre", () => {
  const far = metres({ latitude: 37.5563, longitude: 126.9236 }, { latitude: 37.5653, longitude: 126.9236 });
  assert.ok(Math.abs(far - 1000.8) < 1);
});

test("photos are shrunk to the long side and never blown up", () => {
  assert.deepEqual(fitted(4000, 3000, 1600), { width: 1600, height: 1200 });
  assert.deepEqual(fitted(3000, 4000, 1600), { width: 1200, height: 1600 });
  assert.deepEqual(fitted(800, 600, 1600), { width: 800, height: 600 });
});

test("the three languages say the same things, with the same blanks to fill", () => {
  const blanks = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
  for (const [name, words] of Object.entries({ ko, zhHant })) {
    for (const key of Object.keys(en).filter((one) => !one.endsWith(".one"))) {
      assert.ok(words[key], `${name} lacks ${key}`);
      assert.equal(blanks(words[key]), blanks(en[key]), `${name} ${key}`);
    }
    assert.deepEqual(Object.keys(words).filter((key) => !(key in en)), []);
  }
});

test("every word that a screen asks for by name is there", () => {
  const files = readdirSync(STATIC, { recursive: true })
    .filter((name) => name.endsWith(".js") && !/^(vendor|words)\//.test(name));
  const asked = files.flatMap((name) => {
    const text = readFileSync(new URL(name, STATIC), "utf8");
    return [...text.matchAll(/\bt\(\s*"([^"]+)"/g)].map((found) => found[1]);
  });
  assert.ok(asked.length > 100);
  assert.deepEqual(asked.filter((key) => !(key in en)), []);
});

test("a refusal is told in the person's words; the server's title is never shown", async () => {
  globalThis.document = /** @type {any} */ ({ documentElement: {} });
  await speak("ko");
  const title = "The body is too large";
  assert.equal(refusal({ type: "/problems/too-large", status: 413, title }), ko["problem.too-large"]);
  await speak("zh-Hant");
  assert.equal(refusal({ type: "https://api.example/problems/not-allowed" }), zhHant["problem.not-allowed"]);
});

test("a refusal that the app has no words for says what to do, and its code", async () => {
  await speak("en");
  assert.match(refusal({ type: "/problems/brand-new", status: 422 }), /administrator this code: brand-new$/);
  assert.match(refusal({ type: "", status: 418 }), /418$/);
});

test("a reason of quarantine is told in the person's words, and where it is", async () => {
  await speak("ko");
  const message = "needs at least 80 characters";
  assert.equal(why({ place: "answers.S1", code: "too_short", message }), ko["reason.too_short"]);
  assert.equal(why({ place: "answers.S1", code: "malformed", message }), ko["fault.malformed"]);
  assert.match(why({ place: "started_at", code: "malformed", message }), /started_at malformed$/);
  assert.equal(whereabouts("answers.S1"), "S1");
  assert.equal(whereabouts("photos[2].item"), `${ko.photo} 3`);
  assert.equal(whereabouts("started_at"), "");
});

test("an audit is in the language last written in; a tap in another one does not change it", () => {
  const items = [{ key: "A1", kind: "text", text: {}, min_length: { en: 20, ko: 8 } },
    { key: "A2", kind: "yes_no", text: {} }];
  let language = "ko";
  const form = new Form({ draft: draft({ answers: {}, photos: [], language: "en" }),
    checklist: { key: "short", languages: ["en", "ko"], title: {}, sections: [{ key: "A", title: {}, items }] },
    store: undefined, assignment: {}, storage: { saveDraft: async () => 1 }, spoken: () => language });
  form.setValue("A2", { value: "yes" });
  assert.equal(form.draft.language, "en");
  form.answer("A1", { value: "진열대가 비어 있었다" });
  assert.equal(form.draft.language, "ko");
  assert.deepEqual(form.reasons(), []);
  language = "en";
  form.setValue("A2", { value: "no" });
  assert.deepEqual(form.reasons(), []);
  form.answer("A2", { note: "The shelf was empty" });
  assert.equal(form.draft.language, "en");
  assert.deepEqual(form.reasons().map(({ item, code }) => [item, code]), [["A1", "too_short"]]);
});

test("an item's photos are the same list until one of them changes, so that nothing is drawn for nothing", () => {
  const photo = (sha256, item) => ({ sha256, item, marks: [] });
  const checklist = { key: "short", languages: ["en"], title: {}, sections: [{ key: "A", title: {},
    items: [{ key: "A1", kind: "photo", text: {} }, { key: "A2", kind: "yes_no", text: {} }] }] };
  const form = new Form({ draft: draft({ answers: {}, photos: [photo("a", "A1"), photo("b", "A2")] }), checklist,
    store: undefined, assignment: {}, storage: { saveDraft: async () => 1 }, spoken: () => "en" });
  const [first, other] = [form.photosOf("A1"), form.photosOf("A2")];
  assert.deepEqual(first.map(({ sha256 }) => sha256), ["a"]);
  form.setValue("A2", { value: "yes" });
  assert.equal(form.photosOf("A1"), first);
  form.setMarks("b", [{ kind: "box" }]);
  assert.equal(form.photosOf("A1"), first);
  assert.notEqual(form.photosOf("A2"), other);
  form.removePhoto("a");
  assert.deepEqual(form.photosOf("A1"), []);
  assert.equal(form.isAnswered("A1"), false);
});
