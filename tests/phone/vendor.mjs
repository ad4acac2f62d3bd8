// Makes auditapi/phone/static/vendor/ from the packages of package.json, or (--check) says
// whether what is committed is exactly that. The only change to a library is that bare imports
// become relative ones, so that a browser can load it without a build step or an import map.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const top = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const target = join(top, "auditapi", "phone", "static", "vendor");

const LIBRARIES = [
  { file: "preact.js", package: "preact", source: "dist/preact.mjs" },
  { file: "hooks.js", package: "preact", source: "hooks/dist/hooks.mjs" },
  { file: "htm.js", package: "htm", source: "dist/htm.module.js" },
  { file: "idb.js", package: "idb", source: "build/index.js" },
  { file: "signature_pad.js", package: "signature_pad", source: "dist/signature_pad.min.js" },
];

/** The committed form of one library. */
function vendored(library) {
  const folder = join(top, "node_modules", library.package);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const text = readFileSync(join(folder, library.source), "utf8")
    .replace(/from\s*"preact"/g, 'from"./preact.js"')
    .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
  const sha256 = createHash("sha256").update(text).digest("hex");
  const { version, license } = about;
  return {
    text,
    entry: { file: library.file, package: library.package, version, licence: license, sha256 },
  };
}

const made = LIBRARIES.map(vendored);
const list = JSON.stringify(made.map((one) => one.entry), null, 2) + "\n";
const packages = [...new Set(LIBRARIES.map((library) => library.package))];
const licences = packages.map((name) => {
  const text = readFileSync(join(top, "node_modules", name, "LICENSE"), "utf8").trim();
  return `${name}\n${"=".repeat(name.length)}\n\n${text}\n`;
});
const files = [
  ...made.map((one) => [one.entry.file, one.text]),
  ["vendor.json", list],
  ["LICENCES.txt", licences.join("\n\n")],
];

if (process.argv.includes("--check")) {
  const wrong = files.filter(([name, text]) => {
    try {
      return readFileSync(join(target, name), "utf8") !== text;
    } catch {
      return true;
    }
  });
  for (const [name] of wrong) console.error(`${name} is not what its package makes`);
  process.exit(wrong.length ? 1 : 0);
}
mkdirSync(target, { recursive: true });
for (const [name, text] of files) writeFileSync(join(target, name), text);
