// What the pictures of bench/ are made of: SVG text that anything can show, with the machine and the date below.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';

/** Where and when something was measured. */
export const here = () => ({
  machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads`,
  date: new Date().toISOString().slice(0, 10),
});

export const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
export const text = (x, y, content, more = '') => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`;
export const line = (x, y, u, v, more) =>
  `<line x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${u.toFixed(1)}" y2="${v.toFixed(1)}" ${more}/>`;

/** `described` says in words what the picture shows, for those who do not see it. */
export function writePicture(path, { width, height, left, title, described, style, parts, machine, date }) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(described)}.</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #222 }
.heading { font-size: 16px; font-weight: 600 }
.grid { stroke: #ddd }
${style}
</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(left, 28, title, 'class="heading"')}
${parts.join('\n')}
${text(left, height - 8, `${machine}; ${date}`)}
</svg>
`,
  );
}
