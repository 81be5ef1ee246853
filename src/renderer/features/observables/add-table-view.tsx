import { Checkbox, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Text } from '../../ui/text.tsx';
import { chosenFiles } from './add-run.ts';
import {
  guessMapping,
  linesOf,
  type Mapping,
  MAX_TEXT,
  readTable,
  TABLE_FIELDS,
  type Table,
  type TableField,
} from './add-table.ts';

const PREVIEW = 20;
const FIELD_WORDS: Readonly<Record<TableField, string>> = {
  value: 'Value',
  type: 'Type',
  tags: 'Tags',
  message: 'Description',
  ioc: 'IOC',
  sighted: 'Sighted',
  tlp: 'TLP',
  pap: 'PAP',
};

interface Read {
  table: Table;
  mapping: Mapping;
}

/** A table from a file or the clipboard: which column is what, with the first rows to see that it is so. */
export function AddTable({ value, onChange }: { value: Read | undefined; onChange(read: Read | undefined): void }) {
  const [problem, setProblem] = useState('');
  const read = async (text: string): Promise<void> => {
    setProblem('');
    const table = await readTable(text);
    if (table.rows.length === 0) {
      setProblem('There is no row in it. A table has a row a line, its cells split by commas, semicolons or tabs.');
      return;
    }
    onChange({ table, mapping: guessMapping(table) });
  };
  const choose = async (): Promise<void> => {
    const [file] = await chosenFiles(false);
    if (!file) return;
    if (file.size > MAX_TEXT * 2) setProblem('That file is larger than 64 MB. Cut it, or drop it on Intake.');
    else await read(await file.text());
  };
  if (!value)
    return (
      <div className="add-files">
        <Textarea
          label="Paste a table, or choose a file"
          description="CSV, or cells copied from a spreadsheet. Columns are found by their heads and can be changed."
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          classNames={{ input: 'mono' }}
          rows={6}
          spellCheck={false}
          value=""
          error={problem === '' ? undefined : problem}
          onChange={(event) => void read(event.target.value)}
        />
        <div>
          <Button onClick={() => void choose()}>Choose a file</Button>
        </div>
      </div>
    );
  const { table, mapping } = value;
  const set = (index: number, field: TableField | null): void =>
    onChange({
      table,
      mapping: mapping.map((each, i) => (i === index ? field : each === field ? null : each)),
    });
  const shown = table.rows.slice(table.hasHead ? 1 : 0, PREVIEW + (table.hasHead ? 1 : 0));
  const found = linesOf(table, mapping).length;
  return (
    <div className="add-files">
      <div className="row">
        <span className="grow f12 t2">
          {mapping.includes('value') ? `${plural(found, 'value')} found` : 'Choose the column that holds the values'}
        </span>
        <Checkbox
          label="The first row names the columns"
          checked={table.hasHead}
          onChange={(event) => {
            const next = { ...table, hasHead: event.currentTarget.checked };
            onChange({ table: next, mapping: guessMapping(next) });
          }}
        />
        <Button size="small" onClick={() => onChange(undefined)}>
          Another table
        </Button>
      </div>
      <div className="table-preview scroll" tabIndex={0} role="region" aria-label="The first rows">
        <table>
          <thead>
            <tr>
              {mapping.map((field, index) => (
                <th key={index} scope="col">
                  <Select
                    aria-label={`Column ${index + 1}`}
                    size="xs"
                    clearable
                    placeholder="left out"
                    comboboxProps={{ withinPortal: true }}
                    data={TABLE_FIELDS.map((each) => ({ value: each, label: FIELD_WORDS[each] }))}
                    value={field}
                    onChange={(next) => set(index, next)}
                  />
                  {table.hasHead && (
                    <span className="f12 t3 el">
                      <Text>{table.rows[0]?.[index] ?? ''}</Text>
                    </span>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              <tr key={index}>
                {mapping.map((field, column) => (
                  <td key={column} className={field === null ? 't3' : undefined}>
                    <Text>{(row[column] ?? '').slice(0, 200)}</Text>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.rows.length > PREVIEW && (
        <p className="f12 t3">
          The first {PREVIEW} of {count(table.rows.length - (table.hasHead ? 1 : 0))} rows
        </p>
      )}
      {table.problems.length > 0 && (
        <div className="note" role="alert">
          <ul>
            {table.problems.slice(0, 5).map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
