export const LAYOUTS = ['organic', 'circles', 'tree', 'grid'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

export interface LayoutRequest {
  id: number;
  name: LayoutName;
  nodes: { key: string; degree: number; labelLength: number; at?: { x: number; y: number } | undefined }[];
  edges: { from: string; to: string }[];
}

export interface LayoutAnswer {
  id: number;
  /** Pairs of x and y, in the order of the request's nodes. */
  at: number[];
}
