import { Link } from 'wouter';
import type { HistoryLine } from '../../shared/contract/history.ts';
import { LEVEL_WORDS, LevelIcon } from './icons.tsx';
import { plural } from './format.ts';
import { Sparkline } from './sparkline.tsx';
import { Text } from './text.tsx';
import { Age } from './time.tsx';
import './run-list.css';

/** Every run of one analyzer on one value, the newest first: when, in which case, what it said. */
export function RunList({ line, current, title }: { line: HistoryLine; current?: string; title?: string }) {
  return (
    <section className="run-list" aria-label={`History of ${line.flavorName}`}>
      <div className="run-list-head">
        <h2>
          <Text>{title ?? line.flavorName}</Text>
        </h2>
        <Sparkline runs={line.runs} label={line.drift ?? 'No change'} />
        <span className="f12 t3 el">
          {plural(line.runs.length, 'run')}
          {line.drift !== null && (
            <>
              , <Text>{line.drift}</Text>
            </>
          )}
        </span>
      </div>
      {line.runs.map((run) => (
        <Link key={run.jobId} className="run" href={`/reports/${run.jobId}`} aria-current={run.jobId === current}>
          <LevelIcon level={run.level} />
          <span className="visually-hidden">{LEVEL_WORDS[run.level ?? 'none']}: </span>
          <span className="el">
            <Text>{run.summary}</Text>
          </span>
          <span className="f12 t3">{run.caseNumber === null ? '' : `#${run.caseNumber}`}</span>
          <span className="f12 t3">
            <Text>{run.version}</Text>
          </span>
          <span className="f12 t3 num">
            <Age at={run.at} />
          </span>
        </Link>
      ))}
    </section>
  );
}
