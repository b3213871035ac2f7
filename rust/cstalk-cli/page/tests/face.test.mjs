// The face itself, in a preview that is opened from a file without a network.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { farthest, folder, look, openBrowser, openPage, run, speech } from "./setup.mjs";
import { glbWithMorph } from "./glb.mjs";

describe("preview", () => {
  let browser, page, errors, requests;

  before(async () => {
    run("animate", speech, "-o", "curves.csv", "--rig", "board", "--preview", "voice.html");
    browser = await openBrowser();
    ({ page, errors, requests } = await openPage(browser, `file://${join(folder, "voice.html")}`, {
      offline: true,
    }));
    await page.waitForFunction(() => window.cstalk.viewer?.measured.pictures > 0, null, { timeout: 30_000 });
  });
  after(() => browser?.close());

  test("needs nothing but itself", async () => {
    assert.equal(await page.evaluate(() => window.cstalk.viewer.rows.count), 330);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("file:")),
      [],
    );
    assert.deepEqual(errors, []);
    assert.ok((await page.locator(".curve:visible").count()) > 5);
  });

  test("lips are shut where the engine shuts them, and open where it opens them", async () => {
    const gaps = await page.evaluate(() => {
      const { viewer } = window.cstalk;
      const row = new Float32Array(viewer.rows.length);
      return Array.from({ length: viewer.rows.count }, (_, index) => {
        viewer.rows.at(index / viewer.rows.rate, row);
        viewer.expressions.read(row);
        viewer.face.apply(viewer.expressions, viewer.expressions.pose());
        return { engineMm: viewer.rows.gapMm(index), faceMm: 10 * viewer.face.lipGapCm };
      });
    });
    const shut = gaps.filter(({ engineMm }) => engineMm < 0.5);
    const open = gaps.filter(({ engineMm }) => engineMm > 6);
    assert.ok(shut.length > 5 && open.length > 20, `${shut.length} shut, ${open.length} open`);
    assert.ok(Math.max(...shut.map(({ faceMm }) => faceMm)) < 0.5, "shut lips touch");
    assert.ok(Math.min(...open.map(({ faceMm }) => faceMm)) > 2, "open lips part");
  });

  test("every control of the board moves something", async () => {
    const still = await page.evaluate(() => {
      const { viewer } = window.cstalk;
      const { columns } = viewer.facts;
      const head = viewer.face.object;
      const places = () => {
        head.updateMatrixWorld(true);
        const all = [];
        head.traverse((part) => {
          if (!part.isMesh) return;
          const position = part.geometry.getAttribute("position");
          const point = position && head.position.clone();
          for (let i = 0; i < position.count; i += 1)
            all.push(...point.fromBufferAttribute(position, i).applyMatrix4(part.matrixWorld).toArray());
        });
        return Float64Array.from(all);
      };
      const row = new Float32Array(viewer.rows.length);
      const show = () => {
        viewer.expressions.read(row);
        viewer.face.apply(viewer.expressions, viewer.expressions.pose());
        return places();
      };
      const mouth = columns.findIndex(({ name }) => name === "CTRL_C_jaw.ty");
      const still = [];
      for (const [column, { name, min, max, up, down, region }] of columns.entries()) {
        for (const value of [min, max]) {
          const drives = region === "head" || (value > 0 ? up : down).length > 0;
          if (value === 0 || !drives) continue;
          // What closes the lips is seen on an open mouth.
          row.fill(0);
          row[mouth] = column === mouth ? 0 : 0.4;
          const before = show();
          row[column] = value;
          const after = show();
          let most = 0;
          for (let i = 0; i < before.length; i += 1) most = Math.max(most, Math.abs(after[i] - before[i]));
          if (most < 0.03) still.push(`${name} ${value}: ${most.toFixed(3)} cm`);
        }
      }
      return still;
    });
    assert.deepEqual(still, []);
  });

  test("the two sides of the face mirror each other", async () => {
    const asymmetry = await page.evaluate(() => {
      const { viewer } = window.cstalk;
      const weights = (side) => ({
        get: (name) =>
          name === `mouthCornerPull${side}` || name === `browRaiseOuter${side}` || name === `eyeBlink${side}`
            ? 1
            : 0,
      });
      const pose = { pitch: 0, yaw: 0, roll: 0, shift: [0, 0, 0] };
      const extent = (side) => {
        viewer.face.apply(weights(side), pose);
        const { positions } = viewer.face.skin;
        const { rest } = viewer.face.skin.sheet;
        let [sum, left] = [0, 0];
        for (let i = 0; i < positions.length; i += 3) {
          const moved = Math.hypot(
            positions[i] - rest[i],
            positions[i + 1] - rest[i + 1],
            positions[i + 2] - rest[i + 2],
          );
          sum += moved;
          if (rest[i] > 0) left += moved;
        }
        return { sum, left };
      };
      const [l, r] = [extent("L"), extent("R")];
      return {
        sums: Math.abs(l.sum - r.sum) / l.sum,
        sides: Math.abs(l.left - (r.sum - r.left)) / l.sum,
        own: l.left / l.sum,
      };
    });
    assert.ok(asymmetry.sums < 0.01 && asymmetry.sides < 0.01, JSON.stringify(asymmetry));
  });

  test("a mouth that narrows leaves no dent in the cheeks, and the lining of the lips stays behind the skin", async () => {
    const found = await page.evaluate(() => {
      const { viewer } = window.cstalk;
      const { skin } = viewer.face;
      const { sheet, positions } = skin;
      const pose = { pitch: 0, yaw: 0, roll: 0, shift: [0, 0, 0] };
      const show = (stems, weight) =>
        viewer.face.apply(
          { get: (name) => (stems.includes(name.replace(/[UD]?[LR]$/, "")) ? weight : 0) },
          pose,
        );
      // How far a place lies behind the head at rest, which is smoothed over 2 mm.
      const behind = (x, y, z) => {
        const { rest, fromLip } = sheet;
        let [sum, total] = [0, 0];
        for (let at = 0; at < rest.length; at += 3) {
          const far = Math.hypot(rest[at] - x, rest[at + 1] - y) / 0.2;
          if (far > 3 || rest[at + 2] < 2 || fromLip[at / 3] === 0) continue;
          const weight = Math.exp(-(far ** 2));
          [sum, total] = [sum + weight * rest[at + 2], total + weight];
        }
        return sum / total - z;
      };
      let dent = 0;
      show(["mouthFunnel", "mouthLipsPurse"], 0.5);
      for (let at = 0; at < positions.length; at += 3) {
        const [x, y, z] = sheet.rest.slice(at, at + 3);
        if (x < 2.5 || x > 4.5 || Math.abs(y + 4) > 2 || z < 2) continue;
        dent = Math.max(dent, behind(...positions.slice(at, at + 3)) - behind(x, y, z));
      }
      const out = [];
      const check = (name, outer, inner) => {
        for (const vertex of inner) {
          const [y, z] = [positions[3 * vertex + 1], positions[3 * vertex + 2]];
          for (let i = 0; i + 1 < outer.length; i += 1) {
            const [a, b] = [3 * outer[i], 3 * outer[i + 1]];
            const share = (y - positions[a + 1]) / (positions[b + 1] - positions[a + 1]);
            if (!(share >= 0 && share <= 1)) continue;
            const skinZ = positions[a + 2] + share * (positions[b + 2] - positions[a + 2]);
            if (z > skinZ) out.push(name);
          }
        }
      };
      const moves = [
        "Funnel",
        "LipsPurse",
        "LipsPress",
        "Press",
        "LowerLipBite",
        "UpperLipBite",
        "LipsTighten",
      ];
      for (const move of [...moves, "UpperLipRaise", "LowerLipDepress", "CornerPull", "CornerDepress"]) {
        for (const weight of [0.5, 1]) {
          show([`mouth${move}`], weight);
          for (const { upper, upperInner, lower, lowerInner } of sheet.lipColumns) {
            check(`${move} ${weight}`, upper, upperInner);
            check(`${move} ${weight}`, lower, lowerInner);
          }
        }
      }
      return { dent, out: [...new Set(out)] };
    });
    assert.ok(found.dent < 0.1, `cheeks sink in by ${found.dent.toFixed(2)} cm`);
    assert.deepEqual(found.out, []);
  });

  test("folds are dark while an expression folds the skin, and not after", async () => {
    const { lost, after } = await page.evaluate(() => {
      const { viewer } = window.cstalk;
      const { skin } = viewer.face;
      const pose = { pitch: 0, yaw: 0, roll: 0, shift: [0, 0, 0] };
      const dark = (wanted) => {
        viewer.face.apply({ get: (name) => (name === wanted ? 1 : 0) }, pose);
        let most = 0;
        skin.colors.forEach((value, i) => (most = Math.max(most, skin.sheet.colors[i] - value)));
        return most;
      };
      return { lost: ["noseWrinkleL", "browLateralR", "browRaiseInL"].map(dark), after: dark("none") };
    });
    assert.ok(Math.min(...lost) > 0.05, `${lost}`);
    assert.equal(after, 0);
  });

  test("a head from a file follows the curves; one without known names is refused", async () => {
    const follow = await page.evaluate(
      async (bytes) => {
        const { viewer } = window.cstalk;
        const count = await viewer.useGlb(Uint8Array.from(bytes).buffer);
        const row = new Float32Array(viewer.rows.length);
        const mouth = viewer.facts.columns.findIndex(({ name }) => name === "CTRL_C_jaw.ty");
        const influences = [];
        viewer.character.object.traverse(
          (part) => part.morphTargetInfluences && influences.push(part.morphTargetInfluences),
        );
        row[mouth] = 0.6;
        viewer.expressions.read(row);
        viewer.character.apply(viewer.expressions, viewer.expressions.pose());
        return { count, influences: influences.map((list) => [...list]) };
      },
      glbWithMorph(["CTRL_expressions_jawOpen", "somethingElse"]),
    );
    assert.equal(follow.count, 1);
    assert.ok(
      Math.abs(follow.influences[0][0] - 0.6) < 1e-6 && follow.influences[0][1] === 0,
      JSON.stringify(follow),
    );
    const problem = await page.evaluate(
      (bytes) => window.cstalk.viewer.useGlb(Uint8Array.from(bytes).buffer).catch((error) => error.message),
      glbWithMorph(["a", "b"]),
    );
    assert.match(String(problem), /wanted a head with morph targets/);
    await page.evaluate(() => window.cstalk.viewer.useOwnFace());
  });

  test("the mouth is seen to move through the sentence", async () => {
    const [a, m] = [await look(page, 2.94), await look(page, 3.04)];
    assert.ok(a.gapCm > 0.5 && m.gapCm < 0.05, `${a.gapCm} ${m.gapCm}`);
    assert.ok(farthest(a.pixels, m.pixels) > 40);
  });
});
