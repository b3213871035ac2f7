/** Eyeballs and the lids that slide over them. */

import * as THREE from "three";
import { EYE, eyeBump } from "./sculpt.ts";
import { clamp, ease, mix } from "./numbers.ts";
import type { LidColumn, Sheet } from "./sheet.ts";
import type { Expressions } from "./weights.ts";

/** Degrees of eye rotation at weight 1. */
const LOOK_DEGREES = { across: 30, up: 24 } as const;
/** Thickness of a lid over the eyeball, in cm. */
const LID = 0.1;

interface Side {
  readonly name: "L" | "R";
  readonly sign: 1 | -1;
  readonly ball: THREE.Group;
  readonly pupil: THREE.Mesh;
}

export class Eyes {
  readonly group = new THREE.Group();
  private readonly sides: readonly Side[];
  /** Skin around the eyes, which must not sink into the eyeballs. */
  private readonly around: readonly number[];

  constructor(private readonly sheet: Sheet) {
    this.around = verticesAround(sheet);
    this.sides = (["L", "R"] as const).map((name) => {
      const sign = name === "L" ? 1 : -1;
      const { ball, pupil } = eyeball();
      ball.position.set(sign * EYE.x, EYE.y, EYE.z);
      this.group.add(ball, corner(sign));
      return { name, sign, ball, pupil };
    });
  }

  /** Turns the eyeballs and lays the lids. */
  apply(positions: Float32Array, expressions: Expressions): void {
    for (const side of this.sides) {
      const look = this.look(side, expressions);
      const lids = lidOpening(side.name, expressions, look.up);
      for (const column of this.sheet.lidColumns) {
        if (column.side === side.name) this.layLids(positions, side, column, lids);
      }
    }
    for (const at of this.around) {
      const onBall = onSphere(Math.abs(positions[at]) - EYE.x, positions[at + 1] - EYE.y, EYE.radius + 0.05);
      if (onBall !== null) positions[at + 2] = Math.max(positions[at + 2], EYE.z + onBall);
    }
  }

  private look(side: Side, expressions: Expressions): { up: number } {
    const of = (name: string): number => expressions.get(`${name}${side.name}`);
    const across = of("eyeLookLeft") - of("eyeLookRight");
    const up = of("eyeLookUp") - of("eyeLookDown");
    // Eyes that look at something near meet; parallel ones do not.
    const converge = side.sign * 1.5 * (1 - clamp(expressions.get("eyeParallelLookDirection")));
    side.ball.rotation.order = "YXZ";
    side.ball.rotation.y = THREE.MathUtils.degToRad(LOOK_DEGREES.across * across - converge);
    side.ball.rotation.x = THREE.MathUtils.degToRad(-LOOK_DEGREES.up * up);
    const pupil = clamp(1 + 0.35 * (of("eyePupilWide") - of("eyePupilNarrow")), 0.4, 1.6);
    side.pupil.scale.set(pupil, pupil, 1);
    return { up };
  }

  private layLids(positions: Float32Array, side: Side, column: LidColumn, lids: LidOpening): void {
    const bump = eyeBump(mix(EYE.inner, EYE.outer, column.share));
    const edge = 3 * column.upper[0];
    const line = this.sheet.rest[edge + 1];
    // The outer half of the lid opens a little more than the inner one, which gives an almond.
    const inward = ease(1, 0, column.share);
    const upperArch = bump ** (0.72 + 0.25 * inward);
    const lowerArch = bump ** 0.9;
    const meeting = line - 0.32 * bump;
    const upperY = mix(line + 0.98 * lids.upper * upperArch, meeting, lids.closed);
    const lowerOpen = line - 0.68 * lids.lower * lowerArch;
    const lowerY = Math.min(mix(lowerOpen, meeting, lids.closed), upperY - 0.015);
    this.layLid(positions, side, column.upper, upperY, 1);
    this.layLid(positions, side, column.lower, lowerY, -1);
  }

  /** Lays the rows of one lid between its edge and its fold, which pulls have moved already. */
  private layLid(
    positions: Float32Array,
    side: Side,
    rows: readonly number[],
    edgeY: number,
    up: 1 | -1,
  ): void {
    const fold = 3 * rows[rows.length - 1];
    const [foldX, foldY, foldZ] = [positions[fold], positions[fold + 1], positions[fold + 2]];
    const restEdge = 3 * rows[0];
    const edgeX = this.sheet.rest[restEdge] + 0.3 * (foldX - this.sheet.rest[fold]);
    const count = rows.length - 1;
    for (let row = 0; row < count; row += 1) {
      const at = 3 * rows[row];
      const share = row / count;
      const x = mix(edgeX, foldX, share);
      const y = mix(edgeY, foldY, share ** (up > 0 ? 0.85 : 0.95));
      const onBall = onSphere(
        x - side.sign * EYE.x,
        y - EYE.y,
        EYE.radius + LID + (row === 0 ? -0.07 : 0.02 * Math.sin(Math.PI * share)),
      );
      const skinZ = mix(this.sheet.rest[at + 2], foldZ, 0.4 + 0.6 * share);
      positions[at] = x;
      positions[at + 1] = y;
      // Near the fold, and where the ball falls away behind it, the lid runs into the skin.
      const beside = Math.hypot(x - side.sign * EYE.x, y - EYE.y) / EYE.radius;
      const leaves = Math.max(ease(0.55, 1, share), share * ease(0.75, 1, beside));
      positions[at + 2] =
        onBall === null
          ? skinZ
          : Math.max(mix(EYE.z + onBall, skinZ, leaves), Math.min(skinZ, EYE.z + onBall));
    }
  }
}

/** First coordinates of the skin's vertices near the eyes that are no edge of a lid. */
function verticesAround(sheet: Sheet): number[] {
  const edges = new Set(sheet.lidColumns.flatMap((column) => [column.upper[0], column.lower[0]]));
  const near: number[] = [];
  for (let vertex = 0; vertex < sheet.rest.length / 3; vertex += 1) {
    const [x, y, z] = [sheet.rest[3 * vertex], sheet.rest[3 * vertex + 1], sheet.rest[3 * vertex + 2]];
    if (z > 2 && Math.hypot(Math.abs(x) - EYE.x, y - EYE.y) < 2.6 && !edges.has(vertex))
      near.push(3 * vertex);
  }
  return near;
}

interface LidOpening {
  /** Opening of each lid: 1 at rest. */
  readonly upper: number;
  readonly lower: number;
  /** 1 for a closed eye. */
  readonly closed: number;
}

function lidOpening(side: "L" | "R", expressions: Expressions, lookUp: number): LidOpening {
  const of = (name: string): number => expressions.get(`${name}${side}`);
  const upper =
    0.82 +
    0.42 * of("eyeWiden") +
    0.3 * of("eyeUpperLidUp") -
    0.42 * of("eyeRelax") -
    0.3 * of("eyeSquintInner") -
    0.12 * of("eyeCheekRaise") -
    0.5 * of("eyeFaceScrunch") -
    0.1 * of("browDown") +
    0.06 * of("browRaiseOuter") +
    (lookUp > 0 ? 0.25 : 0.5) * lookUp;
  const lower =
    0.86 +
    0.2 * of("eyeWiden") +
    0.35 * of("eyeLowerLidDown") -
    0.55 * of("eyeLowerLidUp") -
    0.7 * of("eyeSquintInner") -
    0.45 * of("eyeCheekRaise") -
    0.5 * of("eyeFaceScrunch") -
    (lookUp < 0 ? 0.2 : 0.1) * lookUp;
  const closed = of("eyeBlink") + 0.4 * of("eyeLidPress");
  return { upper: clamp(upper, 0.02, 1.5), lower: clamp(lower, 0.02, 1.4), closed: clamp(closed) };
}

function onSphere(x: number, y: number, radius: number): number | null {
  const rest = radius * radius - x * x - y * y;
  return rest > 0 ? Math.sqrt(rest) : null;
}

function eyeball(): { ball: THREE.Group; pupil: THREE.Mesh } {
  const ball = new THREE.Group();
  const white = new THREE.Mesh(
    new THREE.SphereGeometry(EYE.radius, 36, 24),
    new THREE.MeshLambertMaterial({ color: 0xf3efea }),
  );
  const iris = new THREE.Mesh(cap(0, 0.74, 0.012), new THREE.MeshLambertMaterial({ vertexColors: true }));
  const pupil = new THREE.Mesh(cap(0, 0.34, 0.022), new THREE.MeshBasicMaterial({ color: 0x0b0a0a }));
  const light = new THREE.Mesh(
    new THREE.CircleGeometry(0.13, 20),
    new THREE.MeshBasicMaterial({ color: 0xffffff }),
  );
  light.position.set(-0.24, 0.3, EYE.radius * 0.985);
  paintIris(iris.geometry);
  ball.add(white, iris, pupil, light);
  return { ball, pupil };
}

/** What is seen in the corners of an eye, between ball and lids. */
function corner(sign: 1 | -1): THREE.Mesh {
  const mesh = new THREE.Mesh(
    new THREE.CircleGeometry(1.95, 32),
    new THREE.MeshLambertMaterial({ color: 0xb9766a, side: THREE.DoubleSide }),
  );
  mesh.position.set(sign * EYE.x, EYE.y, EYE.z + 0.12);
  mesh.rotation.y = sign * 0.3;
  mesh.scale.y = 0.75;
  return mesh;
}

/** A round piece of the eyeball's surface about its front. */
function cap(inner: number, outer: number, above: number): THREE.BufferGeometry {
  const geometry = new THREE.RingGeometry(inner, outer, 40, 6);
  const place = geometry.getAttribute("position");
  for (let i = 0; i < place.count; i += 1) {
    const z = onSphere(place.getX(i), place.getY(i), EYE.radius) ?? 0;
    place.setZ(i, z + above);
  }
  geometry.computeVertexNormals();
  return geometry;
}

function paintIris(geometry: THREE.BufferGeometry): void {
  const place = geometry.getAttribute("position");
  const colors: number[] = [];
  for (let i = 0; i < place.count; i += 1) {
    const [x, y] = [place.getX(i), place.getY(i)];
    const out = Math.hypot(x, y) / 0.74;
    const ray = 0.08 * Math.sin(23 * Math.atan2(y, x)) * (1 - out);
    const dark = 1 - 0.75 * ease(0.78, 1, out) + ray - 0.15 * (y / 0.74);
    colors.push(0.16 * dark, 0.36 * dark, 0.46 * dark);
  }
  geometry.setAttribute("color", new THREE.Float32BufferAttribute(colors, 3));
}
