/**
 * The canvas as a picture: what is seen of nodes, edges and their states, in the theme that is shown.
 *
 * The page is read, not drawn a second time: boxes, lines and texts are taken from the elements as the browser laid
 * them out, and become shapes in the coordinates of the graph. A PNG is painted from them with the page's own fonts,
 * which an SVG inside an <img> could not load; an SVG is written from them. All of the graph is in it, not only what
 * the window shows.
 */
import { plainColour } from '$lib/formula/export';

export interface PathShape {
  kind: 'path';
  d: string;
  fill: string | null;
  stroke: string | null;
  width: number;
  dash: readonly number[];
  /** Of an icon: its place and size in the graph. */
  at?: { x: number; y: number; scale: number };
}
export interface TextShape {
  kind: 'text';
  x: number;
  /** Of the baseline. */
  y: number;
  text: string;
  /** As CSS has it, in the graph's pixels. */
  font: { size: number; weight: string; family: string };
  fill: string;
}
export type Shape = PathShape | TextShape;

export interface Picture {
  shapes: readonly Shape[];
  width: number;
  height: number;
  ground: string;
}

const MARGIN = 32;
const TITLE = 22;
const SUBTITLE = 13;
const HEAD = 64;
const ARROW = 7;
/** Browsers refuse larger canvases; far larger graphs are drawn less finely. */
const SIDE_MAX = 8192;
export const PNG_SCALE = 2;

/** `root` is the canvas library's element; title and subtitle stand above the graph. */
export function pictureOf(root: HTMLElement, title: string, subtitle: string): Picture {
  const viewport = root.querySelector<HTMLElement>('.svelte-flow__viewport');
  if (!viewport) throw new Error('there is no canvas');
  const reader = new Reader(viewport);
  for (const section of viewport.querySelectorAll<HTMLElement>('.svelte-flow__node-section'))
    reader.box(section);
  for (const line of viewport.querySelectorAll<SVGPathElement>('.svelte-flow__edge-path')) reader.edge(line);
  for (const node of viewport.querySelectorAll<HTMLElement>(
    '.svelte-flow__node:not(.svelte-flow__node-section), .svelte-flow__edge-label',
  ))
    reader.box(node);
  return framed(reader.shapes, root, title, subtitle);
}

class Reader {
  readonly shapes: Shape[] = [];
  private readonly origin: DOMRect;
  private readonly zoom: number;

  constructor(viewport: HTMLElement) {
    this.origin = viewport.getBoundingClientRect();
    this.zoom = new DOMMatrix(getComputedStyle(viewport).transform).a || 1;
  }

  private place({ left, top, width, height }: DOMRect) {
    return {
      x: (left - this.origin.left) / this.zoom,
      y: (top - this.origin.top) / this.zoom,
      width: width / this.zoom,
      height: height / this.zoom,
    };
  }

  edge(line: SVGPathElement): void {
    const d = line.getAttribute('d');
    const length = line.getTotalLength();
    if (!d || length === 0) return;
    const style = getComputedStyle(line);
    const stroke = plainColour(style.stroke);
    const width = parseFloat(style.strokeWidth) || 1;
    this.shapes.push({ kind: 'path', d, fill: null, stroke, width, dash: dashOf(style.strokeDasharray) });
    const end = line.getPointAtLength(length);
    const before = line.getPointAtLength(Math.max(0, length - 4));
    this.shapes.push(filled(arrowHead(end, Math.atan2(end.y - before.y, end.x - before.x)), stroke));
  }

  /** An element with all that is inside it, from the back to the front. */
  box(element: Element): void {
    if (element instanceof SVGSVGElement) return this.icon(element);
    if (!(element instanceof HTMLElement) || element.matches('.svelte-flow__handle, .visually-hidden'))
      return;
    if (element.matches('.svelte-flow__resize-control')) return;
    const style = getComputedStyle(element);
    if (style.display === 'none' || style.visibility === 'hidden') return;
    this.ground(element, style);
    for (const child of element.childNodes) {
      if (child instanceof Text) this.text(child, element, style);
      else if (child instanceof Element) this.box(child);
    }
  }

  private ground(element: HTMLElement, style: CSSStyleDeclaration): void {
    const { x, y, width, height } = this.place(element.getBoundingClientRect());
    const fill = isSeen(style.backgroundColor) ? plainColour(style.backgroundColor) : null;
    const line = style.borderTopStyle === 'none' ? 0 : parseFloat(style.borderTopWidth);
    const stroke = line > 0 && isSeen(style.borderTopColor) ? plainColour(style.borderTopColor) : null;
    if ((!fill && !stroke) || width === 0 || height === 0) return;
    const inset = stroke ? line / 2 : 0;
    const radii = [
      style.borderTopLeftRadius,
      style.borderTopRightRadius,
      style.borderBottomRightRadius,
      style.borderBottomLeftRadius,
    ].map((radius) => Math.max(0, parseFloat(radius) - inset));
    this.shapes.push({
      kind: 'path',
      d: roundedBox(x + inset, y + inset, width - 2 * inset, height - 2 * inset, radii),
      fill,
      stroke,
      width: line,
      dash: { dashed: [3 * line, 2 * line], dotted: [line, line] }[style.borderTopStyle] ?? [],
    });
  }

  private icon(svg: SVGSVGElement): void {
    const { x, y, width } = this.place(svg.getBoundingClientRect());
    const scale = width / (svg.viewBox.baseVal.width || width || 1);
    for (const path of svg.querySelectorAll('path')) {
      const style = getComputedStyle(path);
      this.shapes.push({
        kind: 'path',
        d: path.getAttribute('d') ?? '',
        fill: style.fill === 'none' ? null : plainColour(style.fill),
        stroke: style.stroke === 'none' ? null : plainColour(style.stroke),
        width: parseFloat(style.strokeWidth) || 0,
        dash: [],
        at: { x, y, scale },
      });
    }
  }

  /** A text as the browser broke it into lines; one that does not fit ends in an ellipsis, as on the page. */
  private text(node: Text, holder: HTMLElement, style: CSSStyleDeclaration): void {
    const font = {
      size: parseFloat(style.fontSize),
      weight: style.fontWeight,
      family: style.fontFamily,
    };
    const fill = plainColour(style.color);
    const isCut = style.textOverflow === 'ellipsis' && holder.scrollWidth > holder.clientWidth;
    for (const { text, rect } of linesOf(node)) {
      const { x, y, height } = this.place(rect);
      const shown = isCut ? shortened(text, font, holder.clientWidth) : text;
      // The rectangle of a line of text is its font's height: ascent above the baseline, descent below.
      const { ascent, descent } = heightsOf(font);
      const baseline = y + (height * ascent) / (ascent + descent);
      this.shapes.push({ kind: 'text', x, y: baseline, text: shown, font, fill });
    }
  }
}

function linesOf(node: Text): { text: string; rect: DOMRect }[] {
  const lines: { text: string; rect: DOMRect }[] = [];
  const range = document.createRange();
  for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const rect = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (rect.width === 0) continue;
    if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) last.text += ` ${word}`;
    else lines.push({ text: word, rect });
  }
  return lines;
}

let ruler: CanvasRenderingContext2D | null = null;

function measured(text: string, font: TextShape['font']): TextMetrics | null {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return null;
  ruler.font = cssFont(font);
  return ruler.measureText(text);
}

function heightsOf(font: TextShape['font']): { ascent: number; descent: number } {
  const metrics = measured('x', font);
  return {
    ascent: metrics?.fontBoundingBoxAscent ?? 0.8 * font.size,
    descent: metrics?.fontBoundingBoxDescent ?? 0.2 * font.size,
  };
}

function shortened(text: string, font: TextShape['font'], width: number): string {
  const isWithin = (part: string) => (measured(part, font)?.width ?? 0) <= width;
  if (isWithin(text)) return text;
  let length = text.length;
  while (length > 1 && !isWithin(`${text.slice(0, length)}…`)) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

const cssFont = ({ size, weight, family }: TextShape['font']) => `${weight} ${size}px ${family}`;
const isSeen = (colour: string) => colour !== 'transparent' && !/^rgba\(.*, 0\)$/.test(colour);
const dashOf = (value: string): number[] =>
  value === 'none' ? [] : value.split(/[ ,]+/).map((part) => parseFloat(part) || 0);

function filled(d: string, fill: string): PathShape {
  return { kind: 'path', d, fill, stroke: null, width: 0, dash: [] };
}

function arrowHead({ x, y }: { x: number; y: number }, angle: number): string {
  const corner = (turn: number) =>
    `${x - ARROW * Math.cos(angle + turn)} ${y - ARROW * Math.sin(angle + turn)}`;
  return `M${x} ${y}L${corner(0.45)}L${corner(-0.45)}Z`;
}

/** Radii from the top left on, clockwise; too large ones are made to fit, as browsers do. */
export function roundedBox(x: number, y: number, w: number, h: number, radii: readonly number[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = radii;
  const fit = Math.min(1, w / (a + b || 1), w / (c + d || 1), h / (a + d || 1), h / (b + c || 1));
  const [tl, tr, br, bl] = [a * fit, b * fit, c * fit, d * fit];
  const arc = (r: number, toX: number, toY: number) => `A${r} ${r} 0 0 1 ${toX} ${toY}`;
  return (
    `M${x + tl} ${y}H${x + w - tr}${arc(tr, x + w, y + tr)}V${y + h - br}${arc(br, x + w - br, y + h)}` +
    `H${x + bl}${arc(bl, x, y + h - bl)}V${y + tl}${arc(tl, x + tl, y)}Z`
  );
}

/** With a margin around and a title above; the graph's corner comes to lie inside. */
function framed(shapes: readonly Shape[], root: HTMLElement, title: string, subtitle: string): Picture {
  const style = getComputedStyle(root);
  const [left, top, right, bottom] = extentOf(shapes);
  const family = style.fontFamily;
  const token = (name: string) => plainColour(tokenOf(root, name));
  const head = (text: string, size: number, weight: string, y: number, colour: string): TextShape => ({
    kind: 'text',
    x: MARGIN,
    y,
    text,
    font: { size, weight, family },
    fill: token(colour),
  });
  const titles = [
    head(title, TITLE, '600', MARGIN + TITLE, '--ink'),
    head(subtitle, SUBTITLE, '400', MARGIN + TITLE + SUBTITLE + 8, '--ink-2'),
  ];
  const widest = Math.max(...titles.map(({ text, font }) => measured(text, font)?.width ?? 0));
  return {
    shapes: [...titles, ...shapes.map((shape) => moved(shape, MARGIN - left, MARGIN + HEAD - top))],
    width: Math.ceil(Math.max(right - left, widest) + 2 * MARGIN),
    height: Math.ceil(bottom - top + 2 * MARGIN + HEAD),
    ground: token('--paper'),
  };
}

function tokenOf(root: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  root.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const NUMBERS = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

/** Roughly: control points of curves count as if they were on them, so nothing is cut off. */
export function extentOf(shapes: readonly Shape[]): [number, number, number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x: number, y: number) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const shape of shapes) {
    if (shape.kind === 'text' || shape.at) continue; // inside boxes
    for (const [x, y] of pointsOf(shape.d)) take(x, y);
  }
  return left <= right ? [left, top, right, bottom] : [0, 0, 0, 0];
}

/** Of the commands that are written here and by the canvas library: M L C A H V Z, absolute. */
function pointsOf(d: string): [number, number][] {
  const points: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const { 1: command = '', 2: rest = '' } of d.matchAll(/([MLCQAHVZ])([^MLCQAHVZ]*)/g)) {
    const numbers = (rest.match(NUMBERS) ?? []).map(Number);
    if (command === 'H') x = numbers[0] ?? x;
    else if (command === 'V') y = numbers[0] ?? y;
    else if (command === 'A') [x, y] = [numbers[5] ?? x, numbers[6] ?? y];
    else
      for (let i = 0; i + 1 < numbers.length; i += 2)
        points.push(([x, y] = [numbers[i] ?? x, numbers[i + 1] ?? y]));
    points.push([x, y]);
  }
  return points;
}

function moved(shape: Shape, x: number, y: number): Shape {
  if (shape.kind === 'text') return { ...shape, x: shape.x + x, y: shape.y + y };
  const at = shape.at ?? { x: 0, y: 0, scale: 1 };
  return { ...shape, at: { ...at, x: at.x + x, y: at.y + y } };
}

export async function toPng(picture: Picture): Promise<Blob> {
  const { width, height, shapes, ground } = picture;
  const scale = Math.min(PNG_SCALE, SIDE_MAX / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no pictures');
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const shape of shapes) paint(context, shape, scale);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  );
}

function paint(context: CanvasRenderingContext2D, shape: Shape, scale: number): void {
  if (shape.kind === 'text') {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = cssFont(shape.font);
    context.fillStyle = shape.fill;
    context.fillText(shape.text, shape.x, shape.y);
    return;
  }
  const at = shape.at ?? { x: 0, y: 0, scale: 1 };
  context.setTransform(scale * at.scale, 0, 0, scale * at.scale, scale * at.x, scale * at.y);
  const path = new Path2D(shape.d);
  if (shape.fill) {
    context.fillStyle = shape.fill;
    context.fill(path);
  }
  if (!shape.stroke) return;
  context.strokeStyle = shape.stroke;
  context.lineWidth = shape.width;
  context.lineCap = context.lineJoin = 'round';
  context.setLineDash([...shape.dash]);
  context.stroke(path);
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const rounded = (value: number) => Math.round(100 * value) / 100;

export function toSvg({ width, height, shapes, ground }: Picture): string {
  const parts = shapes.map((shape) => {
    if (shape.kind === 'text') {
      const { size, weight, family } = shape.font;
      return `<text x="${rounded(shape.x)}" y="${rounded(shape.y)}" font-size="${size}" font-weight="${weight}" font-family="${escaped(family)}" fill="${shape.fill}">${escaped(shape.text)}</text>`;
    }
    const { d, fill, stroke, dash, at } = shape;
    const line = stroke
      ? ` stroke="${stroke}" stroke-width="${shape.width}" stroke-linecap="round" stroke-linejoin="round"${dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''}`
      : '';
    const place = at
      ? ` transform="translate(${rounded(at.x)} ${rounded(at.y)})${at.scale === 1 ? '' : ` scale(${rounded(at.scale)})`}"`
      : '';
    return `<path d="${d}" fill="${fill ?? 'none'}"${line}${place}/>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n<rect width="${width}" height="${height}" fill="${ground}"/>\n${parts.join('\n')}\n</svg>\n`;
}
