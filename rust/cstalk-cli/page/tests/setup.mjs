// What the tests share: a browser, a running studio, the recording.
// CSTALK names the built command, CHROMIUM the browser; `cargo xtask test page` sets both.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));
export const speech = join(root, "tests/fixtures/speech/german_sentence.wav");
const cstalk = process.env.CSTALK ?? join(root, "target/debug/cstalk");
const environment = { ...process.env, CSTALK_MODELS: join(root, "Content/Models") };

export const folder = mkdtempSync(join(tmpdir(), "cstalk-page-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Runs the command in the tests' own folder. */
export const run = (...words) =>
  execFileSync(cstalk, words, { cwd: folder, env: environment, encoding: "utf8" });

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

/** Starts a studio; returns its address and how to end it. */
export async function startStudio(...words) {
  const child = spawn(cstalk, ["studio", ...words], { cwd: folder, env: environment });
  let said = "";
  const address = await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      said += text;
      const found = /http:\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.stderr.on("data", (text) => (said += text));
    child.on("exit", (code) => reject(new Error(`cstalk studio ended with ${code}: ${said}`)));
  });
  return { address, end: () => child.kill() };
}

/** A page on which every error that nobody caught fails the test that looks at `errors`. */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const errors = [];
  const requests = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(address);
  return { page, errors, requests };
}

/** Waits until the curves of the settings are there. */
export const settled = (page) =>
  page.waitForFunction(
    () => window.cstalk.studio?.viewer && window.cstalk.studio.tookMs > 0 && window.cstalk.studio.isSettled,
    null,
    { timeout: 60_000 },
  );

/** Moves a slider as a person does, and waits for the curves. */
export async function slide(page, selector, value) {
  await page
    .locator(selector)
    .first()
    .evaluate((input, to) => {
      input.value = String(to);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, value);
  await settled(page);
}

/** What the page shows at a time: rows, the place of skin points, pixels. */
export async function look(page, seconds) {
  return page.evaluate(async (time) => {
    const viewer = window.cstalk.viewer ?? window.cstalk.studio.viewer;
    await viewer.player.seek(time);
    viewer.refresh();
    const pictures = viewer.measured.pictures;
    while (viewer.measured.pictures === pictures)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    const canvas = document.querySelector("canvas.face");
    const flat = document.createElement("canvas");
    [flat.width, flat.height] = [96, 96];
    flat.getContext("2d").drawImage(canvas, 0, 0, 96, 96);
    const pixels = [...flat.getContext("2d").getImageData(0, 0, 96, 96).data];
    return {
      pixels,
      skin: [...viewer.face.skin.positions],
      gapCm: viewer.face.lipGapCm,
      row: [...viewer.row],
    };
  }, seconds);
}

/** Largest difference between two lists of numbers. */
export const farthest = (one, other) =>
  one.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index])), 0);
/** Share of numbers that differ by more than `least`. */
export const changed = (one, other, least) =>
  one.filter((value, index) => Math.abs(value - other[index]) > least).length / one.length;
