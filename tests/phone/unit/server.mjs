// A server in memory that speaks docs/protocol as the phone must expect it, with a network in
// front of it that loses, cuts and repeats. `fetch` below is what the phone is given.

import { gunzipSync } from "node:zlib";
import { createHash } from "node:crypto";

export const sha = (bytes) => createHash("sha256").update(Buffer.from(bytes)).digest("hex");

/** Repeatable chance (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const problem = (status, type, headers = {}) => ({
  status,
  headers: { "Content-Type": "application/problem+json", ...headers },
  body: JSON.stringify({ type, title: type, status }),
});
const json = (status, data, headers = {}) => ({
  status, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(data),
});
const bare = (status, headers = {}) => ({ status, headers, body: null });

export class Server {
  audits = new Map();
  photos = new Map();
  pieces = new Map();
  drafts = new Map();
  posted = new Map();
  completions = [];
  requests = [];
  work = { assignments: [], stores: [], checklists: [], last_failed: {}, person: {} };
  checklists = new Map();
  quarantine = () => [];
  isPhoto = () => true;
  tokens = new Set(["good"]);
  clock = () => Date.now();

  handle(method, path, headers, body) {
    this.requests.push(`${method} ${path}`);
    const token = (headers.get("Authorization") ?? "").replace("Bearer ", "");
    if (!this.tokens.has(token)) return problem(401, "unauthorised");
    const [, what, id, , version] = path.split("/");
    const way = `${method} ${what}`;
    if (way === "PUT audits") return this.putAudit(id, headers, body);
    if (way === "GET audits" && path.endsWith("/details")) return this.details(id);
    if (way === "GET audits") return this.getAudit(id);
    if (way === "POST audits") return this.reply(id, headers, body);
    if (way === "HEAD photos") return this.headPhoto(id);
    if (way === "PUT photos") return this.putPhoto(id, body);
    if (way === "PATCH photos") return this.patchPhoto(id, headers, body);
    if (way === "PUT drafts") return this.putDraft(id, headers, body);
    if (way === "GET drafts") return this.getDraft(id);
    if (way === "DELETE drafts") return this.deleteDraft(id, headers);
    if (way === "GET sync") return this.sync(headers);
    if (way === "GET checklists") return json(200, this.checklists.get(`${id}@${version}`));
    if (method === "POST") return this.post(path, headers, body);
    return problem(404, "not-found");
  }

  body(id) {
    const audit = this.audits.get(id);
    const document = JSON.parse(Buffer.from(audit.bytes).toString());
    const refused = [];
    const missing = [];
    for (const photo of audit.listed ?? document.photos) {
      const stored = this.photos.get(photo.sha256);
      if (photo.lost || stored === "stored") continue;
      if (stored === "refused") refused.push({ sha256: photo.sha256, reason: "not-a-photo" });
      else missing.push({ sha256: photo.sha256, offset: this.offset(photo.sha256) });
    }
    const delivery = missing.length && !audit.listed ? "awaiting_photos" : "delivered";
    const reasons = audit.released ? [] : this.quarantine(document);
    const acceptance = reasons.length ? "quarantined" : "accepted";
    if (!missing.length && !reasons.length && !audit.complete) {
      audit.complete = true;
      this.completions.push(id);
    }
    const digest = sha(audit.bytes);
    const photos = document.photos.map((one) => ({ sha256: one.sha256 }));
    const receipt = delivery === "awaiting_photos" ? undefined : { document_sha256: digest, photos, refused };
    return { id, delivery, acceptance, reasons, document_sha256: digest, missing, refused, receipt };
  }

  putAudit(id, headers, sent) {
    const digest = createHash("sha256").update(Buffer.from(sent)).digest("base64");
    if (headers.get("Content-Digest") !== `sha-256=:${digest}:`) return problem(400, "digest");
    const bytes = headers.get("Content-Encoding") === "gzip" ? gunzipSync(Buffer.from(sent)) : sent;
    const known = this.audits.get(id);
    const etag = { ETag: `"${sha(bytes)}"` };
    if (known?.revisions.includes(sha(bytes))) return json(200, this.body(id), etag);
    if (known) {
      const match = headers.get("If-Match");
      if (!match) return problem(409, "audit-exists");
      if (known.complete) return problem(409, "audit-complete");
      if (match !== `"${sha(known.bytes)}"`) return problem(412, "stale");
    }
    const revisions = [...(known?.revisions ?? []), sha(bytes)];
    this.audits.set(id, { bytes, revisions, complete: false });
    const answer = this.body(id);
    return json(answer.acceptance === "quarantined" ? 202 : known ? 200 : 201, answer, etag);
  }

  getAudit(id) {
    return this.audits.has(id) ? json(200, this.body(id)) : problem(404, "not-found");
  }

  offset(id) {
    return this.pieces.get(id)?.length ?? 0;
  }

  headPhoto(id) {
    if (this.photos.has(id)) return bare(204, { "Upload-Complete": "?1" });
    return bare(204, { "Upload-Complete": "?0", "Upload-Offset": String(this.offset(id)) });
  }

  store(id, bytes) {
    if (sha(bytes) !== id) return problem(422, "digest-mismatch");
    this.pieces.delete(id);
    const fine = this.isPhoto(bytes);
    this.photos.set(id, fine ? "stored" : "refused");
    for (const audit of this.audits.keys()) this.body(audit);
    return fine ? bare(201, { "Upload-Complete": "?1" }) : problem(422, "not-a-photo");
  }

  putPhoto(id, bytes) {
    return this.photos.get(id) === "stored" ? bare(204) : this.store(id, bytes);
  }

  patchPhoto(id, headers, piece) {
    if (this.photos.get(id) === "stored") return bare(204, { "Upload-Complete": "?1" });
    const at = { "Upload-Offset": String(this.offset(id)), "Upload-Complete": "?0" };
    if (headers.get("Upload-Offset") !== at["Upload-Offset"]) return problem(409, "offset", at);
    const held = Buffer.concat([this.pieces.get(id) ?? Buffer.alloc(0), Buffer.from(piece)]);
    if (held.length < Number(headers.get("Upload-Length"))) {
      this.pieces.set(id, held);
      return bare(204, { "Upload-Offset": String(held.length), "Upload-Complete": "?0" });
    }
    this.pieces.delete(id);
    return this.store(id, held);
  }

  putDraft(id, headers, body) {
    const known = this.drafts.get(id);
    const match = headers.get("If-Match");
    if (known ? match !== known.etag : match) {
      const body = { type: "/problems/stale", status: 412, etag: known?.etag ?? null };
      return json(412, body);
    }
    const etag = `"${sha(body)}"`;
    this.drafts.set(id, { etag, body });
    return bare(204, { ETag: etag });
  }

  getDraft(id) {
    if (!id) {
      const drafts = [...this.drafts.keys()].map((one) => ({ id: one, saved_at: "2026-11-20" }));
      return json(200, { drafts });
    }
    const known = this.drafts.get(id);
    if (!known) return problem(404, "not-found");
    return json(200, JSON.parse(Buffer.from(known.body).toString()), { ETag: known.etag });
  }

  deleteDraft(id, headers) {
    const known = this.drafts.get(id);
    if (!known) return problem(404, "not-found");
    if (headers.get("If-Match") !== known.etag) {
      return json(412, { type: "/problems/stale", status: 412, etag: known.etag });
    }
    this.drafts.delete(id);
    return bare(204);
  }

  /** An audit that head office has sent back: what its auditor sees of it. */
  details(id) {
    const audit = this.audits.get(id);
    const document = JSON.parse(Buffer.from(audit.bytes).toString());
    const answers = Object.entries(document.answers).map(([item, answer]) => ({ item, answer }));
    const revisions = audit.replied ? [{ number: 2, reason: audit.replied.reason }] : [];
    return json(200, { id, answers, photos: audit.listed ?? document.photos, revisions,
      started_at: document.started_at });
  }

  reply(id, headers, body) {
    const key = headers.get("Idempotency-Key");
    const known = this.posted.get(key);
    if (known) return json(200, { id });
    const audit = this.audits.get(id);
    if (!audit?.returned) return problem(409, "/problems/wrong-state");
    const given = JSON.parse(Buffer.from(body).toString());
    if (!given.reason) return problem(422, "/problems/invalid");
    const document = JSON.parse(Buffer.from(audit.bytes).toString());
    Object.assign(audit, { returned: false, replied: given,
      listed: [...document.photos, ...given.photos] });
    this.posted.set(key, { path: id });
    return json(200, { id });
  }

  sync(headers) {
    const etag = `"${sha(JSON.stringify(this.work))}"`;
    if (headers.get("If-None-Match") === etag) return bare(304, { ETag: etag });
    const server_time = new Date(this.clock()).toISOString();
    return json(200, { server_time, ...this.work }, { ETag: etag });
  }

  post(path, headers, body) {
    const key = headers.get("Idempotency-Key");
    if (!key) return problem(400, "idempotency-key-missing");
    if (!this.posted.has(key)) this.posted.set(key, { path, body: Buffer.from(body).toString() });
    return json(200, {});
  }
}

/** fetch over a network with faults. `fault()` names what goes wrong with one request:
 * "lost", "answer lost", "twice", "cut", "portal", 503 or nothing. */
export function network(server, fault = () => null) {
  return async (url, init) => {
    const path = url.replace(/^.*\/api\/v1/, "");
    const headers = new Headers(init.headers);
    const raw = init.body ?? new ArrayBuffer(0);
    const body = typeof raw === "string" ? new TextEncoder().encode(raw) : new Uint8Array(raw);
    const wrong = fault(init.method, path);
    if (wrong === "lost") throw new TypeError("fetch failed");
    if (wrong === "portal") {
      return new Response("<html>Free Wi-Fi!</html>", { headers: { "Content-Type": "text/html" } });
    }
    if (wrong === 503) return new Response("{}", { status: 503 });
    const sent = wrong === "cut" ? body.slice(0, Math.floor(body.length / 2)) : body;
    let answer = server.handle(init.method, path, headers, sent);
    if (wrong === "twice") answer = server.handle(init.method, path, headers, sent);
    if (wrong === "answer lost" || wrong === "cut") throw new TypeError("fetch failed");
    const empty = init.method === "HEAD" || answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : answer.body, answer);
  };
}
