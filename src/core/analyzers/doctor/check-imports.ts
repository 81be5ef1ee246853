import { z } from 'zod';
import type { Broker } from '../../engine/broker/broker-client.ts';
import type { Sandbox } from '../../engine/sandbox/sandbox.ts';
import type { Start } from '../interpreter.ts';
import { IMPORT_PROBE } from './import-probe.ts';

/** What a Python program would not find. */
export interface ImportAnswer {
  /** File and line that this Python does not understand. */
  syntax: string | null;
  missing: { module: string; line: number; isOptional: boolean }[];
}

export interface ImportCheck {
  /** Answers by key of each program that is asked about; a program that could not be looked at has none. */
  ask(
    programs: readonly { key: string; program: string; root: string; start: Start }[],
  ): Promise<Map<string, ImportAnswer>>;
  /** Forgets the answers: a module may have been installed meanwhile. */
  forget(): void;
}

const Answers = z.array(
  z.object({
    syntax: z.string().max(300).nullable(),
    missing: z.array(z.object({ module: z.string().max(200), line: z.number(), isOptional: z.boolean() })).max(500),
  }),
);

/** Programs looked at by one process. */
const BATCH = 50;
const WALL_MS = 60_000;

/** Looks which modules programs import without running them; each answer is kept until the program or its Python changes. */
export function createImportCheck(deps: { broker: Broker; sandbox: Sandbox }): ImportCheck {
  const known = new Map<string, ImportAnswer>();

  const askBatch = async (
    batch: readonly { key: string; program: string; root: string; start: Start }[],
  ): Promise<void> => {
    const [first] = batch;
    if (first === undefined) return;
    const { start } = first;
    const { ended } = await deps.broker.startOwn({
      ...deps.sandbox.wrap({
        command: [start.command[0] ?? '', '-c', IMPORT_PROBE, JSON.stringify(batch.map(({ program }) => program))],
        env: {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          LANG: 'C.UTF-8',
          PYTHONUTF8: '1',
          PYTHONDONTWRITEBYTECODE: '1',
          HOME: '/tmp',
          ...start.env,
        },
        readOnly: [...new Set([...start.readOnly, ...batch.map(({ root }) => root)])],
        cwd: '/',
        hasNetwork: false,
        limits: { cpuSeconds: 60, memoryMib: 1_024, processes: 16, openFiles: 256, fileMib: 1 },
      }),
      hasStdin: false,
      isStreamed: false,
      outputCap: 2 ** 20,
      wallMs: WALL_MS,
      graceMs: 0,
    }).ended;
    const answers = parse(ended.stdout);
    // One that made the process fall over is found by asking about each alone.
    if (answers.length !== batch.length && batch.length > 1) {
      for (const one of batch) await askBatch([one]);
      return;
    }
    for (const [index, { key }] of batch.entries()) {
      const answer = answers[index];
      if (answer !== undefined) known.set(key, answer);
    }
  };

  return {
    async ask(programs) {
      const groups = new Map<string, (typeof programs)[number][]>();
      for (const one of programs) {
        if (known.has(one.key)) continue;
        const python = JSON.stringify([one.start.command[0], one.start.env]);
        const group = groups.get(python);
        if (group === undefined) groups.set(python, [one]);
        else group.push(one);
      }
      for (const group of groups.values()) {
        for (let at = 0; at < group.length; at += BATCH) await askBatch(group.slice(at, at + BATCH));
      }
      return new Map(
        programs.flatMap(({ key }) => {
          const answer = known.get(key);
          return answer === undefined ? [] : [[key, answer] as const];
        }),
      );
    },
    forget: () => known.clear(),
  };
}

function parse(text: string): z.infer<typeof Answers> {
  try {
    return Answers.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
