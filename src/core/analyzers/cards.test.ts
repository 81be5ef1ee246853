import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../../../test/support/make-engine.ts';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { readCards } from './cards.ts';
import { readSource } from './read-source.ts';

const FOLDER = join(REPOSITORY, 'resources/cards');
const cards = readCards(FOLDER);

test('every card is well formed, and at least sixty services and families have one', () => {
  expect(cards.names().length).toBeGreaterThanOrEqual(100);
  expect(readdirSync(FOLDER).length).toBeGreaterThanOrEqual(60);
  for (const name of cards.names()) {
    const facts = cards.find(name.replace(/\*$/, 'X'));
    expect(facts, name).toBeDefined();
    if (facts?.isLocal === false) {
      expect(facts.card.hosts.length + facts.hostsFrom.length, name).toBeGreaterThan(0);
      expect(facts.docs, name).toMatch(/^https:\/\//);
    } else expect(facts?.card, name).toMatchObject({ leaves: 'nothing', hosts: [] });
  }
});

test('the exact name comes before the family, and the longer family before the shorter', () => {
  expect(cards.find('VirusTotal_GetReport')?.quota).toEqual({
    key: 'virustotal',
    presets: [
      { window: 'minute', units: 4 },
      { window: 'day', units: 500 },
      { window: 'month', units: 15_500 },
    ],
  });
  expect(cards.find('PassiveTotal_Ssl_Certificate_Details')?.card.leaves).toMatch(/hash/);
  expect(cards.find('PassiveTotal_Whois_Details')?.card.leaves).not.toMatch(/hash/);
  expect(cards.find('VirusTotal_Scan')?.card.leaves).toMatch(/whole file/);
  expect(cards.find('Virus')).toBeUndefined();
});

test('flavors of one key share it', () => {
  expect(cards.find('Shodan_Host')?.quota?.key).toBe(cards.find('Shodan_Search')?.quota?.key);
  expect(cards.find('Urlscan.io_Scan')?.quota?.key).not.toBe(cards.find('Urlscan.io_Search')?.quota?.key);
});

test.each([
  ['a local one that names a host', { isLocal: true, hosts: ['a.example'] }, /goes to no host/],
  ['no host at all', { leaves: 'all', seenBy: 'them', keeps: 'ever', key: 'none' }, /names no host/],
  ['nothing about who sees it', { leaves: 'all', hosts: ['a.example'], key: 'none' }, /does not say/],
  ['an address instead of a host', { hosts: ['https://a.example/x'] }, /hosts/],
  ['an unknown field', { colour: 'red' }, /colour/],
])('a card with %s is a bug that is found', (_name, wrong, message) => {
  const folder = makeTempDir();
  writeFileSync(
    join(folder, 'x.json'),
    JSON.stringify({ service: 'X service', flavors: [{ names: ['X1'], ...wrong }] }),
  );
  expect(() => readCards(folder)).toThrow(message);
});

test('a known name takes the card of its service; an unknown one stays "whole value, public"; its own folder wins', () => {
  const root = makeTempDir();
  const make = (folder: string, name: string): void => {
    mkdirSync(join(root, folder), { recursive: true });
    const descriptor = { name, version: '3.1', dataTypeList: ['ip'], command: `${folder}/x.py` };
    writeFileSync(join(root, folder, `${name}.json`), JSON.stringify(descriptor));
    writeFileSync(join(root, folder, 'x.py'), '#!/usr/bin/env python3\n', { mode: 0o755 });
  };
  make('A', 'VirusTotal_GetReport');
  make('A', 'NobodyKnows');
  make('Y', 'Yara');
  make('B', 'AbuseIPDB');
  const own = { leaves: 'the first octet', hosts: ['mirror.example'], seenBy: 'us', keeps: 'nothing' };
  writeFileSync(join(root, 'B', 'osmia.json'), JSON.stringify({ card: own }));
  const { flavors } = readSource('s', root, false, cards);
  const of = (name: string) => flavors.find((flavor) => flavor.name === name);
  expect(of('VirusTotal_GetReport')).toMatchObject({
    isLocal: false,
    cardFrom: 'osmia',
    key: 'needed',
    card: { hosts: ['www.virustotal.com'] },
    quota: { key: 'virustotal' },
  });
  expect(of('NobodyKnows')).toMatchObject({
    isLocal: false,
    cardFrom: 'nobody',
    key: 'unknown',
    quota: null,
    card: { leaves: 'The whole value', hosts: [], seenBy: 'Unknown: assume public', keeps: 'Unknown: assume for ever' },
  });
  expect(of('Yara')).toMatchObject({ isLocal: true, cardFrom: 'osmia' });
  expect(of('AbuseIPDB')).toMatchObject({ cardFrom: 'folder', card: own });
});

test('what speaks DNS or whois itself gets a way of its own; a folder that nobody checked cannot ask for one', () => {
  for (const name of ['Abuse_Finder', 'CERTatPassiveDNS', 'SpamhausDBL', 'TeamCymruMHR', 'DomainMailSPFDMARC'])
    expect(cards.find(name), name).toMatchObject({ needsRoute: true, isLocal: false });
  expect(cards.find('VirusTotal_GetReport')).toMatchObject({ needsRoute: false });
  const root = makeTempDir();
  mkdirSync(join(root, 'B'));
  writeFileSync(join(root, 'B', 'osmia.json'), JSON.stringify({ needsRoute: true, card: { hosts: ['a.example'] } }));
  writeFileSync(
    join(root, 'B', 'Own.json'),
    JSON.stringify({ name: 'Own', version: '1.0', dataTypeList: ['ip'], command: 'B/own.py', baseConfig: 'B' }),
  );
  expect(readSource('s', root, false, cards).flavors.map((flavor) => flavor.needsRoute)).toEqual([false]);
});
