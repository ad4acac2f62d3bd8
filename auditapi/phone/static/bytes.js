// Digests, identifiers and moments: the small arithmetic under everything that is kept or sent.

/** SHA-256 of bytes. @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of bytes, as 64 hexadecimal digits.
 * @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
export async function sha256Hex(bytes) {
  return hex(await sha256(bytes));
}

/** The value of a Content-Digest header (RFC 9530) over these bytes.
 * @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
export async function contentDigest(bytes) {
  return `sha-256=:${btoa(String.fromCharCode(...(await sha256(bytes))))}:`;
}

/** A UUID of version 7: sortable by the moment it was made (RFC 9562).
 * @param {number} [now] milliseconds since 1970 */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = now;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = hex(bytes);
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts.slice(1).map((end, n) => digits.slice(cuts[n], end)).join("-");
}

/** A moment as RFC 3339 with the phone's offset from UTC, to the second.
 * @param {number} [at] milliseconds since 1970 */
export function moment(at = Date.now()) {
  const offset = -new Date(at).getTimezoneOffset();
  const local = new Date(at + offset * 60000).toISOString().slice(0, 19);
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

/** gzip, where the browser can and it is worth it; else nothing.
 * @param {ArrayBuffer} bytes @returns {Promise<ArrayBuffer | null>} */
export async function gzip(bytes) {
  if (typeof CompressionStream === "undefined" || bytes.byteLength < 2048) return null;
  const squeezed = new Response(bytes).body?.pipeThrough(new CompressionStream("gzip"));
  return squeezed ? new Response(squeezed).arrayBuffer() : null;
}

/** Metres between two places on the ground (haversine; the earth as a ball).
 * @param {{latitude: number, longitude: number}} a
 * @param {{latitude: number, longitude: number}} b */
export function metres(a, b) {
  const rad = Math.PI / 180;
  const north = ((b.latitude - a.latitude) * rad) / 2;
  const east = ((b.longitude - a.longitude) * rad) / 2;
  const chord =
    Math.sin(north) ** 2 +
    Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(east) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(chord)));
}
