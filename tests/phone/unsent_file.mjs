// Prints the file that the phone would save: one sealed audit, one draft, a photo each.
// node unsent_file.mjs PERSON_ID: the documents' contents come as JSON on standard input.

import { readFileSync } from "node:fs";
import { lines } from "../../auditapi/phone/static/export.js";
import { begun, phone, photo, submit } from "./unit/people.mjs";
import { Server } from "./unit/server.mjs";

const [id] = process.argv.slice(2);
const { sealed, begunWork, pictures } = JSON.parse(readFileSync(0, "utf8"));
const { storage } = await phone(new Server());

/** A draft of what Python made up, with one of its pictures. */
async function work(content, picture) {
  const one = await begun(storage, [], content);
  const bytes = new Uint8Array(Buffer.from(picture, "base64")).buffer;
  const added = await photo(bytes, "A3");
  one.photos = [added];
  one.revision = await storage.saveDraft(one, { bytes, thumb: null, photo: added });
  return one;
}

await submit(storage, await work(sealed, pictures[0]));
await work(begunWork, pictures[1]);
for await (const line of lines(storage, { id, name: "Cleo" }, Date.now())) {
  process.stdout.write(JSON.stringify(line) + "\n");
}
