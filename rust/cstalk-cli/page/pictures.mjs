// Takes the pictures of docs/studio.md: node pictures.mjs (after `cargo build -p cstalk-cli`).

import { join } from "node:path";
import {
  openBrowser,
  openPage,
  root,
  run,
  settled,
  slide,
  speech,
  startStudio,
  folder,
} from "./tests/setup.mjs";

const EMOTIONS = ["neutral", "happy", "sad", "angry", "surprised", "disgusted"];
const FACE = { width: 250, height: 270 };
/** Pictures are drawn this much larger than they are shown. */
const DRAWN = 2.4;
/** Emotions are shown where the speech rests. */
const PAUSE_S = 3.3;

const browser = await openBrowser();
const shots = [];

/** The face of a preview at a time, chosen by what its curves do. */
async function shoot(words, choose, label, group) {
  run(
    "animate",
    speech,
    "-o",
    "c.csv",
    "--blinks",
    "off",
    "--gaze",
    "off",
    "--head-motion",
    "0",
    ...words,
    "--preview",
    "p.html",
  );
  const { page } = await openPage(browser, `file://${join(folder, "p.html")}`, { deviceScaleFactor: 2 });
  await page.waitForFunction(() => window.cstalk.viewer?.measured.pictures > 0);
  const picture = await page.evaluate(
    async ({ choose, size, pause }) => {
      const { viewer } = window.cstalk;
      const { rows, facts } = viewer;
      const column = (name) => facts.columns.findIndex((candidate) => candidate.name === `CTRL_${name}.ty`);
      const best = (score) =>
        Array.from({ length: rows.count - 30 }, (_, row) => row + 15).reduce((a, b) =>
          score(b) > score(a) ? b : a,
        );
      const value = (row, name) => rows.value(row, column(name));
      const score = {
        m: (row) => value(row, "L_mouth_lipsTogetherU") + value(row, "L_mouth_lipsPressU"),
        a: (row) => value(row, "C_jaw") - value(row, "L_mouth_purseU"),
        o: (row) =>
          value(row, "L_mouth_purseU") +
          value(row, "L_mouth_funnelU") -
          2 * value(row, "L_mouth_lipsTogetherU"),
        f: (row) => value(row, "L_mouth_lipBiteD"),
      }[choose];
      const time = score ? best(score) / rows.rate : pause;
      document.querySelector(".stage").style.cssText =
        `position:fixed;inset:0 auto auto 0;width:${size.width * size.drawn}px;height:${size.height * size.drawn}px;z-index:9`;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await viewer.player.seek(time);
      viewer.refresh();
      await new Promise((resolve) => setTimeout(resolve, 600));
      // Mouths are shown larger than faces.
      const [left, top, part] = score ? [0.2, 0.46, 0.6] : [0, 0, 1];
      const cut = document.createElement("canvas");
      [cut.width, cut.height] = [
        viewer.canvas.width * part,
        viewer.canvas.height * part * (score ? 0.75 : 1),
      ];
      cut.getContext("2d").drawImage(viewer.canvas, -left * viewer.canvas.width, -top * viewer.canvas.height);
      return cut.toDataURL();
    },
    { choose, size: { ...FACE, drawn: DRAWN }, pause: PAUSE_S },
  );
  shots.push({ picture, label, group });
  await page.context().close();
}

for (const emotion of EMOTIONS) await shoot(["--emotion", `${emotion}=1`], null, emotion, "emotions");
for (const sound of ["m", "a", "o", "f"]) await shoot([], sound, sound, "mouths");

for (const group of ["emotions", "mouths"]) {
  const chosen = shots.filter((shot) => shot.group === group);
  const columns = group === "emotions" ? 3 : 4;
  const { page } = await openPage(browser, "about:blank", {
    viewport: { width: columns * FACE.width, height: 10 },
  });
  await page.setContent(
    `<body style="margin:0;background:#dfe3e6;font:15px sans-serif;display:grid;grid-template-columns:repeat(${columns},1fr)">${chosen
      .map(
        ({ picture, label }) =>
          `<div style="position:relative"><img src="${picture}" width="${FACE.width}" style="display:block"><b style="position:absolute;left:8px;top:4px">${label}</b></div>`,
      )
      .join("")}`,
  );
  await page.screenshot({ path: join(root, `docs/pictures/studio-${group}.png`), fullPage: true });
}

const studio = await startStudio(speech);
const { page } = await openPage(browser, studio.address, {
  viewport: { width: 1280, height: 800 },
  colorScheme: "light",
  deviceScaleFactor: 2,
});
await settled(page);
const at = (time) =>
  page.evaluate(async (to) => {
    await window.cstalk.studio.viewer.player.seek(to);
    window.cstalk.studio.viewer.refresh();
  }, time);
await at(1);
await page.click("#key-add");
await at(2.6);
await page.click("#key-add");
await slide(page, 'input[data-emotion="happy"]', 0.8);
await at(5);
await page.click("#key-add");
await slide(page, 'input[data-emotion="happy"]', 0.1);
await slide(page, 'input[data-emotion="surprised"]', 0.7);
await at(2.94);
await page.waitForTimeout(1200);
await page.screenshot({ path: join(root, "docs/pictures/studio.png"), scale: "css" });
await browser.close();
studio.end();
