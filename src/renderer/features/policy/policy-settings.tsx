import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyRule } from '../../../shared/contract/policy.ts';
import { useEngagement } from '../../state/engagement.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { AddRule } from './add-rule.tsx';
import { policyQuery, useRemoveRule } from './queries.ts';
import { ruleWords } from './rule-words.ts';
import { WouldLeave } from './would-leave.tsx';
import './policy.css';

type Scope = 'workspace' | 'engagement';

const KINDS = [
  { kind: 'ceiling', title: 'Ceilings', empty: 'Only the limits of the analyzers hold.' },
  { kind: 'service', title: 'Services', empty: 'Every service is allowed.' },
  { kind: 'never', title: 'Values that never leave', empty: 'None.' },
] as const;

/** What may leave, for the workspace and for the engagement; the strictest rule wins. */
export function PolicySettings() {
  const engagement = useEngagement();
  const [scope, setScope] = useState<Scope>('workspace');
  const { data, error } = useQuery({
    ...policyQuery(engagement?.id ?? ''),
    enabled: engagement !== undefined,
  });
  if (!engagement) return null;
  const engagementId = scope === 'workspace' ? null : engagement.id;
  const rules = data?.filter((rule) => rule.engagementId === engagementId) ?? [];
  return (
    <section aria-labelledby="settings-policy" className="policy">
      <h2 id="settings-policy">What may leave</h2>
      <p className="help">
        The gate asks these before anything starts. Where several rules speak of the same thing, the strictest wins.
      </p>
      <div>
        <Segmented<Scope>
          label="For whom"
          value={scope}
          options={[
            { value: 'workspace', label: 'The whole workspace' },
            { value: 'engagement', label: engagement.name },
          ]}
          onChange={setScope}
        />
      </div>
      {error && <ErrorNote error={error} />}
      {!data && !error && <Skeleton />}
      {data &&
        KINDS.map(({ kind, title, empty }) => (
          <div key={kind} className="policy-kind">
            <h3>{title}</h3>
            <RuleList rules={rules.filter((each) => each.rule.kind === kind)} empty={empty} />
            <AddRule kind={kind} engagementId={engagementId} />
          </div>
        ))}
      <WouldLeave engagement={engagement} />
    </section>
  );
}

function RuleList({ rules, empty }: { rules: readonly PolicyRule[]; empty: string }) {
  const remove = useRemoveRule();
  if (rules.length === 0) return <p className="f12 t3">{empty}</p>;
  return (
    <ul className="policy-rules">
      {rules.map((each) => {
        const { about, says } = ruleWords(each.rule);
        return (
          <li key={each.id}>
            <span className="policy-rule">
              <span className="row">
                <b className="breaks">
                  <Text>{about}</Text>
                </b>
                <span className="t2">{says}</span>
              </span>
              {each.note !== '' && (
                <span className="f12 t3 breaks">
                  <Text>{each.note}</Text>
                </span>
              )}
            </span>
            <Button kind="ghost" isIcon label={`Remove the rule on ${about}`} onClick={() => remove.mutate(each.id)}>
              <IconTrash size={15} stroke={1.75} />
            </Button>
          </li>
        );
      })}
      {remove.error && <ErrorNote error={remove.error} />}
    </ul>
  );
}
