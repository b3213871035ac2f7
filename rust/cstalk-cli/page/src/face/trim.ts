/** What sits on the skin: brows and lashes, which follow it, ears and hair. */

import * as THREE from "three";
import { EYE } from "./sculpt.ts";
import { bell, ease, mix, through } from "./numbers.ts";
import { SKIN, type Sheet } from "./sheet.ts";
import type { Expressions } from "./weights.ts";

const HAIR = 0x3b2a22;

/** A place on the skin: the vertices around it, the nearest first, and what share each has of its movement. */
interface Station {
  readonly roots: readonly number[];
  readonly shares: readonly number[];
}

/** Hair that grows on the skin and moves as the skin below it does. */
export class Brows {
  readonly group = new THREE.Group();
  private readonly strips: {
    positions: Float32Array;
    mesh: THREE.Mesh;
    rest: Float32Array;
    stations: readonly Station[];
  }[] = [];

  constructor(private readonly sheet: Sheet) {
    for (const side of [1, -1] as const) this.add(side);
  }

  follow(skin: Float32Array): void {
    const { rest: still } = this.sheet;
    for (const { positions, rest, stations, mesh } of this.strips) {
      const around = rest.length / stations.length;
      stations.forEach(({ roots, shares }, i) => {
        for (let axis = 0; axis < 3; axis += 1) {
          let moved = 0;
          for (let k = 0; k < roots.length; k += 1)
            moved += shares[k] * (skin[3 * roots[k] + axis] - still[3 * roots[k] + axis]);
          for (let at = i * around + axis; at < (i + 1) * around; at += 3) positions[at] = rest[at] + moved;
        }
      });
      mesh.geometry.getAttribute("position").needsUpdate = true;
      mesh.geometry.computeVertexNormals();
    }
  }

  private add(side: 1 | -1): void {
    const along = 26;
    const around = 8;
    const places: number[] = [];
    const stations: Station[] = [];
    const index: number[] = [];
    for (let i = 0; i <= along; i += 1) {
      const share = i / along;
      const x = side * mix(1.0, 5.0, share);
      const y = 4.22 + 0.5 * Math.sin(Math.PI * share ** 0.75 * 0.82) - 0.25 * share;
      const station = stationAt(this.sheet, x, y);
      stations.push(station);
      const thickness = 0.36 * (1 - 0.7 * share ** 1.5) * ease(-0.06, 0.08, share) * ease(1.04, 0.9, share);
      for (let k = 0; k < around; k += 1) {
        const angle = (2 * Math.PI * k) / around;
        const place = [
          x,
          y + thickness * Math.sin(angle),
          this.sheet.rest[3 * station.roots[0] + 2] + 0.05 + 0.55 * thickness * Math.cos(angle),
        ];
        places.push(...place);
        if (i < along) {
          const [a, b] = [i * around + k, i * around + ((k + 1) % around)];
          index.push(
            ...(side > 0
              ? [a, b, a + around, b, b + around, a + around]
              : [a, a + around, b, b, a + around, b + around]),
          );
        }
      }
    }
    const geometry = new THREE.BufferGeometry();
    const positions = Float32Array.from(places);
    geometry.setAttribute(
      "position",
      new THREE.BufferAttribute(positions, 3).setUsage(THREE.DynamicDrawUsage),
    );
    geometry.setIndex(index);
    geometry.computeVertexNormals();
    const mesh = new THREE.Mesh(
      geometry,
      new THREE.MeshLambertMaterial({ color: HAIR, side: THREE.DoubleSide }),
    );
    mesh.frustumCulled = false;
    this.group.add(mesh);
    this.strips.push({
      positions,
      mesh,
      rest: Float32Array.from(places),
      stations,
    });
  }
}

/** Lashes along the edges of the lids. */
export class Lashes {
  readonly mesh: THREE.Mesh;
  private readonly positions: Float32Array;

  constructor(private readonly sheet: Sheet) {
    const index: number[] = [];
    const columns = sheet.lidColumns;
    for (let i = 0; i + 1 < columns.length; i += 1) {
      if (columns[i].side !== columns[i + 1].side) continue;
      for (const row of [0, 2]) {
        const [a, b] = [4 * i + row, 4 * (i + 1) + row];
        index.push(a, b, a + 1, b, b + 1, a + 1);
      }
    }
    this.positions = new Float32Array(columns.length * 12);
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute(
      "position",
      new THREE.BufferAttribute(this.positions, 3).setUsage(THREE.DynamicDrawUsage),
    );
    geometry.setIndex(index);
    this.mesh = new THREE.Mesh(
      geometry,
      new THREE.MeshBasicMaterial({ color: 0x1d1411, side: THREE.DoubleSide }),
    );
    this.mesh.frustumCulled = false;
  }

  follow(skin: Float32Array, expressions: Expressions): void {
    this.sheet.lidColumns.forEach((column, i) => {
      const tweak = (place: "IN" | "OUT"): number =>
        expressions.get(`eyelashesUp${place}${column.side}`) -
        expressions.get(`eyelashesDown${place}${column.side}`);
      const lift = mix(tweak("IN"), tweak("OUT"), column.share);
      const out = column.side === "L" ? 1 : -1;
      const full = ease(0.04, 0.4, column.share) * ease(1.02, 0.9, column.share);
      this.pair(
        12 * i,
        skin,
        column.upper[0],
        out * 0.16 * column.share,
        (0.12 + 0.3 * lift) * full,
        0.34 * full,
      );
      this.pair(12 * i + 6, skin, column.lower[0], out * 0.05, (-0.07 + 0.1 * lift) * full, 0.1 * full);
    });
    this.mesh.geometry.getAttribute("position").needsUpdate = true;
  }

  private pair(at: number, skin: Float32Array, root: number, dx: number, dy: number, dz: number): void {
    for (let axis = 0; axis < 3; axis += 1) {
      const place = skin[3 * root + axis] + (axis === 2 ? 0.02 : 0);
      this.positions[at + axis] = place;
      this.positions[at + 3 + axis] = place + [dx, dy, dz][axis];
    }
  }
}

export class Ears {
  readonly group = new THREE.Group();
  private readonly ears: { mesh: THREE.Mesh; side: "L" | "R" }[] = [];

  constructor() {
    const material = new THREE.MeshLambertMaterial({ color: new THREE.Color(SKIN[0], SKIN[1], SKIN[2]) });
    for (const side of ["L", "R"] as const) {
      const sign = side === "L" ? 1 : -1;
      const geometry = new THREE.SphereGeometry(1, 24, 18);
      const place = geometry.getAttribute("position");
      for (let i = 0; i < place.count; i += 1) {
        const [x, y, z] = [place.getX(i), place.getY(i), place.getZ(i)];
        const bowl = x > 0.1 ? -0.5 * bell(Math.hypot(y - 0.1, z), 0.55) : 0;
        const lobe = 1 - 0.35 * ease(0.2, -1, y);
        place.setXYZ(i, sign * (x * 0.42 + bowl + 0.12 * z * -1), y * 1.75 + 0.12 * z, z * 1.05 * lobe);
      }
      geometry.computeVertexNormals();
      if (sign < 0) geometry.index?.array.reverse();
      geometry.computeVertexNormals();
      const mesh = new THREE.Mesh(geometry, material);
      this.ears.push({ mesh, side });
      this.group.add(mesh);
    }
  }

  follow(expressions: Expressions): void {
    for (const { mesh, side } of this.ears) {
      const up = expressions.get(`earUp${side}`);
      const sign = side === "L" ? 1 : -1;
      mesh.position.set(sign * 7.1, 0.9 + 0.45 * up, -0.7 - 0.15 * up);
      mesh.rotation.set(0.12, sign * 0.35, sign * (-0.1 - 0.06 * up));
    }
  }
}

/** A cap of hair; where the face is it dips under the skin, so the hairline is soft. */
export function hair(): THREE.Mesh {
  const geometry = new THREE.SphereGeometry(1, 96, 72);
  const place = geometry.getAttribute("position");
  for (let i = 0; i < place.count; i += 1) {
    const [x, y, z] = [place.getX(i), place.getY(i), place.getZ(i)];
    // 1 where hair grows, 0 in the face, around the ears and on the neck.
    const angle = Math.abs(Math.atan2(x, z));
    const line = through(
      [
        [0, 0.52],
        [0.45, 0.5],
        [0.8, 0.4],
        [1.15, 0.12],
        [1.35, -0.1],
        [1.75, -0.02],
        [2.05, -0.5],
        [3.2, -0.62],
      ],
      angle,
    );
    const grows = ease(line - 0.26, line + 0.14, y);
    const lock = 1 + 0.006 * Math.sin(30 * Math.atan2(x, z + 0.4 * y)) * grows;
    const size = mix(0.8, 1.06, grows) * lock;
    place.setXYZ(i, 7.3 * x * size, 3.5 + 7.95 * y * size, -0.35 + 7.6 * z * size);
  }
  geometry.computeVertexNormals();
  return new THREE.Mesh(geometry, new THREE.MeshLambertMaterial({ color: HAIR }));
}

/** Shoulders, so that the neck ends somewhere. */
export function shirt(): THREE.Mesh {
  const outline = [
    [0, -22],
    [13.5, -22],
    [13, -18],
    [10, -15.4],
    [6.6, -13.7],
    [5.3, -13.0],
    [4.95, -12.5],
    [4.7, -12.9],
    [4.6, -14.5],
  ].map(([x, y]) => new THREE.Vector2(x, y));
  const geometry = new THREE.LatheGeometry(outline, 48);
  const place = geometry.getAttribute("position");
  // Round at the collar, flat at the shoulders.
  for (let i = 0; i < place.count; i += 1)
    place.setZ(i, place.getZ(i) * mix(0.62, 0.97, ease(-16.5, -13.2, place.getY(i))) - 0.5);
  geometry.computeVertexNormals();
  return new THREE.Mesh(geometry, new THREE.MeshLambertMaterial({ color: 0x51616e, side: THREE.DoubleSide }));
}

function stationAt(sheet: Sheet, x: number, y: number): Station {
  const near: { vertex: number; distance: number }[] = [];
  for (let vertex = 0; vertex < sheet.rest.length / 3; vertex += 1) {
    if (sheet.rest[3 * vertex + 2] < EYE.z - 2) continue;
    near.push({ vertex, distance: Math.hypot(sheet.rest[3 * vertex] - x, sheet.rest[3 * vertex + 1] - y) });
  }
  const roots = near.sort((a, b) => a.distance - b.distance).slice(0, 6);
  const weights = roots.map(({ distance }) => bell(distance, 0.25) + 1e-6);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { roots: roots.map(({ vertex }) => vertex), shares: weights.map((weight) => weight / sum) };
}
