/** A chart as a drawing that stands alone, in colours that every program reads. */
import { axisScale, extent, linePath, niceExtent } from '$lib/formula/scale';
import { tickText } from '$lib/formula/numbers';
import { STYLES, type LiveChartView } from './views';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 260, 56, 12, 34, 28];

export function chartSvg(chart: LiveChartView, durationS: number, colour: (token: string) => string): string {
  const peak = Math.max(0, ...chart.lines.map(({ values }) => extent(values)?.[1] ?? 0));
  const [low, high] = niceExtent([0, peak], 'linear', 4);
  const x = axisScale(0, durationS, LEFT, WIDTH - RIGHT, 'linear');
  const y = axisScale(low, high, HEIGHT - BOTTOM, TOP, 'linear');
  const ink = colour('--ink-2');
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${colour('--paper')}"/>`,
    text(LEFT, 16, `${chart.title}, ${chart.unit}`, colour('--ink'), 'start', 13),
  ];
  for (const tick of y.ticks(4)) {
    const at = y.of(tick);
    parts.push(`<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="${colour('--line')}"/>`);
    parts.push(text(LEFT - 6, at + 4, tickText(tick), ink, 'end'));
  }
  for (const tick of x.ticks(6))
    parts.push(text(x.of(tick), HEIGHT - 10, `${tickText(tick)} s`, ink, 'middle'));
  chart.lines.forEach(({ label, style, values, isPinned }, i) => {
    const { token, dash } = STYLES[style];
    const path = linePath(chart.times, values.slice(0, chart.times.length), x, y);
    const look = `fill="none" stroke="${colour(token)}" stroke-width="${isPinned ? 1 : 1.8}" stroke-dasharray="${(isPinned ? [2, 2] : dash).join(' ')}"`;
    parts.push(`<path d="${path}" ${look}/>`);
    const at = LEFT + 110 * i;
    parts.push(`<path d="M${at} 27h18" ${look}/>`, text(at + 22, 30, label, ink));
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">${parts.join('')}</svg>\n`;
}

function text(x: number, y: number, content: string, fill: string, anchor = 'start', size = 10): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" fill="${fill}" text-anchor="${anchor}" font-size="${size}">${safe}</text>`;
}
