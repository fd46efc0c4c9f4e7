/** Pan and zoom of a drawing: what part of it is seen. All lengths are in the drawing's own units. */
export const ZOOM_MIN = 0.15;
/** Below it, names cannot be read: a small frame starts here instead of fitting everything. */
export const ZOOM_READABLE = 0.6;
export const ZOOM_MAX = 2.5;
export const ZOOM_STEP = 1.25;

export interface Size {
  width: number;
  height: number;
}

export class Viewport {
  /** Pixels per unit. */
  zoom = $state(1);
  /** The point of the drawing at the frame's left top corner. */
  x = $state(0);
  y = $state(0);
  frame = $state<Size>({ width: 1, height: 1 });

  constructor(
    private readonly drawing: Size,
    private readonly margin: number,
  ) {}

  get viewBox(): string {
    return `${this.x} ${this.y} ${this.frame.width / this.zoom} ${this.frame.height / this.zoom}`;
  }

  fit(): void {
    const { width, height } = this.drawing;
    const scale = Math.min(
      this.frame.width / (width + 2 * this.margin),
      this.frame.height / (height + 2 * this.margin),
    );
    this.zoom = clamp(scale, ZOOM_MIN, ZOOM_MAX);
    this.x = (width - this.frame.width / this.zoom) / 2;
    this.y = (height - this.frame.height / this.zoom) / 2;
  }

  /** The first view: everything where that can be read, else a readable part that begins at the left. */
  start(): void {
    this.fit();
    if (this.zoom >= ZOOM_READABLE) return;
    this.zoom = ZOOM_READABLE;
    this.x = -this.margin;
    this.y = (this.drawing.height - this.frame.height / this.zoom) / 2;
  }

  /** Zooms by a factor and keeps the point under (px, py), in pixels of the frame, where it is. */
  zoomBy(factor: number, px = this.frame.width / 2, py = this.frame.height / 2): void {
    const next = clamp(this.zoom * factor, ZOOM_MIN, ZOOM_MAX);
    this.x += px / this.zoom - px / next;
    this.y += py / this.zoom - py / next;
    this.zoom = next;
  }

  /** Moves the drawing by pixels, as a hand on paper would. */
  pan(dx: number, dy: number): void {
    this.x -= dx / this.zoom;
    this.y -= dy / this.zoom;
  }

  /** Moves just enough that the box is seen. */
  reveal(box: Size & { x: number; y: number }): void {
    const width = this.frame.width / this.zoom;
    const height = this.frame.height / this.zoom;
    this.x = clamp(this.x, box.x + box.width + this.margin - width, box.x - this.margin);
    this.y = clamp(this.y, box.y + box.height + this.margin - height, box.y - this.margin);
  }
}

/** The lower bound wins when the bounds cross (a box larger than the frame). */
function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
