import { Buffer } from 'node:buffer';
import type { CsvMapping } from '../../shared/contract/alerts.ts';
import { type ByteSource, readRange } from '../byte-source.ts';
import { ALERT_LIMITS, type AlertSink, type ParsedAlerts } from './parsed-alert.ts';
import { readCsv } from './read-csv.ts';
import { readMailAlert } from './read-mail-alert.ts';
import { mispEvents, readMispEvent } from './read-misp.ts';
import { readTheHiveAlert, theHiveAlerts } from './read-thehive.ts';

/**
 * Whatever alerts a file holds: a MISP event, TheHive alerts, a table or a mail. Never throws for what the file holds:
 * what cannot be taken is a problem with its place and reason, and the rest is there. `files` are the bytes that
 * `attachment` of an observable counts.
 */
export async function readAlerts(
  source: ByteSource,
  options: { name: string; mapping: CsvMapping | null },
  signal: AbortSignal,
): Promise<ParsedAlerts & { files: Uint8Array[] }> {
  const { name } = options;
  const problems: ParsedAlerts['problems'] = [];
  const files: Uint8Array[] = [];
  const sink = createSink(problems, files);
  const done = (): ParsedAlerts & { files: Uint8Array[] } => ({ alerts: sink.alerts, problems, files });
  if (source.size === 0) {
    sink.problem('', 'the file is empty');
    return done();
  }
  if (source.size > ALERT_LIMITS.fileBytes) {
    sink.problem('', `the file is larger than ${ALERT_LIMITS.fileBytes / 2 ** 20} MiB`);
    return done();
  }
  const bytes = await readRange(source);
  try {
    switch (kindOf(name, bytes)) {
      case 'mail':
        await readMailAlert(bytes, source, name, sink, signal);
        break;
      case 'csv':
        readCsv(decode(bytes), name, options.mapping, sink);
        break;
      case 'json':
        await readJson(decode(bytes), sink);
        break;
      default:
        sink.problem('', 'not a kind of file that alerts are read from (MISP or TheHive JSON, CSV, EML, MSG)');
    }
  } catch (error) {
    sink.problem('', `it cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown reason'}`);
  }
  return done();
}

async function readJson(text: string, sink: AlertSink): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return sink.problem('', `no JSON: ${error instanceof Error ? error.message.slice(0, 160) : ''}`);
  }
  const events = mispEvents(json);
  const alerts = events ? undefined : theHiveAlerts(json);
  if (!events && !alerts) return sink.problem('', 'JSON, but neither a MISP event nor a TheHive alert');
  const list = events ?? alerts ?? [];
  if (list.length > ALERT_LIMITS.alerts)
    sink.problem('', `more than ${ALERT_LIMITS.alerts} alerts: the rest is left out`);
  for (const each of list.slice(0, ALERT_LIMITS.alerts)) {
    try {
      if (events) await readMispEvent(each, '', sink);
      else readTheHiveAlert(each, '', sink);
    } catch (error) {
      sink.problem(
        '',
        `one of the alerts cannot be read: ${error instanceof Error ? error.message.slice(0, 160) : ''}`,
      );
    }
  }
}

function createSink(problems: ParsedAlerts['problems'], files: Uint8Array[]): AlertSink {
  let text: number = ALERT_LIMITS.text;
  let bytes = 0;
  const sink: AlertSink = {
    alerts: [],
    problem(place, reason) {
      if (problems.length < ALERT_LIMITS.problems)
        problems.push({ place: place.slice(0, 400), reason: reason.slice(0, 400) });
      else if (problems.length === ALERT_LIMITS.problems) {
        problems.push({ place: '', reason: `more than ${ALERT_LIMITS.problems} problems: the rest is not listed` });
      }
    },
    keep(file, place) {
      if (files.length >= ALERT_LIMITS.files || bytes + file.length > ALERT_LIMITS.allFiles) {
        sink.problem(
          place,
          `more than ${ALERT_LIMITS.files} files or ${ALERT_LIMITS.allFiles / 2 ** 20} MiB came with it: this one is left out`,
        );
        return null;
      }
      bytes += file.length;
      return files.push(file) - 1;
    },
    afford(characters) {
      const wasEnough = text > 0;
      text -= characters;
      if (text > 0) return true;
      if (wasEnough)
        sink.problem('', `it holds more than ${ALERT_LIMITS.text / 2 ** 20} MiB of text: the rest is left out`);
      return false;
    },
  };
  return sink;
}

type Kind = 'json' | 'csv' | 'mail' | undefined;

function kindOf(name: string, bytes: Uint8Array): Kind {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) return ending === '' || ending === 'msg' ? 'mail' : undefined;
  const start = decode(bytes.subarray(0, 4_096));
  if (/^\s*[{[]/.test(start) && ending !== 'eml' && ending !== 'csv') return 'json';
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (ending === 'eml' || /^(From |[A-Za-z][A-Za-z0-9-]{1,60}:[ \t])/.test(start)) return 'mail';
  return undefined;
}

/** UTF-8, or UTF-16 where a mark says so; bytes that are neither become replacement characters. */
function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
