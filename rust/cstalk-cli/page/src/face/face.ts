/** The stylised head: everything built, and moved by expressions. */

import * as THREE from "three";
import { Eyes } from "./eyes.ts";
import { Inside } from "./inside.ts";
import { Lips } from "./lips.ts";
import { Jaw, Skin } from "./skin.ts";
import { buildSheet } from "./sheet.ts";
import { Brows, Ears, Lashes, hair, shirt } from "./trim.ts";
import type { Expressions, HeadPose } from "./weights.ts";

/** Where the head turns on the neck. */
const NECK = new THREE.Vector3(0, -6.5, -1.5);

/** A head that shows expressions: ours, or one from a file. */
export interface Character {
  readonly object: THREE.Object3D;
  apply(expressions: Expressions, pose: HeadPose): void;
}

export class Face implements Character {
  readonly object = new THREE.Group();
  readonly skin: Skin;
  private readonly head = new THREE.Group();
  private readonly geometry = new THREE.BufferGeometry();
  private readonly jaw = new Jaw();
  private readonly lips: Lips;
  private readonly eyes: Eyes;
  private readonly inside = new Inside();
  private readonly brows: Brows;
  private readonly lashes: Lashes;
  private readonly ears = new Ears();

  constructor() {
    const sheet = buildSheet();
    this.skin = new Skin(sheet);
    this.lips = new Lips(sheet);
    this.eyes = new Eyes(sheet);
    this.brows = new Brows(sheet);
    this.lashes = new Lashes(sheet);
    this.geometry.setAttribute(
      "position",
      new THREE.BufferAttribute(this.skin.positions, 3).setUsage(THREE.DynamicDrawUsage),
    );
    this.geometry.setAttribute(
      "color",
      new THREE.BufferAttribute(this.skin.colors, 3).setUsage(THREE.DynamicDrawUsage),
    );
    this.geometry.setIndex(new THREE.BufferAttribute(sheet.index, 1));
    const skinMaterial = new THREE.MeshLambertMaterial({ vertexColors: true, side: THREE.DoubleSide });
    // What is seen of the skin from within is the inside of the cheeks.
    skinMaterial.onBeforeCompile = (shader) => {
      shader.fragmentShader = shader.fragmentShader.replace(
        "#include <color_fragment>",
        "#include <color_fragment>\nif (!gl_FrontFacing) diffuseColor.rgb *= vec3(0.2, 0.07, 0.07);",
      );
    };
    const skinMesh = new THREE.Mesh(this.geometry, skinMaterial);
    skinMesh.frustumCulled = false;
    const turned = new THREE.Group();
    turned.position.copy(NECK).negate();
    turned.add(
      skinMesh,
      this.eyes.group,
      this.inside.group,
      this.brows.group,
      this.lashes.mesh,
      this.ears.group,
      hair(),
    );
    this.head.position.copy(NECK);
    this.head.rotation.order = "YXZ";
    this.head.add(turned);
    this.object.add(this.head, shirt());
  }

  /** Gap between the lips in the middle, in cm. */
  get lipGapCm(): number {
    return this.lips.gapCm;
  }

  apply(expressions: Expressions, pose: HeadPose): void {
    this.jaw.set(expressions);
    this.skin.pull(expressions, this.jaw);
    this.lips.close(this.skin.positions, expressions);
    this.eyes.apply(this.skin.positions, expressions);
    this.inside.apply(expressions, this.jaw);
    this.brows.follow(this.skin.positions);
    this.lashes.follow(this.skin.positions, expressions);
    this.ears.follow(expressions);
    this.geometry.getAttribute("position").needsUpdate = true;
    this.geometry.getAttribute("color").needsUpdate = true;
    this.geometry.computeVertexNormals();
    turnHead(this.head, NECK, pose);
  }
}

/** Looks up for positive pitch, turns to the character's left for positive yaw, tilts to its left for positive roll. */
export function turnHead(head: THREE.Object3D, neck: THREE.Vector3, pose: HeadPose): void {
  const radians = THREE.MathUtils.degToRad;
  head.rotation.set(radians(-pose.pitch), radians(pose.yaw), radians(-pose.roll));
  head.position.set(neck.x + pose.shift[0], neck.y + pose.shift[1], neck.z + pose.shift[2]);
}
