// Sends one photo: whole when it is small, else in pieces that shrink on a bad link and grow on
// a good one, going on where the server says it stopped.

import { sha256Hex } from "./bytes.js";
import { DAMAGED_MOST, PIECE_FIRST, meaning, nextPiece } from "./outbox.js";

/** @import { Api } from "./api.js" */
/** @import { Storage } from "./storage.js" */
/** @import { Reply } from "./types.js" */

/**
 * @typedef {object} Sent
 * @property {"sent" | "refused" | "lost" | "stopped"} end `lost`: the phone can't read the bytes;
 *   `stopped`: `reply` says why, the pass decides
 * @property {Reply} [reply]
 */

export class PhotoSender {
  /** @param {{storage: Storage, api: Api}} wiring */
  constructor({ storage, api }) {
    this.storage = storage;
    this.api = api;
    this.size = PIECE_FIRST;
  }

  /** @param {string} sha256
   * @param {number | null} known how much the server has, if it has said so
   * @param {() => void} progress called after each piece
   * @returns {Promise<Sent>} */
  async send(sha256, known, progress) {
    const upload = await this.storage.upload(sha256);
    if (upload?.state === "refused") return { end: "stopped" };
    const photo = await this.storage.photo(sha256).catch(() => undefined);
    if (!photo || (await sha256Hex(photo.bytes)) !== sha256) return { end: "lost" };
    const job = { sha256, bytes: photo.bytes, type: photo.media_type, offset: known ?? 0 };
    if (known === null) {
      const reply = await this.api("HEAD", `/photos/${sha256}`);
      const complete = reply.headers.get("Upload-Complete");
      if (reply.status !== 204 || !complete) return { end: "stopped", reply: ours(reply) };
      if (complete === "?1") return this.note(job, "sent");
      job.offset = Number(reply.headers.get("Upload-Offset") ?? 0);
    }
    return this.pieces(job, progress);
  }

  /** @param {Job} job @param {() => void} progress @returns {Promise<Sent>} */
  async pieces(job, progress) {
    /** @type {Reply | undefined} */
    let reply;
    for (let failures = 0; failures < DAMAGED_MOST; ) {
      const before = job.offset;
      reply = await this.piece(job);
      const step = afterPiece(reply, job);
      if (step === "sent") return this.note(job, "sent");
      if (step === "moved" && job.offset > before) {
        this.size = nextPiece(this.size, true);
        await this.note(job, "waiting");
        failures = 0;
        progress();
        continue;
      }
      failures += 1;
      this.size = nextPiece(this.size, false);
      if (step === "refused" && (reply.status !== 422 || failures > 1)) {
        return this.note(job, "refused", reply);
      }
      // 422 once: pieces that do not make up the photo were dropped; whole, from the start.
      if (step === "refused") job.offset = 0;
      const offline = reply.status === 0 && failures >= 3;
      if (step === "stop" || offline) return { end: "stopped", reply };
    }
    return { end: "stopped", reply };
  }

  /** @param {Job} job @returns {Promise<Reply>} */
  async piece({ sha256, bytes, type, offset }) {
    const total = bytes.byteLength;
    const seconds = 120;
    if (!offset && total <= this.size) {
      const headers = { "Content-Type": type };
      return ours(await this.api("PUT", `/photos/${sha256}`, { bytes, headers, seconds }));
    }
    const end = Math.min(total, offset + this.size);
    const headers = {
      "Content-Type": "application/partial-upload",
      "Upload-Offset": String(offset),
      "Upload-Length": String(total),
      "Upload-Complete": end === total ? "?1" : "?0",
    };
    const piece = bytes.slice(offset, end);
    return ours(await this.api("PATCH", `/photos/${sha256}`, { bytes: piece, headers, seconds }));
  }

  /** @param {Job} job @param {"waiting" | "sent" | "refused"} state @param {Reply} [reply]
   * @returns {Promise<Sent>} */
  async note({ sha256, bytes, offset }, state, reply) {
    const size = bytes.byteLength;
    const reason = reply ? reply.title || reply.type : undefined;
    await this.storage.setUpload({
      sha256, state, size, offset: state === "sent" ? size : offset, reason, type: reply?.type,
      tries: 0 });
    if (state === "refused") return { end: "refused", reply };
    return { end: "sent" };
  }
}

/** @typedef {{sha256: string, bytes: ArrayBuffer, type: string, offset: number}} Job */

/** The photo routes answer 201 or 204 and nothing else when it worked: a 200 is a portal's.
 * @param {Reply} reply @returns {Reply} */
function ours(reply) {
  const strange = reply.status >= 200 && reply.status < 300 &&
    reply.status !== 201 && reply.status !== 204;
  return strange ? { ...reply, status: 0 } : reply;
}

/** What came of a piece; moves `job.offset` to where the server says it is.
 * @param {Reply} reply @param {Job} job
 * @returns {"sent" | "moved" | "refused" | "again" | "stop"} */
function afterPiece(reply, job) {
  const said = reply.headers.get("Upload-Offset");
  const offset = said === null ? null : Number(said);
  switch (meaning(reply)) {
    case "done":
      if (reply.headers.get("Upload-Complete") === "?1") return "sent";
      if (offset === null) return reply.status === 201 || !job.offset ? "sent" : "again";
      job.offset = offset;
      return offset === job.bytes.byteLength ? "sent" : "moved";
    case "compare":
      if (offset === null) return "stop";
      if (offset > job.offset) {
        job.offset = offset;
        return "moved";
      }
      job.offset = offset;
      return "again";
    case "keep":
      return "refused";
    case "again":
      return reply.status === 0 || reply.status === 408 ? "again" : "stop";
    default:
      return "stop";
  }
}
