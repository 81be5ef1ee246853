import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Level } from '../../../shared/model/report.ts';
import { plural } from '../../ui/format.ts';
import { LevelIcon } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import { JsonView, TableView } from './json-view.tsx';
import { addressLine, knownSections, rowsOf, type SectionSpec, valueAt } from './known-sections.ts';
import { isScalar, labelWords, shapeOf } from './report-shape.ts';
import { useDefangProse } from './known-hosts-context.ts';

/** Sections in reading order: what a known analyzer says first, the plain facts, then all else under its own head. */
export function ReportBodyView({ full, flavorName }: { full: Record<string, unknown>; flavorName: string }) {
  const known = knownSections(flavorName).filter((spec) => shapeOf(valueAt(full, spec.path)).kind !== 'empty');
  // The sentence opens the page already.
  const taken = new Set(['sentence', ...known.map((spec) => spec.path[0])]);
  const rest = Object.entries(full).filter(([key, value]) => !taken.has(key) && shapeOf(value).kind !== 'empty');
  const facts = rest.flatMap(([key, value]) => {
    const line = isScalar(value) ? value : addressLine(value);
    return line === undefined ? [] : [[key, line] as const];
  });
  const factKeys = new Set(facts.map(([key]) => key));
  const findings = known.filter((spec) => spec.kind === 'findings');
  if (known.length === 0 && rest.length === 0)
    return (
      <p className="section t2">The analyzer finished and reported no details: what stands above is all it said.</p>
    );
  return (
    <>
      {findings.map((spec) => (
        <KnownSection key={spec.title} spec={spec} value={valueAt(full, spec.path)} />
      ))}
      {facts.length > 0 && (
        <Section title="Facts">
          <JsonView value={Object.fromEntries(facts)} />
        </Section>
      )}
      {known
        .filter((spec) => spec.kind !== 'findings')
        .map((spec) => (
          <KnownSection key={spec.title} spec={spec} value={valueAt(full, spec.path)} />
        ))}
      {rest
        .filter(([key]) => !factKeys.has(key))
        .map(([key, value]) => (
          <Section key={key} title={heading(key)} count={Array.isArray(value) ? value.length : undefined}>
            <JsonView value={value} />
          </Section>
        ))}
    </>
  );
}

function heading(key: string): string {
  const words = labelWords(key);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function KnownSection({ spec, value }: { spec: SectionSpec; value: unknown }) {
  const rows = rowsOf(value);
  return (
    <Section
      title={spec.title}
      count={Array.isArray(value) ? value.length : undefined}
      isFolded={spec.kind === 'folded'}
    >
      {rows && spec.kind === 'findings' ? (
        <Findings rows={rows} />
      ) : rows && spec.columns ? (
        <TableView columns={spec.columns} rows={rows} />
      ) : (
        <JsonView value={value} />
      )}
    </Section>
  );
}

function Section(props: { title: string; count?: number | undefined; isFolded?: boolean; children: ReactNode }) {
  const [isOpen, setOpen] = useState(!props.isFolded);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <section className="report-section">
      <h2>
        <button
          type="button"
          className="report-section-head inset-focus"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <Chevron size={14} stroke={1.75} className="t3" aria-hidden="true" />
          <span className="el">
            <Text>{props.title}</Text>
          </span>
          {props.count !== undefined && <span className="f12 t3 plain">{plural(props.count, 'entry', 'entries')}</span>}
        </button>
      </h2>
      {isOpen && <div className="report-section-body">{props.children}</div>}
    </section>
  );
}

const MOST_FINDINGS = 200;

function Findings({ rows }: { rows: readonly Record<string, unknown>[] }) {
  const defangProse = useDefangProse();
  return (
    <ul className="findings">
      {rows.slice(0, MOST_FINDINGS).map((row, index) => {
        const level = Level.safeParse(row['level']);
        const message = row['message'] ?? row['about'];
        return (
          <li key={index} className="row">
            <LevelIcon level={level.success ? level.data : 'info'} />
            <span className="visually-hidden">{level.success ? level.data : 'info'}: </span>
            <span className="breaks">
              <Text>{defangProse(typeof message === 'string' ? message.slice(0, 2_000) : '')}</Text>
            </span>
          </li>
        );
      })}
      {rows.length > MOST_FINDINGS && <li className="t3">and {rows.length - MOST_FINDINGS} more in Raw JSON</li>}
    </ul>
  );
}
