import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { isDataType } from '../../../shared/model/data-type.ts';
import { redeemGrant, sendFile } from '../../api/upload.ts';
import type { Grant } from '../../../shared/host-bridge.ts';
import type { NewLine } from './add-table.ts';
import { acceptFile, addArchive, addObservables, discardIntake, waitForIntake } from './queries.ts';

/** What is said of everything that is added at once. */
export interface Common {
  caseId: string;
  engagementId: string;
  tlp: Tlp | undefined;
  pap: Pap | undefined;
  tags: readonly string[];
  isIoc: boolean;
  isSighted: boolean;
  message: string;
}

/** What became of one line or file, in the order it was given. */
export interface Outcome {
  line: number;
  text: string;
  state: 'added' | 'merged' | 'there' | 'refused';
  reason: string;
  /** A refused line can be kept as it was typed. */
  source?: NewLine;
}

/** Lines of one call: a second or so, so that it can be stopped and seen to go on. */
const AT_ONCE = 1_000;
const MAX_TAGS = 200;

/** One name for all calls of one gesture, so that they go back in one step. */
export interface Gesture {
  group: string;
  signal: AbortSignal;
  onProgress(done: number): void;
}

/** Adds lines in the order given, chunk by chunk; nothing of it is lost: every line has its outcome. */
export async function addLines(
  common: Common,
  lines: readonly NewLine[],
  gesture: Gesture,
  isKept = false,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < lines.length && !gesture.signal.aborted; at += AT_ONCE) {
    const chunk = lines.slice(at, at + AT_ONCE);
    const done = await addObservables(
      { caseId: common.caseId, items: chunk.map((line) => toItem(common, line, isKept)) },
      gesture.signal,
      gesture.group,
    );
    const there = new Map(done.alreadyThere.map((each) => [each.index, each.merged]));
    const refused = new Map(done.refused.map((each) => [each.index, each.reason]));
    for (const [i, source] of chunk.entries()) {
      const reason = refused.get(i);
      const merged = there.get(i);
      outcomes.push({
        line: at + i + 1,
        text: source.value,
        state: reason !== undefined ? 'refused' : merged === undefined ? 'added' : merged ? 'merged' : 'there',
        reason: reason ?? '',
        source,
      });
    }
    gesture.onProgress(outcomes.length);
  }
  return outcomes;
}

function toItem(common: Common, line: NewLine, isKept: boolean) {
  const tlp = line.tlp ?? common.tlp;
  const pap = line.pap ?? common.pap;
  const message = [line.message ?? '', common.message].filter((text) => text !== '').join('\n\n');
  return {
    value: line.value,
    ...(line.dataType !== undefined && isDataType(line.dataType) ? { dataType: line.dataType } : {}),
    ...(tlp === undefined ? {} : { tlp }),
    ...(pap === undefined ? {} : { pap }),
    tags: [...new Set([...(line.tags ?? []), ...common.tags])].slice(0, MAX_TAGS),
    isIoc: line.isIoc ?? common.isIoc,
    isSighted: line.isSighted ?? common.isSighted,
    message: message.slice(0, 65_000),
    isKept,
  };
}

/** A file of this window, or one that the host let the user choose. */
export type Chosen = { file: File } | { grant: Grant };

export const nameOf = (chosen: Chosen): string => ('file' in chosen ? chosen.file.name : chosen.grant.name);

export const isZip = (name: string): boolean => /\.zip$/i.test(name);

/** What a password must be typed for; `again` goes on with it. */
export class PasswordNeeded extends Error {
  readonly intakeId: string;

  constructor(intakeId: string) {
    super('A password is needed.');
    this.intakeId = intakeId;
  }
}

/**
 * Adds one file: taken in, inspected, made evidence and a file of the case. Of a ZIP archive that is to be opened every
 * file inside is added instead, and the archive is let go.
 */
export async function addFile(
  common: Common,
  chosen: Chosen,
  options: { isUnpacked: boolean; password: string | undefined; intakeId?: string | undefined },
  gesture: Gesture,
): Promise<Omit<Outcome, 'line'>[]> {
  const intakeId = options.intakeId ?? (await takeIn(common, chosen, gesture.signal));
  const said = {
    tags: [...common.tags].slice(0, 100),
    isIoc: common.isIoc,
    isSighted: common.isSighted,
    ...(common.tlp === undefined ? {} : { tlp: common.tlp }),
    ...(common.pap === undefined ? {} : { pap: common.pap }),
  };
  if (!options.isUnpacked) {
    const { added } = await acceptFile(intakeId, { caseId: common.caseId, ...said }, gesture.group);
    return [{ text: nameOf(chosen), state: added > 0 ? 'added' : 'there', reason: '' }];
  }
  await waitForIntake(intakeId);
  const done = await addArchive(
    {
      caseId: common.caseId,
      intakeId,
      ...said,
      message: common.message,
      ...(options.password === undefined ? {} : { password: options.password }),
    },
    gesture.signal,
    gesture.group,
  );
  if (done.needsPassword) throw new PasswordNeeded(intakeId);
  await discardIntake(intakeId);
  return [
    ...done.added.map(({ name }) => ({ text: name, state: 'added' as const, reason: '' })),
    ...done.alreadyThere.map(({ name }) => ({ text: name, state: 'there' as const, reason: '' })),
    ...done.skipped.map(({ name, reason }) => ({ text: name, state: 'refused' as const, reason })),
  ];
}

const takeIn = (common: Common, chosen: Chosen, signal: AbortSignal): Promise<string> =>
  'grant' in chosen
    ? redeemGrant(chosen.grant.token, common.engagementId)
    : sendFile(chosen.file, { engagementId: common.engagementId, signal, onProgress: () => undefined });

/** Files of one drop beyond this are left out. */
export const MAX_FILES = 1_000;

/** The files of a drop, folders included, in the order of their names. */
export async function droppedFiles(data: DataTransfer): Promise<{ files: File[]; isMore: boolean }> {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files: File[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (files.length > MAX_FILES) return;
    if (entry.isFile) {
      files.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // A reader gives a hundred at a time, and none at its end.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0 || files.length > MAX_FILES) return;
      for (const each of some) await walk(each);
    }
  };
  for (const entry of entries) await walk(entry);
  return { files: files.slice(0, MAX_FILES), isMore: files.length > MAX_FILES };
}

/** The browser's own dialog, for files or for a folder. */
export function chosenFiles(isFolder: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.webkitdirectory = isFolder;
    input.onchange = () => resolve([...(input.files ?? [])]);
    input.oncancel = () => resolve([]);
    input.click();
  });
}
