// The last way out: everything the server has not confirmed, in one file that head office can
// take in (by the API, or `flask audit import`). One JSON object a line, so that neither side ever
// holds more than one photo: first `about`, then photos, then audits with their exact bytes, then
// drafts.

import { app } from "./app.js";
import { moment } from "./bytes.js";
import { download } from "./ui.js";

/** @import { Storage } from "./storage.js" */

/** @param {ArrayBuffer} bytes */
export function base64(bytes) {
  const view = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < view.length; at += 0x8000) {
    text += String.fromCharCode(...view.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** The lines of the file.
 * @param {Storage} storage @param {object} person @param {number} now milliseconds */
export async function* lines(storage, person, now) {
  yield { about: "unsent audits", format: 1, person, saved_at: moment(now) };
  const sealed = (await storage.allSealed()).filter((one) => !one.receipt || one.refused.length);
  // The answer to a return goes as the form that it was made of.
  const replies = (await storage.replies()).filter((one) => one.state !== "done");
  const drafts = [...(await storage.drafts()), ...replies.map(({ draft }) => draft)];
  const wanted = new Set([...sealed, ...drafts].flatMap(({ photos }) =>
    photos.map((photo) => photo.sha256)));
  for (const sha256 of wanted) {
    const photo = await storage.photo(sha256);
    if (photo) yield { photo: sha256, media_type: photo.media_type, bytes: base64(photo.bytes) };
  }
  for (const { id, sha256, if_match, bytes } of sealed) {
    yield { audit: id, sha256, if_match, bytes: base64(bytes) };
  }
  for (const draft of drafts) yield { draft: draft.id, content: draft };
}

export async function saveUnsent() {
  const { storage, session } = app;
  if (!storage || !session) return;
  const { id, name } = session.person;
  const parts = [];
  for await (const line of lines(storage, { id, name }, Date.now())) {
    parts.push(new Blob([JSON.stringify(line), "\n"]));
  }
  const day = moment().slice(0, 16).replace(/[:T]/g, "-");
  download(`unsent-audits-${day}.jsonl`, new Blob(parts, { type: "application/jsonl" }));
}
