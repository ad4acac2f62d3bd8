// From a file of the camera to the bytes that are kept: upright, no longer than the longest side
// allowed, hashed; and a small copy for lists.

import { sha256Hex } from "./bytes.js";

export const LONG_SIDE = 1600;
const THUMB_SIDE = 240;
const QUALITY = 0.85;
const READABLE = ["image/jpeg", "image/png", "image/webp", "image/heic"];

/** The file is no picture that this phone or the server can read. */
export class NotAPhoto extends Error {}

/** Width and height that fit into a square, never larger than they are.
 * @param {number} width @param {number} height @param {number} side */
export function fitted(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A picture as JPEG, its longest side at most `side`.
 * @param {ImageBitmap} picture @param {number} side @returns {Promise<ArrayBuffer>} */
async function jpeg(picture, side) {
  const { width, height } = fitted(picture.width, picture.height, side);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  canvas.width = canvas.height = 0; // iOS gives canvas memory back only so
  if (!blob) throw new NotAPhoto();
  return /** @type {globalThis.Blob} */ (blob).arrayBuffer();
}

/** @param {File} file @param {{longSide?: number, originals?: boolean}} [wish]
 *   `originals`: the organisation wants the files as the camera made them */
export async function prepare(file, { longSide = LONG_SIDE, originals = false } = {}) {
  const original = await file.arrayBuffer();
  let picture = null;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // A format this browser can't show. The server reads HEIC; anything else is no photo.
    if (!READABLE.includes(file.type) || file.type !== "image/heic") throw new NotAPhoto();
  }
  const thumb = picture ? await jpeg(picture, THUMB_SIDE) : null;
  const keep = originals || !picture;
  const bytes = picture && !keep ? await jpeg(picture, longSide) : original;
  picture?.close();
  const sha256 = await sha256Hex(bytes);
  if (keep) return { bytes, thumb, media_type: file.type || "image/jpeg", sha256 };
  const original_sha256 = await sha256Hex(original);
  return { bytes, thumb, media_type: "image/jpeg", sha256, original_sha256 };
}

/** When a picture was taken: now for the camera, the file's own time for the gallery.
 * @param {File} file @param {"camera" | "gallery"} source @param {number} now */
export function takenAt(file, source, now) {
  return source === "gallery" && file.lastModified ? Math.min(file.lastModified, now) : now;
}
