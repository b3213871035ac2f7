// Phones and words below the sound, in the studio and in a preview.

import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { folder, openBrowser, openPage, run, settled, speech, startStudio } from "./setup.mjs";

// Some of the phones of the sentence. The lips are shut in "Vorliebe", "langsame" and "melodiöse"; the p is made up.
const PHONES = [
  [0.6, 0.66, "pʰ"],
  [2.26, 2.34, "b̥"],
  [2.8, 2.98, "aː"],
  [2.98, 3.12, "mː"],
  [3.12, 3.2, "ə"],
  [3.2, 3.5, "sil"],
  [3.5, 3.6, "m"],
];
const WORDS = [
  [1.95, 2.4, "Vorliebe"],
  [2.6, 3.2, "langsame"],
];

/** A TextGrid in Praat's short form. */
const textGrid = (tiers) =>
  [
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n6.585\n<exists>',
    tiers.length,
    ...tiers.flatMap(([name, spans]) => [
      `"IntervalTier"\n"${name}"\n0\n6.585\n${spans.length}`,
      ...spans.map(([from, to, label]) => `${from}\n${to}\n"${label}"`),
    ]),
  ].join("\n");
const SENTENCE = textGrid([
  ["words", WORDS],
  ["phones", PHONES],
]);
const labelTrack = (spans) => spans.map((span) => span.join("\t")).join("\n");

const COUNTS = { phones: 6, words: 2, closures: 4, met: 3, missed: 1, open: 0 };

// In the page of a test.
const counts = () => (window.cstalk.viewer ?? window.cstalk.studio.viewer).markers.counts;
const legend = (page) => page.locator(".closures").evaluate((output) => output.value);

describe("markers", () => {
  let browser, studio, page, errors;

  before(async () => {
    for (const name of ["bare.wav", "marked.wav", "torn.wav"]) copyFileSync(speech, join(folder, name));
    writeFileSync(join(folder, "marked.TextGrid"), SENTENCE);
    writeFileSync(join(folder, "torn.TextGrid"), SENTENCE.slice(0, -5));
    // What the aligner read lies beside the recording, too.
    writeFileSync(join(folder, "bare.lab"), "Besonders hervorzuheben\n");
    studio = await startStudio("bare.wav", "marked.wav", "torn.wav");
    browser = await openBrowser();
    ({ page, errors } = await openPage(browser, studio.address));
    await settled(page);
    await page.waitForFunction(() => !document.querySelector(".takes li.reading"));
  });
  after(async () => {
    await browser?.close();
    studio?.end();
  });

  const drop = (name, text) =>
    page.setInputFiles("#files", [{ name, mimeType: "text/plain", buffer: Buffer.from(text) }]);
  const said = (text) =>
    page.waitForFunction((wanted) => document.querySelector(".status").value.includes(wanted), text);
  const choose = async (name) => {
    await page.click(`.takes li:has(.name[title="${name}"])`);
    await settled(page);
  };
  /** Shows the colours of the boxes at times, and those of the theme. */
  const colors = (times) =>
    page.evaluate(async (wanted) => {
      const { viewer } = window.cstalk.studio;
      viewer.refresh();
      const pictures = viewer.measured.pictures;
      while (viewer.measured.pictures === pictures) await new Promise((go) => requestAnimationFrame(go));
      const { canvas } = viewer.waveform;
      const draw = canvas.getContext("2d");
      const ratio = canvas.width / canvas.clientWidth;
      const at = (x, y) => [...draw.getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data];
      const style = getComputedStyle(document.documentElement);
      const theme = (name) => {
        draw.fillStyle = style.getPropertyValue(`--${name}`);
        return [1, 3, 5].map((place) => parseInt(draw.fillStyle.slice(place, place + 2), 16));
      };
      // The lower edge of the phones is just above the bars.
      const phones = wanted.map((time) =>
        at(viewer.view.x(time, canvas.clientWidth), canvas.clientHeight - 10 - 1).slice(0, 3),
      );
      return { phones, shut: theme("shut"), error: theme("error"), height: canvas.clientHeight };
    }, times);

  test("a take without phones has none, and its transcript is no error", async () => {
    await choose("bare.wav");
    assert.equal((await page.evaluate(counts)).phones, 0);
    assert.ok(await page.locator(".closures").isHidden());
    assert.equal((await colors([])).height, 84);
    assert.equal(await page.locator('.takes li:has(.name[title="bare.wav"]) small').count(), 0);
  });

  test("phones beside the recording are shown, and each lip closure is met or missed", async () => {
    await choose("marked.wav");
    await page.waitForFunction(() => window.cstalk.studio.viewer.markers.counts.phones > 0);
    assert.deepEqual(await page.evaluate(counts), COUNTS);
    assert.equal(await legend(page), "3 of 4 lip closures met");
    const { phones, shut, error, height } = await colors([0.63, 3.05, 2.3, 3.3]);
    const near = (one, other) => one.every((value, index) => Math.abs(value - other[index]) < 24);
    assert.ok(near(phones[0], error), `missed: ${phones[0]}, wanted ${error}`);
    assert.ok(near(phones[1], shut), `met: ${phones[1]}, wanted ${shut}`);
    assert.ok(near(phones[2], shut), `met: ${phones[2]}, wanted ${shut}`);
    assert.ok(!near(phones[3], error) && !near(phones[3], shut), "a silence is no box");
    assert.equal(height, 84 + 29);
    // The boxes keep to their times when a part is shown large.
    await page.evaluate(() => window.cstalk.studio.viewer.view.show(2.9, 3.3));
    const large = await colors([2.93, 2.99, 3.11, 3.3]);
    assert.deepEqual(
      large.phones.map((color) => near(color, shut)),
      [false, true, true, false],
    );
    await page.evaluate(() => window.cstalk.studio.viewer.view.show(0, 7));
  });

  test("the phone that is heard is named, for screen readers too", async () => {
    const heardAt = async (time) => {
      await page.evaluate(async (to) => {
        const { viewer } = window.cstalk.studio;
        await viewer.player.seek(to);
        while (Math.abs(viewer.shownTime - to) > 1e-3) await new Promise((go) => requestAnimationFrame(go));
      }, time);
      return [
        await page.locator("output.phone").evaluate((output) => output.value),
        await page.locator("canvas.wave").getAttribute("aria-valuetext"),
      ];
    };
    assert.deepEqual(await heardAt(3.05), ["mː (langsame)", "3.05 s, mː (langsame), lip closure met"]);
    assert.deepEqual(await heardAt(0.63), ["pʰ", "0.63 s, pʰ, lip closure missed"]);
    assert.deepEqual(await heardAt(5), ["", null]);
    const box = await page.locator("canvas.wave").boundingBox();
    const over = async (time, fromBottom) => {
      await page.mouse.move(box.x + (time / 6.585) * box.width, box.y + box.height - fromBottom);
      return page.locator("canvas.wave").getAttribute("title");
    };
    assert.equal(await over(0.63, 17), "pʰ, 0.600 to 0.660 s, the lips are not shut");
    assert.equal(await over(2.9, 33), "langsame, 2.600 to 3.200 s");
    assert.match(await over(2.9, 60), /scrub/);
  });

  test("a broken file beside a recording is named there, and the take works", async () => {
    await choose("torn.wav");
    const text = await page.locator('.takes li:has(.name[title="torn.wav"])').textContent();
    assert.match(text, /torn\.TextGrid: line \d+: wanted .*, got the end of the file/);
    assert.equal((await page.evaluate(counts)).phones, 0);
    assert.equal(await page.evaluate(() => window.cstalk.studio.viewer.rows.count), 330);
  });

  test("a dropped file goes to the take of its name or the chosen one; a bad one changes nothing", async () => {
    await choose("bare.wav");
    await drop("torn.lab", "0.5 0.6 m\n0.6 0.7 a\n0.7 9 b");
    await said("torn.lab: 3 phones and 0 words for torn.wav");
    assert.equal((await page.evaluate(counts)).phones, 0, "another take is shown");
    await drop("other.txt", labelTrack(PHONES));
    await said("other.txt: 6 phones and 0 words for bare.wav");
    await page.waitForFunction(() => window.cstalk.studio.viewer.markers.counts.phones > 0);
    assert.deepEqual(await page.evaluate(counts), { ...COUNTS, words: 0 });
    await drop("odd.txt", "0.5 0.6 m\nmilk and bread");
    await said("odd.txt: line 2: wanted start, end and label");
    assert.ok(await page.locator(".status").evaluate((status) => status.classList.contains("error")));
    assert.deepEqual(await page.evaluate(counts), { ...COUNTS, words: 0 });
    await choose("torn.wav");
    await page.waitForFunction(() => window.cstalk.studio.viewer.markers.counts.phones === 3);
    assert.match(
      await page.locator('.takes li:has(.name[title="torn.wav"])').textContent(),
      /labels up to 9\.00 s, but the recording ends at 6\.5\d s/,
    );
    assert.deepEqual(errors, []);
  });

  test("lip closures are known in IPA, X-SAMPA, ARPABET and TIMIT", async () => {
    const closures = async (labels) => {
      await drop("torn.txt", labelTrack(labels.map((label, index) => [index * 0.06, (index + 1) * 0.06, label])));
      await page.waitForFunction((wanted) => {
        const { file } = window.cstalk.studio.viewer.markers;
        return file?.phones.map(([, , label]) => label).join(" ") === wanted;
      }, labels.join(" "));
      return page.evaluate(() =>
        [...window.cstalk.studio.viewer.markers.fates.keys()].map(([, , label]) => label),
      );
    };
    await choose("torn.wav");
    const ipa = ["p", "pʰ", "mʲ", "b̥", "m̩", "pː", "ɓ", "ᵐb", "k͡p", "ɡ͡b", "p͡f", "p̚", "ˈm", "pp", "pʼ"];
    assert.deepEqual(await closures([...ipa, "f", "v", "ɸ", "β", "ɱ", "n", "w", "o", "d", "ʙ̩"]), ipa);
    const sampa = ["p_h", "b_0", "m=", "m:", "p'", "b_<", "m_j", "pf"];
    assert.deepEqual(await closures([...sampa, "p\\", "B", "P", "M", "F", "@", "6", "a:"]), sampa);
    assert.deepEqual(await closures(["P", "B_I", "M", "EM", "AH0", "F", "IY1", "NG"]), ["P", "B_I", "M", "EM"]);
    assert.deepEqual(await closures(["bcl", "b", "pcl", "em", "dcl", "kcl", "ae", "py"]), [
      "bcl",
      "b",
      "pcl",
      "em",
      "py",
    ]);
    assert.deepEqual(errors, []);
  });

  test("a preview has the phones that lie beside the recording, or those that are named", async () => {
    writeFileSync(join(folder, "some.txt"), labelTrack(PHONES.slice(0, 2)));
    const words = ["--rig", "board", "-o", "curves.csv", "--preview", "phones.html"];
    for (const [more, wanted, text] of [
      [[], COUNTS, "3 of 4 lip closures met"],
      [
        ["--markers", "some.txt"],
        { phones: 2, words: 0, closures: 2, met: 1, missed: 1, open: 0 },
        "1 of 2 lip closures met",
      ],
    ]) {
      run("animate", "marked.wav", ...words, ...more);
      const preview = await openPage(browser, `file://${join(folder, "phones.html")}`, { offline: true });
      await preview.page.waitForFunction(() => window.cstalk.viewer?.measured.pictures > 0);
      assert.deepEqual(await preview.page.evaluate(counts), wanted);
      assert.equal(await legend(preview.page), text);
      assert.deepEqual(preview.errors, []);
      await preview.page.context().close();
    }
  });
});
