// The smallest head: one triangle, and a morph target for each name.

export function glbWithMorph(names) {
  const floats = (...values) => Buffer.from(Float32Array.from(values).buffer);
  const triangle = floats(0, 0, 0, 1, 0, 0, 0, 1, 0);
  const move = floats(0, -1, 0, 0, -1, 0, 0, -1, 0);
  const binary = Buffer.concat([triangle, move]);
  const accessor = (bufferView, min, max) => ({
    bufferView,
    componentType: 5126,
    count: 3,
    type: "VEC3",
    min,
    max,
  });
  const json = {
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [
      {
        primitives: [{ attributes: { POSITION: 0 }, targets: names.map(() => ({ POSITION: 1 })) }],
        weights: names.map(() => 0),
        extras: { targetNames: names },
      },
    ],
    buffers: [{ byteLength: binary.length }],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 36 },
      { buffer: 0, byteOffset: 36, byteLength: 36 },
    ],
    accessors: [accessor(0, [0, 0, 0], [1, 1, 0]), accessor(1, [0, -1, 0], [0, -1, 0])],
  };
  const pad = (bytes, filler) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, filler)]);
  const chunk = (kind, bytes) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length, 0);
    head.write(kind, 4, "latin1");
    return Buffer.concat([head, bytes]);
  };
  const chunks = Buffer.concat([
    chunk("JSON", pad(Buffer.from(JSON.stringify(json)), 0x20)),
    chunk("BIN\0", pad(binary, 0)),
  ]);
  const head = Buffer.alloc(12);
  head.write("glTF", 0, "latin1");
  head.writeUInt32LE(2, 4);
  head.writeUInt32LE(12 + chunks.length, 8);
  return [...Buffer.concat([head, chunks])];
}
