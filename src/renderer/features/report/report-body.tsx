import { plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { JsonView } from './json-view.tsx';
import { isScalar, labelWords, shapeOf } from './report-shape.ts';

/** Sections in reading order: the plain facts of the report first, then each list or record under its own head. */
export function ReportBodyView({ full }: { full: Record<string, unknown> }) {
  const entries = Object.entries(full).filter(([, value]) => shapeOf(value).kind !== 'empty');
  const facts = entries.filter(([, value]) => isScalar(value));
  const sections = entries.filter(([, value]) => !isScalar(value));
  if (entries.length === 0)
    return (
      <p className="section t2">The analyzer finished and reported no details. Its taxonomies above are all it said.</p>
    );
  return (
    <>
      {facts.length > 0 && (
        <section className="report-section">
          <div className="report-section-head">
            <h2>Facts</h2>
          </div>
          <div className="report-section-body">
            <JsonView value={Object.fromEntries(facts)} />
          </div>
        </section>
      )}
      {sections.map(([key, value]) => (
        <section className="report-section" key={key}>
          <div className="report-section-head">
            <h2 className="el">
              <Text>{heading(key)}</Text>
            </h2>
            <span className="f12 t3">{Array.isArray(value) && plural(value.length, 'entry', 'entries')}</span>
          </div>
          <div className="report-section-body">
            <JsonView value={value} />
          </div>
        </section>
      ))}
    </>
  );
}

function heading(key: string): string {
  const words = labelWords(key);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
