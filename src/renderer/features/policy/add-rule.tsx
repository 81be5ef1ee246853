import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NeverMatch, PolicyRuleBody } from '../../../shared/contract/policy.ts';
import { NEVER_MATCHES, SERVICE_EFFECTS } from '../../../shared/contract/policy.ts';
import { PAP_LABELS, type Pap, TLP_LABELS, type Tlp } from '../../../shared/model/marking.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { flavorsQuery, useAddRule } from './queries.ts';
import { EFFECT_WORDS, MATCH_WORDS } from './rule-words.ts';

interface FormProps {
  onRule(rule: PolicyRuleBody | undefined): void;
}

/** One line to add a rule of a kind, folded until it is wanted. */
export function AddRule({ kind, engagementId }: { kind: PolicyRuleBody['kind']; engagementId: string | null }) {
  const [isOpen, setOpen] = useState(false);
  const [rule, setRule] = useState<PolicyRuleBody>();
  const [note, setNote] = useState('');
  const add = useAddRule();
  if (!isOpen) {
    return (
      <div>
        <Button size="small" onClick={() => setOpen(true)}>
          Add…
        </Button>
      </div>
    );
  }
  const close = (): void => {
    setOpen(false);
    setRule(undefined);
    setNote('');
    add.reset();
  };
  return (
    <form
      className="policy-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (rule) add.mutate({ engagementId, rule, note }, { onSuccess: close });
      }}
    >
      {kind === 'ceiling' && <CeilingFields onRule={setRule} />}
      {kind === 'service' && <ServiceFields onRule={setRule} />}
      {kind === 'never' && <NeverFields onRule={setRule} />}
      <TextInput
        label="Why"
        placeholder="The client asked for it"
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {add.error && <ErrorNote error={add.error} />}
      <div className="row">
        <Button type="submit" isDisabled={rule === undefined || add.isPending}>
          Add rule
        </Button>
        <Button kind="ghost" onClick={close}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function CeilingFields({ onRule }: FormProps) {
  const { data: flavors } = useQuery(flavorsQuery);
  const [fields, setFields] = useState<{ flavorId: string | null; maxTlp: Tlp | null; maxPap: Pap | null }>({
    flavorId: null,
    maxTlp: null,
    maxPap: null,
  });
  const change = (patch: Partial<typeof fields>): void => {
    const next = { ...fields, ...patch };
    setFields(next);
    onRule(next.maxTlp === null && next.maxPap === null ? undefined : { kind: 'ceiling', ...next });
  };
  return (
    <div className="policy-fields">
      <Select
        label="For"
        searchable
        clearable
        placeholder="Everything that leaves"
        data={flavors?.map(({ id, name, version }) => ({ value: id, label: `${name} ${version}` })) ?? []}
        value={fields.flavorId}
        onChange={(flavorId) => change({ flavorId })}
      />
      <Select
        label="At most TLP"
        clearable
        placeholder="No limit"
        data={TLP_LABELS.map((value) => ({ value, label: value.toUpperCase() }))}
        value={fields.maxTlp}
        onChange={(maxTlp) => change({ maxTlp })}
      />
      <Select
        label="At most PAP"
        clearable
        placeholder="No limit"
        data={PAP_LABELS.map((value) => ({ value, label: value.toUpperCase() }))}
        value={fields.maxPap}
        onChange={(maxPap) => change({ maxPap })}
      />
    </div>
  );
}

function ServiceFields({ onRule }: FormProps) {
  const { data: flavors } = useQuery(flavorsQuery);
  const [host, setHost] = useState('');
  const [effect, setEffect] = useState<(typeof SERVICE_EFFECTS)[number]>('deny');
  const hosts = [...new Set(flavors?.flatMap((flavor) => (flavor.isLocal ? [] : flavor.card.hosts)))].sort();
  const tell = (to: string, how: typeof effect): void =>
    onRule(to.trim() === '' ? undefined : { kind: 'service', host: to.trim(), effect: how });
  return (
    <div className="policy-fields">
      <Select
        label="It may get"
        allowDeselect={false}
        description={EFFECT_WORDS[effect].help}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        data={SERVICE_EFFECTS.map((value) => ({ value, label: EFFECT_WORDS[value].label }))}
        value={effect}
        onChange={(value) => {
          const next = value ?? 'deny';
          setEffect(next);
          tell(host, next);
        }}
      />
      <Autocomplete
        label="Service"
        placeholder="www.virustotal.com"
        description="A host and everything under it."
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        data={hosts}
        limit={50}
        value={host}
        onChange={(value) => {
          setHost(value);
          tell(value, effect);
        }}
      />
    </div>
  );
}

function NeverFields({ onRule }: FormProps) {
  const [match, setMatch] = useState<NeverMatch>('domain');
  const [pattern, setPattern] = useState('');
  const words = MATCH_WORDS[match];
  const tell = (how: NeverMatch, what: string): void =>
    onRule(how !== 'internal' && what.trim() === '' ? undefined : { kind: 'never', match: how, pattern: what.trim() });
  return (
    <div className="policy-fields">
      <Select
        label="What it is"
        allowDeselect={false}
        data={NEVER_MATCHES.map((value) => ({ value, label: MATCH_WORDS[value].label }))}
        value={match}
        onChange={(value) => {
          const next = value ?? 'domain';
          setMatch(next);
          tell(next, pattern);
        }}
      />
      {match === 'internal' ? (
        <p className="help">{words.help}</p>
      ) : (
        <TextInput
          label="Never leaves"
          placeholder={words.example}
          description={words.help}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          value={pattern}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setPattern(event.currentTarget.value);
            tell(match, event.currentTarget.value);
          }}
        />
      )}
    </div>
  );
}
