import { Text } from '../../ui/text.tsx';
import { formatValue, type WidgetTable } from './widget-table.ts';

/** The numbers themselves. With `onPick` each opens its list; without it they are for a screen reader beside the picture. */
export function TableView(props: {
  table: WidgetTable;
  title: string;
  onPick?: (row: number, column: number) => void;
}) {
  const { table, onPick } = props;
  return (
    <table className="widget-table f12">
      <caption className="visually-hidden">{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">{table.head}</th>
          {table.columns.map(({ key, label }) => (
            <th key={key} scope="col" className="number">
              <Text>{label}</Text>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, rowAt) => (
          <tr key={row.label}>
            <th scope="row">
              <Text>{row.label}</Text>
            </th>
            {table.columns.map(({ key, unit }, at) => {
              const text = formatValue(row.values[at] ?? null, row.unit ?? unit);
              return (
                <td key={key} className="number">
                  {onPick && !row.isRest ? (
                    <button type="button" className="lnk" onClick={() => onPick(rowAt, at)}>
                      {text}
                    </button>
                  ) : (
                    text
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
