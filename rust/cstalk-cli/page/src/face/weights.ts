/** Weights of MetaHuman expressions by short name (`jawOpen`, `browDownL`), and the movement of the head. */

export interface Expressions {
  /** Weight of `CTRL_expressions_<name>`; 0 for one that is not there. */
  get(name: string): number;
}

export interface HeadPose {
  /** Nod, turn and tilt in degrees as the head moves, then x, y, z in centimetres. */
  readonly pitch: number;
  readonly yaw: number;
  readonly roll: number;
  readonly shift: readonly [number, number, number];
}
