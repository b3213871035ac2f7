/** Inside the mouth: teeth, gums, tongue and the dark behind them. */

import * as THREE from "three";
import { bell, clamp, ease, mix } from "./numbers.ts";
import { UPPER_TEETH } from "./lips.ts";
import type { Jaw } from "./skin.ts";
import type { Expressions } from "./weights.ts";

/** A mesh whose vertices are set anew from places at rest. */
class Soft {
  readonly mesh: THREE.Mesh;
  readonly rest: Float32Array;
  readonly positions: Float32Array;

  constructor(geometry: THREE.BufferGeometry, material: THREE.Material) {
    const place = geometry.getAttribute("position") as THREE.BufferAttribute;
    this.positions = place.array as Float32Array;
    this.rest = this.positions.slice();
    place.setUsage(THREE.DynamicDrawUsage);
    this.mesh = new THREE.Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  show(): void {
    this.mesh.geometry.getAttribute("position").needsUpdate = true;
    this.mesh.geometry.computeVertexNormals();
  }
}

export class Inside {
  readonly group = new THREE.Group();
  private readonly upper: Soft;
  private readonly lower: Soft;
  private readonly tongue: Soft;
  private readonly cavity: Soft;

  constructor() {
    const enamel = new THREE.MeshLambertMaterial({ vertexColors: true, side: THREE.DoubleSide });
    this.upper = new Soft(teeth(true), enamel);
    this.lower = new Soft(teeth(false), enamel);
    this.tongue = new Soft(tongueShape(), new THREE.MeshLambertMaterial({ vertexColors: true }));
    const cavity = new THREE.SphereGeometry(1, 24, 18);
    cavity.scale(3.6, 2.1, 3.0).translate(0, -3.9, 3.3);
    this.cavity = new Soft(cavity, new THREE.MeshBasicMaterial({ color: 0x3a0f12, side: THREE.BackSide }));
    this.group.add(this.upper.mesh, this.lower.mesh, this.tongue.mesh, this.cavity.mesh);
  }

  apply(expressions: Expressions, jaw: Jaw): void {
    this.place(this.upper, expressions, "U", null);
    this.place(this.lower, expressions, "D", jaw);
    this.moveTongue(expressions, jaw);
    const { rest, positions } = this.cavity;
    positions.set(rest);
    for (let at = 0; at < rest.length; at += 3)
      jaw.move(positions, at, clamp((-2.4 - rest[at + 1]) / 2.2) * ease(7, 3, rest[at + 2]) * 0.8);
    this.cavity.mesh.geometry.getAttribute("position").needsUpdate = true;
  }

  private place(part: Soft, expressions: Expressions, row: "U" | "D", jaw: Jaw | null): void {
    const between = (one: string, other: string): number =>
      expressions.get(`${one}${row}`) - expressions.get(`${other}${row}`);
    const shift = [
      0.3 * between("teethLeft", "teethRight"),
      0.35 * between("teethUp", "teethDown"),
      0.4 * between("teethFwd", "teethBack"),
    ];
    for (let at = 0; at < part.rest.length; at += 3) {
      for (let axis = 0; axis < 3; axis += 1) part.positions[at + axis] = part.rest[at + axis] + shift[axis];
      jaw?.move(part.positions, at, 1);
    }
    part.show();
  }

  private moveTongue(expressions: Expressions, jaw: Jaw): void {
    const of = (name: string): number => expressions.get(name);
    const out = 3.2 * of("tongueOut") - 1.1 * of("tongueIn");
    const up = of("tongueUp") - of("tongueDown") + 0.4 * of("tonguePress");
    // On its way out the tongue lies on the lower teeth and the lip, and hangs over it.
    const lift = 1.05 * of("tongueOut");
    const tip = of("tongueTipUp") - of("tongueTipDown");
    const bend = of("tongueBendUp") - of("tongueBendDown");
    const aside = of("tongueLeft") - of("tongueRight");
    const tipAside = of("tongueTipLeft") - of("tongueTipRight");
    const twist = 0.7 * (of("tongueTwistLeft") - of("tongueTwistRight"));
    const wide = 1 + 0.3 * (of("tongueWide") - of("tongueNarrow"));
    const thick = 1 + 0.45 * (of("tongueThick") - of("tongueThin"));
    const roll = of("tongueRoll");
    const { rest, positions } = this.tongue;
    for (let at = 0; at < rest.length; at += 3) {
      const along = clamp((rest[at + 2] - 1.5) / 4.7);
      const front = along * along;
      const x = rest[at] * wide;
      const y = (rest[at + 1] + 4.95) * thick + 0.55 * roll * Math.abs(x) * front;
      const [sine, cosine] = [Math.sin(twist * front), Math.cos(twist * front)];
      positions[at] = x * cosine - y * sine + 0.7 * aside * along + 0.7 * tipAside * front * along;
      positions[at + 1] =
        -4.95 +
        x * sine +
        y * cosine +
        0.55 * up * bell(along - 0.55, 0.5) +
        1.15 * tip * front * along +
        0.8 * bend * front +
        lift * (ease(0.2, 0.7, along) - 0.9 * ease(0.78, 1.1, along));
      positions[at + 2] = rest[at + 2] + out * mix(0.4, 1, along) - 0.3 * Math.max(0, tip) * front;
      jaw.move(positions, at, 1 - 0.25 * clamp(tip) * front);
    }
    this.tongue.show();
  }
}

const TOOTH_WIDTHS = [0.46, 0.38, 0.42, 0.4, 0.4, 0.54, 0.54];
const UPPER_LENGTHS = [0.98, 0.92, 0.95, 0.82, 0.76, 0.7, 0.65];
const LOWER_LENGTHS = [0.75, 0.78, 0.82, 0.75, 0.7, 0.7, 0.65];

/** A row of teeth along an arch, with the gum above (below) it. */
function teeth(isUpper: boolean): THREE.BufferGeometry {
  const away = isUpper ? 1 : -1;
  const edgeY = isUpper ? UPPER_TEETH.y - 0.05 : -4.3;
  const scale = isUpper ? 1 : 0.88;
  const places: number[] = [];
  const colors: number[] = [];
  const index: number[] = [];
  const rows = 9;
  const steps: { along: number; tooth: number; within: number }[] = [];
  for (let side = -1; side <= 1; side += 2) {
    let along = 0;
    for (let tooth = 0; tooth < TOOTH_WIDTHS.length; tooth += 1) {
      for (let step = 0; step <= 6; step += 1) {
        steps.push({
          along: side * (along + (TOOTH_WIDTHS[tooth] * scale * step) / 6),
          tooth,
          within: step / 6,
        });
      }
      along += TOOTH_WIDTHS[tooth] * scale;
    }
  }
  steps.sort((a, b) => a.along - b.along);
  for (const { along, tooth, within } of steps) {
    const { x, z } = arch(along, isUpper);
    // Shallow gaps and a nearly straight edge: what is finer than a pixel flickers.
    // Towards the corners of the mouth the upper edge lies a little lower, so that no gap shows above the lip.
    const side = isUpper ? 0.12 * ease(0.8, 2.2, Math.abs(along)) : 0;
    const round = Math.sin(Math.PI * clamp(within, 0.06, 0.94)) ** 0.4;
    const length = (isUpper ? UPPER_LENGTHS : LOWER_LENGTHS)[tooth];
    for (let row = 0; row < rows; row += 1) {
      const share = row / (rows - 1);
      const crown = clamp(share / 0.55);
      const isGum = share > 0.55;
      const corner = (1 - round) * 0.03 * bell(crown, 0.3) - side * (1 - crown);
      const y = edgeY + away * (isGum ? length + (share - 0.55) * 1.8 : crown * length + corner);
      const bulge = isGum
        ? 0.06
        : (0.07 * round - 0.04) * (1 - 0.3 * crown) + 0.06 * Math.sin(Math.PI * crown);
      const lean = -0.1 * (1 - crown) * (isUpper ? -1 : 1) * 0.5;
      const length2 = Math.hypot(x, z - 3.2);
      places.push(x + (bulge * x) / length2, y, z + (bulge * (z - 3.2)) / length2 + lean);
      const shade = isGum
        ? [0.66, 0.3, 0.32]
        : [0.93, 0.9, 0.83].map((value) => value * mix(0.82, 1, round) * (1 - 0.08 * tooth));
      colors.push(...shade);
    }
  }
  for (let step = 0; step + 1 < steps.length; step += 1) {
    for (let row = 0; row + 1 < rows; row += 1) {
      const a = step * rows + row;
      index.push(a, a + rows, a + 1, a + 1, a + rows, a + rows + 1);
    }
  }
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(places, 3));
  geometry.setAttribute("color", new THREE.Float32BufferAttribute(colors, 3));
  geometry.setIndex(index);
  geometry.computeVertexNormals();
  return geometry;
}

/** A place on the arch of the teeth, `along` it from the middle. */
function arch(along: number, isUpper: boolean): { x: number; z: number } {
  const [halfWidth, depth] = isUpper ? [2.8, 2.6] : [2.6, 2.5];
  const front = isUpper ? 6.82 : 6.62;
  // Arc length of a half ellipse, near enough.
  const angle = along / ((halfWidth + depth) / 2.15);
  return { x: halfWidth * Math.sin(angle), z: front - depth * (1 - Math.cos(angle)) };
}

function tongueShape(): THREE.BufferGeometry {
  const geometry = new THREE.SphereGeometry(1, 28, 24);
  geometry.rotateX(Math.PI / 2);
  const place = geometry.getAttribute("position");
  const colors: number[] = [];
  for (let i = 0; i < place.count; i += 1) {
    const [x, y, z] = [place.getX(i), place.getY(i), place.getZ(i)];
    const along = (z + 1) / 2;
    const flat = y > 0 ? 0.5 - 0.16 * bell(x, 0.25) * ease(0.15, 0.5, along) : 0.42;
    place.setXYZ(i, x * 1.35 * (1 - 0.18 * along), -4.95 + y * flat, 1.5 + along * 4.6);
    // Little light comes to its root.
    const light = mix(0.35, 1, ease(0.3, 1, along));
    colors.push(0.4 * light, 0.085 * light, 0.1 * light);
  }
  geometry.setAttribute("color", new THREE.Float32BufferAttribute(colors, 3));
  return geometry;
}
