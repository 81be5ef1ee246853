import { Text } from '../../ui/text.tsx';
import { formatValue, type WidgetTable } from './widget-table.ts';

/** Each number is a button: the list of what it counts. */
export function CounterView({ table, onPick }: { table: WidgetTable; onPick(row: number, column: number): void }) {
  return (
    <ul className="counters">
      {table.rows.map(({ label, values, unit }, at) => (
        <li key={label}>
          <button type="button" onClick={() => onPick(at, 0)} title="Open the list">
            <span className="counter-number">{formatValue(values[0] ?? null, unit ?? 'things')}</span>
            <span className="counter-label f12 t3">
              <Text>{label}</Text>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
