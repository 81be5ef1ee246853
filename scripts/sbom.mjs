// npm run sbom: the software bill of materials as CycloneDX 1.6 JSON, into out/osmia.cdx.json (or another path as the
// argument, `-` for standard output). The same lock file gives the same bytes: no time, no random serial number.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedData, shippedPackages } from './shipped-packages.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { name, version, license } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));

const purl = (one) => `pkg:npm/${one.name.replace(/^@/, '%40')}@${encodeURIComponent(one.version)}`;
const licences = (text) =>
  /\s(AND|OR|WITH)\s/.test(text)
    ? [{ expression: text.replace(/^\((.*)\)$/, '$1') }]
    : [{ license: /^[A-Za-z0-9.+-]+$/.test(text) && text !== 'UNLICENSED' ? { id: text } : { name: text } }];

/** `sha512-BASE64` of the lock file as CycloneDX writes it. */
function hashes(integrity) {
  const found = /^sha(512|256|1)-([A-Za-z0-9+/=]+)$/.exec(integrity ?? '');
  return found === null ? [] : [{ alg: `SHA-${found[1]}`, content: Buffer.from(found[2], 'base64').toString('hex') }];
}

const component = (one) => ({
  type: one.name.startsWith('node-') ? 'platform' : one.part === 'desktop' ? 'framework' : 'library',
  'bom-ref': purl(one),
  name: one.name,
  version: one.version,
  scope: one.isOptional ? 'optional' : 'required',
  ...(one.integrity === undefined ? {} : { hashes: hashes(one.integrity) }),
  licenses: licences(one.licence),
  purl: purl(one),
  properties: [{ name: 'osmia:part', value: one.part }],
});

export function bill() {
  const shipped = shippedPackages();
  const refs = new Map(shipped.map((one) => [one.key, purl(one)]));
  const data = shippedData(shipped).map((one) => ({
    type: 'data',
    'bom-ref': `data:${one.name}`,
    name: one.name,
    version: one.version,
    licenses: licences(one.licence),
    externalReferences: [{ type: 'website', url: one.url }],
    properties: [{ name: 'osmia:carriedBy', value: one.carrier }],
  }));
  const self = {
    type: 'application',
    'bom-ref': `pkg:npm/${name}@${version}`,
    name,
    version,
    licenses: licences(license),
  };
  const components = [...shipped.map(component), ...data];
  const digest = createHash('sha256')
    .update(JSON.stringify([self, components]))
    .digest('hex');
  // A name-based UUID (version 8) over the content.
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: { component: self },
    components,
    dependencies: [
      { ref: self['bom-ref'], dependsOn: shipped.map(purl) },
      ...shipped.map((one) => ({ ref: purl(one), dependsOn: one.needs.map((need) => refs.get(need)) })),
    ],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = `${JSON.stringify(bill(), null, 2)}\n`;
  const target = process.argv[2] ?? 'out/osmia.cdx.json';
  if (target === '-') process.stdout.write(text);
  else {
    const path = resolve(root, target);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`${target}: ${JSON.parse(text).components.length} components\n`);
  }
}
