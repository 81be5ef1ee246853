import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildZip } from './build-zip.ts';

export interface WheelInput {
  name: string;
  version: string;
  /** Files of the package by path. */
  files: Record<string, string>;
  requires?: string[];
  requiresPython?: string;
  /** What is sent is not what the index says it is. */
  isTampered?: boolean;
  /** Console scripts: name → `module:function`. */
  scripts?: Record<string, string>;
}

const fileNameOf = ({ name, version }: WheelInput): string =>
  `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;

/** A wheel (PEP 427) made by hand. */
export function buildWheel(wheel: WheelInput): Uint8Array {
  const info = `${wheel.name.replaceAll('-', '_')}-${wheel.version}.dist-info`;
  const metadata = [
    'Metadata-Version: 2.1',
    `Name: ${wheel.name}`,
    `Version: ${wheel.version}`,
    ...(wheel.requiresPython === undefined ? [] : [`Requires-Python: ${wheel.requiresPython}`]),
    ...(wheel.requires ?? []).map((one) => `Requires-Dist: ${one}`),
  ];
  const scripts = Object.entries(wheel.scripts ?? {}).map(([name, target]) => `${name} = ${target}`);
  const files: Record<string, string> = {
    ...wheel.files,
    [`${info}/METADATA`]: `${metadata.join('\n')}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: osmia-test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ...(scripts.length === 0 ? {} : { [`${info}/entry_points.txt`]: `[console_scripts]\n${scripts.join('\n')}\n` }),
  };
  const record = Object.entries(files).map(
    ([name, text]) =>
      `${name},sha256=${createHash('sha256').update(text).digest('base64url')},${Buffer.byteLength(text)}`,
  );
  files[`${info}/RECORD`] = `${[...record, `${info}/RECORD,,`].join('\n')}\n`;
  return buildZip(Object.entries(files).map(([name, data]) => ({ name, data })));
}

export interface PythonIndex {
  url: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  /** Resolves when a request is held, which stays unanswered from then on. */
  hold(): Promise<void>;
  close(): Promise<void>;
}

/** A package index (PEP 503 simple) on loopback that holds the given wheels. */
export async function servePythonIndex(wheels: readonly WheelInput[]): Promise<PythonIndex> {
  const files = new Map(wheels.map((wheel) => [fileNameOf(wheel), { wheel, bytes: buildWheel(wheel) }]));
  const asked: string[] = [];
  let onHeld: (() => void) | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (onHeld !== undefined) return onHeld();
    const file = files.get(path.replace('/files/', ''));
    if (file !== undefined) {
      response.end(file.wheel.isTampered ? Buffer.concat([file.bytes, Buffer.from('x')]) : file.bytes);
      return;
    }
    const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
    const links = [...files].filter(([, { wheel }]) => wheel.name.toLowerCase().replaceAll('_', '-') === project);
    if (links.length === 0) {
      response.writeHead(404).end('no such project');
      return;
    }
    const page = links.map(([name, { wheel, bytes }]) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const python =
        wheel.requiresPython === undefined
          ? ''
          : ` data-requires-python="${wheel.requiresPython.replace('>', '&gt;')}"`;
      return `<a href="/files/${name}#sha256=${sha256}"${python}>${name}</a>`;
    });
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><html><body>${page.join('<br>')}</body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/simple`,
    asked,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      onHeld = resolve;
      return promise;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
