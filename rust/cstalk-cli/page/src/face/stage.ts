/** Camera, lights and the canvas that the face is drawn on. */

import * as THREE from "three";
import type { Character } from "./face.ts";

export class Stage {
  readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera(24, 1, 1, 300);
  private character: Character | null = null;
  /** Share of the screen's fineness that is drawn. */
  private quality: number;

  constructor(private readonly canvas: HTMLCanvasElement) {
    // Without a graphics card each sample costs: smooth edges would take four times as long.
    this.quality = drawsInSoftware() ? 0.6 : 1;
    const antialias = this.quality === 1;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias, alpha: true, preserveDrawingBuffer: true });
    this.renderer.outputColorSpace = THREE.SRGBColorSpace;
    this.renderer.toneMapping = THREE.NoToneMapping;
    const key = new THREE.DirectionalLight(0xfff1e4, 2.1);
    key.position.set(-14, 16, 26);
    const fill = new THREE.DirectionalLight(0xdce8ff, 0.55);
    fill.position.set(20, 2, 16);
    const rim = new THREE.DirectionalLight(0xffffff, 0.9);
    rim.position.set(10, 16, -22);
    this.scene.add(new THREE.HemisphereLight(0xf4f7ff, 0x6b5548, 1.15), key, fill, rim);
    this.turn(0, 0);
  }

  show(character: Character): void {
    if (this.character) this.scene.remove(this.character.object);
    this.character = character;
    this.scene.add(character.object);
  }

  /** Turns the camera about the head, degrees. */
  turn(across: number, up: number): void {
    const [a, b] = [THREE.MathUtils.degToRad(across), THREE.MathUtils.degToRad(up)];
    const distance = 59;
    this.camera.position.set(
      distance * Math.sin(a) * Math.cos(b),
      0.2 + distance * Math.sin(b),
      distance * Math.cos(a) * Math.cos(b),
    );
    this.camera.lookAt(0, 0.2, 0);
  }

  /** Draws one picture. */
  draw(): void {
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const ratio = this.quality * Math.min(2, window.devicePixelRatio || 1);
    if (width === 0 || height === 0) return;
    if (
      this.canvas.width !== Math.floor(width * ratio) ||
      this.canvas.height !== Math.floor(height * ratio)
    ) {
      this.renderer.setPixelRatio(ratio);
      this.renderer.setSize(width, height, false);
      this.camera.aspect = width / height;
      // A narrow window still shows the whole face.
      this.camera.fov = this.camera.aspect < 0.85 ? 24 / (this.camera.aspect / 0.85) : 24;
      this.camera.updateProjectionMatrix();
    }
    this.renderer.render(this.scene, this.camera);
  }
}

/** Whether a processor draws, not a graphics card. */
function drawsInSoftware(): boolean {
  const probe = document.createElement("canvas").getContext("webgl2");
  const facts = probe?.getExtension("WEBGL_debug_renderer_info");
  const name = probe && facts ? String(probe.getParameter(facts.UNMASKED_RENDERER_WEBGL)) : "";
  probe?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}
