import { lazy, Suspense, useMemo } from 'react';
import type { Widget } from '../../../shared/contract/dashboards.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { WidgetTable } from './widget-table.ts';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

export function TextView({ widget, table }: { widget: Extract<Widget, { kind: 'text' }>; table: WidgetTable }) {
  const text = useMemo(() => fillPlaceholders(widget.text, table), [widget.text, table]);
  return (
    <div className="widget-text">
      <Suspense fallback={null}>
        <Markdown text={text} />
      </Suspense>
    </div>
  );
}
