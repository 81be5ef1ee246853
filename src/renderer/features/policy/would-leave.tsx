import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowUpRight, IconHandStop, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Engagement } from '../../../shared/contract/entities.ts';
import { DATA_TYPES, type DataType } from '../../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../../shared/model/marking.ts';
import { PapPicker, TlpPicker } from '../../ui/chips.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { Text } from '../../ui/text.tsx';
import type { Output } from '../../api/client.ts';
import { testQuery } from './queries.ts';

const TYPES = DATA_TYPES.filter((type) => type !== 'file');
const TYPING_MS = 250;

/** The likely type of what is being typed; the choice beside it corrects it. */
function guess(value: string): DataType {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return 'url';
  if (value.includes('@')) return 'mail';
  if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)) return 'hash';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(value) || /^[0-9a-f:]*:[0-9a-f:]+$/i.test(value)) return 'ip';
  if (/^[^\s.]+(\.[^\s.]+)+$/.test(value)) return value.split('.').length > 2 ? 'fqdn' : 'domain';
  return 'other';
}

/** "Would X leave?": asks the gate without starting anything. */
export function WouldLeave({ engagement }: { engagement: Engagement }) {
  const [value, setValue] = useState('');
  const [chosen, setChosen] = useState<DataType>();
  const [marks, setMarks] = useState<{ tlp?: Tlp; pap?: Pap }>({});
  const [typed] = useDebouncedValue(value.trim(), TYPING_MS);
  const dataType = chosen ?? guess(typed);
  const tlp = marks.tlp ?? engagement.tlp;
  const pap = marks.pap ?? engagement.pap;
  const { data, error } = useQuery(
    testQuery(typed === '' ? undefined : { engagementId: engagement.id, dataType, value: typed, tlp, pap }),
  );
  return (
    <div className="policy-kind">
      <h3>Would it leave?</h3>
      <div className="policy-fields no-help">
        <TextInput
          label="A value"
          placeholder="vpn.corp.example"
          value={value}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Select
          label="Type"
          allowDeselect={false}
          data={TYPES.map((type) => ({ value: type, label: typeWords(type) }))}
          value={dataType}
          onChange={(type) => setChosen(TYPES.find((each) => each === type))}
        />
        <div className="policy-marking">
          <span className="label">Marking</span>
          <span className="row tight">
            <TlpPicker label="The value" value={tlp} onChange={(next) => setMarks({ ...marks, tlp: next })} />
            <PapPicker label="The value" value={pap} onChange={(next) => setMarks({ ...marks, pap: next })} />
          </span>
        </div>
      </div>
      <p className="f12 t3">Nothing is sent, and the value is not kept.</p>
      {error && <ErrorNote error={error} />}
      {typed !== '' && data && <Verdicts answer={data} />}
    </div>
  );
}

const ICONS = { allow: IconArrowUpRight, wait: IconHourglass, refuse: IconHandStop } as const;

function Verdicts({ answer }: { answer: Output<'policy.test'> }) {
  const { never, destinations } = answer;
  const leaving = destinations.filter(({ verdict }) => verdict !== 'refuse').length;
  return (
    <div role="status">
      <p>
        <b>
          {destinations.length === 0
            ? 'No analyzer that sends anything takes this type.'
            : leaving === 0
              ? 'It stays here.'
              : `It could leave, to ${plural(leaving, 'service')}.`}
        </b>{' '}
        {never && (
          <span className="t2">
            A rule keeps it: <Text>{never.words}</Text>. <Text>{never.note}</Text>
          </span>
        )}
      </p>
      <ul className="policy-verdicts">
        {destinations.map(({ name, verdict, message, flavors }) => {
          const Icon = ICONS[verdict];
          return (
            <li key={name}>
              <Icon size={14} stroke={1.75} className="t3" aria-hidden="true" />
              <span className="el" title={flavors.join(', ')}>
                <Text>{name}</Text>
              </span>
              <span className="f12 t2">
                <Text>{verdict === 'allow' ? 'Allowed.' : message}</Text>
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
