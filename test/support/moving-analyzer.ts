import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MovingAnalyzer {
  /** The folder to add as a source. */
  root: string;
  /** What it answers from now on. */
  answer(report: Record<string, unknown>): void;
}

const PROGRAM = `#!/usr/bin/env python3
import json, os, sys
job = sys.argv[1]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "answer.json")) as f:
    answer = json.load(f)
with open(job + "/output/output.json", "w") as f:
    json.dump({"success": True, "operations": [], **answer}, f)
`;

/** A local analyzer whose answer the test changes between runs, as a service's changes over the days. */
export function makeMovingAnalyzer(parent: string, name: string, cacheMinutes = 10): MovingAnalyzer {
  const folder = join(parent, name, name);
  mkdirSync(folder, { recursive: true });
  const put = (file: string, content: unknown): void =>
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o755 });
  put(`${name}.json`, {
    name,
    version: '3.1',
    author: 'Osmia',
    url: 'https://example.org',
    license: 'Apache-2.0',
    description: 'Answers as it was told to',
    dataTypeList: ['domain', 'ip'],
    command: `${name}/moving.py`,
    baseConfig: name,
  });
  put('osmia.json', {
    isLocal: true,
    card: { leaves: 'nothing', hosts: [], seenBy: 'nobody', keeps: 'nothing' },
    summary: 'What engines say',
    cacheMinutes,
  });
  put('moving.py', PROGRAM);
  const answer = (report: Record<string, unknown>): void => put('answer.json', report);
  answer({ summary: { taxonomies: [] }, full: {}, artifacts: [] });
  return { root: join(parent, name), answer };
}
