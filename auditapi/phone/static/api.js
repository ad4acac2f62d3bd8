// Talks to the server. Never throws for what a network does: every end of a request is a Reply,
// and status 0 means «no answer of our server», whatever it was that answered.

/** @import { Reply } from "./types.js" */

export const API = "/api/v1";

/**
 * @typedef {object} Ask
 * @property {any} [json] sent as JSON
 * @property {ArrayBuffer | Uint8Array<ArrayBuffer>} [bytes] sent as they are
 * @property {Record<string, string>} [headers]
 * @property {number} [seconds] to wait for an answer
 * @property {boolean} [keepalive] finish even when the page goes away
 */

/**
 * @param {object} wiring
 * @param {() => string | undefined} wiring.token
 * @param {typeof globalThis.fetch} [wiring.fetch]
 * @param {string} [wiring.base] where the server is; the app's own origin unless said
 */
export function makeApi({ token, fetch = globalThis.fetch.bind(globalThis), base = "" }) {
  /** @param {string} method @param {string} path @param {Ask} [ask] @returns {Promise<Reply>} */
  return async function request(method, path, ask = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...ask.headers };
    const known = token();
    if (known) headers.Authorization = `Bearer ${known}`;
    if (ask.json !== undefined) headers["Content-Type"] = "application/json";
    const body = ask.json !== undefined ? JSON.stringify(ask.json) : ask.bytes;
    try {
      const answer = await fetch(base + API + path, {
        method, headers, body,
        cache: "no-store",
        credentials: "omit",
        // A captive portal likes to send people elsewhere; our server never does.
        redirect: "error",
        keepalive: ask.keepalive ?? false,
        signal: AbortSignal.timeout((ask.seconds ?? 30) * 1000),
      });
      return await reply(answer);
    } catch {
      return noAnswer();
    }
  };
}

/** @typedef {ReturnType<typeof makeApi>} Api */

/** @returns {Reply} */
function noAnswer() {
  const headers = { get: () => null };
  return { status: 0, type: "", title: "", json: null, headers, retryAfter: null };
}

/** @param {Response} answer @returns {Promise<Reply>} */
async function reply(answer) {
  const { status, headers } = answer;
  const kind = headers.get("Content-Type") ?? "";
  const text = status === 204 || status === 304 ? "" : await answer.text();
  let json = null;
  if (/^application\/(problem\+)?json\b/.test(kind)) {
    try {
      json = JSON.parse(text);
    } catch {
      return noAnswer(); // cut on the way
    }
  } else if (text) {
    // Our server speaks JSON, in errors too: HTML is somebody else's page. A proxy's own 5xx
    // page keeps its status, it means «later» all the same.
    return status >= 500 ? { ...noAnswer(), status, retryAfter: after(headers) } : noAnswer();
  }
  const type = typeof json?.type === "string" ? json.type : "";
  const title = typeof json?.title === "string" ? json.title : "";
  return { status, type, title, json, headers, retryAfter: after(headers) };
}

/** The tag to send back in If-Match, which takes no weak ones. Ours are of the very bytes; a proxy
 * that packs answers marks them weak on their way.
 * @param {Reply} reply */
export function tagOf(reply) {
  return reply.headers.get("ETag")?.replace(/^W\//, "") ?? null;
}

/** Seconds of a Retry-After header, which may be a number or a date.
 * @param {{get(name: string): string | null}} headers */
function after(headers) {
  const said = headers.get("Retry-After");
  if (!said) return null;
  if (/^\d+$/.test(said.trim())) return Number(said);
  const at = Date.parse(said);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}
