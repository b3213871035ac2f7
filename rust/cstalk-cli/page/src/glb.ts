/** A head from a .glb file, moved by its morph targets: ARKit's names or MetaHuman's. */

import * as THREE from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { turnHead, type Character } from "./face/face.ts";
import type { HeadPose } from "./face/weights.ts";
import type { BoardExpressions, Facts } from "./facts.ts";

/** How tall a head is shown, in cm, and where its middle is. */
const HEIGHT = 25;
const NECK = new THREE.Vector3(0, -7, -1);

interface Morph {
  readonly influences: number[];
  readonly place: number;
  weight(expressions: BoardExpressions): number;
}

export class GlbHead implements Character {
  readonly object = new THREE.Group();
  private readonly head = new THREE.Group();

  private constructor(
    private readonly morphs: readonly Morph[],
    model: THREE.Object3D,
  ) {
    const box = new THREE.Box3().setFromObject(model);
    const size = box.getSize(new THREE.Vector3());
    const scale = HEIGHT / Math.max(size.y, 1e-6);
    const middle = box.getCenter(new THREE.Vector3());
    model.scale.multiplyScalar(scale);
    model.position.sub(middle.multiplyScalar(scale)).sub(NECK);
    this.head.add(model);
    this.object.add(this.head);
  }

  /**
   * Reads a file.
   *
   * Throws an error for people: no head, or no morph target of a name that is known.
   */
  static async read(bytes: ArrayBuffer, facts: Facts, expressions: BoardExpressions): Promise<GlbHead> {
    const { scene } = await new GLTFLoader().parseAsync(bytes, "");
    const arkit = new Map(facts.arkit.map((name, index) => [plain(name), index]));
    const metahuman = new Map([...expressions.names()].map((name) => [plain(name), name]));
    const morphs: Morph[] = [];
    let found = 0;
    scene.traverse((object) => {
      const mesh = object as THREE.Mesh;
      if (!mesh.morphTargetDictionary || !mesh.morphTargetInfluences) return;
      mesh.frustumCulled = false;
      for (const [name, place] of Object.entries(mesh.morphTargetDictionary)) {
        found += 1;
        const key = plain(name);
        const expression = metahuman.get(key);
        const shape = arkit.get(key);
        // `jawOpen` is in both sets; only MetaHuman's has the prefix.
        const isMetaHuman = expression !== undefined && /CTRL_expressions_/i.test(name);
        if (shape !== undefined && !isMetaHuman)
          morphs.push({ influences: mesh.morphTargetInfluences, place, weight: (from) => from.arkit(shape) });
        else if (expression)
          morphs.push({
            influences: mesh.morphTargetInfluences,
            place,
            weight: (from) => from.get(expression),
          });
      }
    });
    if (morphs.length === 0) {
      throw new Error(
        `wanted a head with morph targets named as ARKit's (jawOpen) or MetaHuman's (CTRL_expressions_jawOpen), got ${found} of other names`,
      );
    }
    return new GlbHead(morphs, scene);
  }

  get morphCount(): number {
    return this.morphs.length;
  }

  apply(expressions: BoardExpressions, pose: HeadPose): void {
    for (const morph of this.morphs) morph.influences[morph.place] = morph.weight(expressions);
    turnHead(this.head, NECK, pose);
  }
}

/** A name without what exporters put around it: `Head_blendShape1.eyeBlink_L`, `CTRL_expressions_eyeBlinkL`. */
function plain(name: string): string {
  const bare = name.split(/[.:]|__/).pop() ?? name;
  return bare
    .replace(/^CTRL_expressions_/i, "")
    .replace(/_L$/, "Left")
    .replace(/_R$/, "Right")
    .replaceAll("_", "")
    .toLowerCase();
}
