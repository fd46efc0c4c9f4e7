/**
 * Serves web/build on a free loopback port, as the C++ server does: `.html` is found for addresses without extension,
 * unknown addresses answer 404 with 404.html, precompressed files are used. For tests only; there is no API here.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

function fileFor(path) {
  const inside = normalize(path).replace(/^(\.\.[/\\])+/, '');
  for (const candidate of [inside, `${inside}.html`, join(inside, 'index.html')]) {
    const file = join(BUILD, candidate);
    if (file.startsWith(BUILD) && existsSync(file) && statSync(file).isFile()) return file;
  }
  return null;
}

function answer(request, response) {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  const found = path.startsWith('/api/') ? null : fileFor(path);
  const file = found ?? join(BUILD, '404.html');
  const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' };
  const accepts = request.headers['accept-encoding'] ?? '';
  const compressed = accepts.includes('gzip') && existsSync(`${file}.gz`);
  if (compressed) headers['content-encoding'] = 'gzip';
  response.writeHead(found ? 200 : 404, headers);
  createReadStream(compressed ? `${file}.gz` : file).pipe(response);
}

/** Resolves to the base address and a function that closes the server. */
export async function startStaticServer() {
  if (!existsSync(join(BUILD, 'index.html')))
    throw new Error('web/build is missing: run npm run build first');
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
