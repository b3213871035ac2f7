// Builds the page into one file: node build.mjs [--check]
// With --check it compares with the file that is there and fails if it is another.

import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const target = new URL("built/page.html", here);

const { outputFiles } = await build({
  absWorkingDir: here.pathname,
  entryPoints: ["src/main.ts"],
  outdir: "built",
  bundle: true,
  write: false,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "inline",
});
const text = (extension) => outputFiles.find((file) => file.path.endsWith(extension)).text.trim();
// In a page, only the end tag ends a script.
const script = text(".js").replaceAll("</script", "<\\/script");
const page = (await readFile(new URL("page.html", here), "utf8"))
  .replace("/* STYLE */", () => text(".css"))
  .replace("/* SCRIPT */", () => script);

if (process.argv.includes("--check")) {
  const there = await readFile(target, "utf8").catch(() => "");
  if (there !== page) {
    console.error(
      `built/page.html is not what its sources build (${there.length} characters, wanted ${page.length}): npm run build`,
    );
    process.exit(1);
  }
  console.log(`built/page.html is what its sources build: ${page.length} characters`);
} else {
  await mkdir(new URL("built/", here), { recursive: true });
  await writeFile(target, page);
  console.log(`built/page.html: ${page.length} characters`);
}
