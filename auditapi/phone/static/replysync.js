// The part of a pass that is about returned audits: what is needed to answer them is fetched, and
// answers go out with their photos. Every step is simply done again when it was cut off.

import { Offline, isAboutAudit, trouble } from "./outbox.js";
import { afterStatus } from "./replies.js";

/** @import { Sync } from "./sync.js" */
/** @import { Answered } from "./types.js" */

/** What stands in each returned audit, for its form. @param {Sync} sync */
export async function fetchReturned(sync) {
  const data = (await sync.storage.thing("work"))?.data;
  for (const { id, revision } of data?.returned ?? []) {
    const name = `returned:${id}`;
    if ((await sync.storage.thing(name))?.revision === revision) continue;
    const reply = await sync.api("GET", `/audits/${id}/details`);
    if (sync.heed(reply) !== "done" || reply.json?.id !== id) continue;
    await sync.storage.setThing(name, { revision, details: reply.json });
    sync.changed();
  }
}

/** Answers on their way. @param {Sync} sync */
export async function sendReplies(sync) {
  for (const { id } of await sync.storage.replies()) {
    const reply = await sync.storage.reply(id);
    if (!reply || reply.trouble || reply.state === "done") continue;
    const known = reply.state === "waiting" ? await send(sync, reply) : await ask(sync, id);
    if (known?.state === "sent" && sync.photosAllowed()) await sendPhotos(sync, known);
    if (sync.signin) return;
  }
}

/** @param {Sync} sync @param {Answered} reply */
async function send(sync, { id, key, body }) {
  const headers = { "Idempotency-Key": `"${key}"` };
  const answer = await sync.api("POST", `/audits/${id}/reply`, { json: body, headers, seconds: 60 });
  const means = sync.heed(answer);
  if (means === "done" && answer.json?.id === id) return ask(sync, id);
  if (means === "done") throw new Offline(); // not our server speaking
  if (means === "compare" && answer.type.endsWith("/still-running")) sync.failed = true;
  // An answer from before the keys were forgotten: is what stands there this very reply?
  else if (means === "compare" && (await isThere(sync, id, body))) return ask(sync, id);
  else if (means === "compare") await change(sync, id, { trouble: trouble("too_late", answer) });
  else if (means === "keep") await change(sync, id, { trouble: trouble("refused", answer) });
  return undefined;
}

/** @param {Sync} sync @param {string} id @param {Answered["body"]} body */
async function isThere(sync, id, body) {
  const answer = await sync.api("GET", `/audits/${id}/details`);
  const revisions = answer.status === 200 ? answer.json?.revisions ?? [] : [];
  return revisions.some((/** @type {any} */ one) =>
    one.number === body.revision + 1 && one.reason === body.reason);
}

/** @param {Sync} sync @param {string} id */
async function ask(sync, id) {
  const answer = await sync.api("GET", `/audits/${id}`);
  if (sync.heed(answer) !== "done") return undefined;
  if (!isAboutAudit(answer.json, id)) throw new Offline(); // not our server speaking
  return sync.changeReply(id, (stored) => afterStatus(stored, answer.json));
}

/** @param {Sync} sync @param {Answered} reply */
async function sendPhotos(sync, { id, missing }) {
  for (const { sha256, offset } of missing) {
    const { end, reply } = await sync.photos.send(sha256, offset, () => sync.changed());
    if (end === "lost") {
      await sync.changeReply(id, (stored) => ({
        ...stored, lost: [...(stored.lost ?? []), sha256] }));
    } else if (end === "stopped") sync.stopped(reply);
    if (sync.signin) return;
  }
  await ask(sync, id);
}

/** @param {Sync} sync @param {string} id @param {Partial<Answered>} what */
function change(sync, id, what) {
  return sync.changeReply(id, (stored) => ({ ...stored, ...what }));
}
