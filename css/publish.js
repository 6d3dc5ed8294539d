// Turns Tailwind's output into the committed file: fonts and sheet get the hash of their content into their
// names, so that browsers may keep them for ever, and the templates' one <link> is written anew.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const hash = (data) => createHash("sha256").update(data).digest("hex").slice(0, 12);
const packages = ["@fontsource/im-fell-double-pica", "@fontsource-variable/eb-garamond"];

function clear(folder, pattern) {
  mkdirSync(at(folder), { recursive: true });
  for (const name of readdirSync(at(folder))) if (pattern.test(name)) rmSync(at(folder, name));
}

function publishFont(name) {
  const data = readFileSync(at("node_modules/.fonts", name));
  const published = name.replace(/\.woff2$/, `.${hash(data)}.woff2`);
  writeFileSync(at("static/fonts", published), data);
  return published;
}

clear("static/fonts", /\.woff2$/);
clear("static/css", /^starloom\..*\.css(\.gz|\.br)?$/);

const built = readFileSync(at("node_modules/.built.css"), "utf8");
const sheet = built.replace(/(\.\.\/fonts\/)([\w.-]+\.woff2)/g, (_, path, name) => path + publishFont(name));
const name = `starloom.${hash(sheet)}.css`;
writeFileSync(at("static/css", name), sheet);
// Whitenoise hands these out to browsers that take them, without any work of its own.
writeFileSync(at("static/css", `${name}.gz`), gzipSync(sheet, { level: 9 }));
writeFileSync(at("static/css", `${name}.br`), brotliCompressSync(sheet));
writeFileSync(
  at("templates/_stylesheet.html"),
  `{% load static %}<link rel="stylesheet" href="{% static 'css/${name}' %}">\n`,
);
const licences = packages.map((one) => readFileSync(at("node_modules", one, "LICENSE"), "utf8").trim());
writeFileSync(at("static/fonts/OFL.txt"), `${licences.join("\n\n\n")}\n`);
console.log(`static/css/${name}: ${(sheet.length / 1024).toFixed(1)} KiB`);
