/** The line to the engine: packets of a JSON head and bytes. */

export interface Packet {
  readonly head: Record<string, unknown> & { type: string };
  readonly body: Uint8Array;
}

export class Line {
  private readonly socket: WebSocket;

  constructor(onPacket: (packet: Packet) => void, onEnd: () => void) {
    this.socket = new WebSocket(`ws://${location.host}/socket${location.search}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", (event) => {
      const bytes = new Uint8Array(event.data as ArrayBuffer);
      const length = new DataView(bytes.buffer).getUint32(0, true);
      const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
      onPacket({ head, body: bytes.subarray(4 + length) });
    });
    this.socket.addEventListener("close", onEnd);
  }

  send(head: { type: string } & Record<string, unknown>, body: Uint8Array = new Uint8Array(0)): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const text = new TextEncoder().encode(JSON.stringify(head));
    const bytes = new Uint8Array(4 + text.length + body.length);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    bytes.set(body, 4 + text.length);
    this.socket.send(bytes);
  }
}

/** The numbers in a packet. */
export const numbers = (body: Uint8Array): Float32Array => new Float32Array(body.slice().buffer);
