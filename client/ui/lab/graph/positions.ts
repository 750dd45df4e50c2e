export interface Point {
  readonly x: number
  readonly y: number
}

export type Positions = ReadonlyMap<string, Point>
