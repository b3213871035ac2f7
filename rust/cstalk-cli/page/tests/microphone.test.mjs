// Live mode with a microphone: a virtual one of a private sound server, into which the recording is played.
// `cargo xtask test microphone` starts the server and runs this.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { openBrowser, openPage, settled, speech, startStudio } from "./setup.mjs";

const server = process.env.CSTALK_PRIVATE_SOUND_SERVER;
const pactl = (...words) => execFileSync("pactl", words, { encoding: "utf8" }).trim();

describe("microphone", { skip: server ? false : "needs a private sound server: cargo xtask test microphone" }, () => {
  let browser, studio, page, errors, cable;

  const plug = () => pactl("load-module", "module-null-sink", "sink_name=stage", "rate=48000");
  const live = (what) =>
    page.evaluate((name) => {
      const { rows } = window.cstalk.studio.viewer.live ?? {};
      if (!rows) return 0;
      const column = rows.facts.columns.findIndex((candidate) => candidate.name === name);
      let most = 0;
      for (let row = 0; row < rows.count; row += 1) most = Math.max(most, rows.value(row, column));
      return name === "count" ? rows.count : most;
    }, what);
  const until = (check, timeout = 20_000) => page.waitForFunction(check, null, { timeout });

  before(async () => {
    cable = plug();
    studio = await startStudio(speech);
    browser = await openBrowser();
    ({ page, errors } = await openPage(browser, studio.address));
    await settled(page);
  });
  after(async () => {
    await browser?.close();
    studio?.end();
    pactl("unload-module", cable);
  });

  test("is found, moves the face, shows its level, and is missed when it is unplugged", async () => {
    await page.focus("#live-source");
    await until(() => document.querySelectorAll("#live-source option").length > 1);
    const device = await page
      .locator("#live-source option")
      .evaluateAll((options) => options.map(({ value }) => value).find((value) => /stage/.test(value)));
    assert.ok(device, "the list names the cable");
    await page.selectOption("#live-source", device);
    await page.click("#live");
    await until(() => window.cstalk.studio.viewer.live?.rows.count > 25);
    assert.ok((await live("CTRL_C_jaw.ty")) < 0.1, "the mouth rests in silence");

    const player = spawn("paplay", ["--device=stage", speech], { stdio: "inherit" });
    const ended = new Promise((resolve) => player.on("exit", resolve));
    await until(() => document.querySelector("meter").value > -35);
    const began = { rows: await live("count"), at: Date.now() };
    await page.waitForTimeout(2_500);
    const perSecond = ((await live("count")) - began.rows) / ((Date.now() - began.at) / 1000);
    const behind = await page.locator("#live-delay").textContent();
    assert.equal(await ended, 0);
    assert.ok((await live("CTRL_C_jaw.ty")) > 0.2, "the jaw opened");
    assert.ok(perSecond > 35 && perSecond < 65, `${perSecond} rows a second`);
    assert.match(behind, /face \d+ ms behind the sound/);
    console.log(`MEASURED page with the virtual microphone: ${perSecond.toFixed(1)} rows a second; ${behind}`);

    // Unplugged: the page says what is missing and that it waits; plugged in again it goes on.
    pactl("unload-module", cable);
    await until(() => /wait|gone|not there|disappear/i.test(document.querySelector("#live-delay").value));
    const count = await live("count");
    cable = plug();
    await until(() => !/wait|gone|not there|disappear/i.test(document.querySelector("#live-delay").value));
    await page.waitForTimeout(500);
    assert.notEqual(await live("count"), count, "rows go on");
    await page.click("#live");
    await page.waitForFunction(() => window.cstalk.studio.viewer.live === null);
    assert.deepEqual(errors, []);
  });
});
