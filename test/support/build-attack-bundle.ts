/** A small STIX bundle in the shape of MITRE's; every word in it is ours. */
export function buildAttackBundle(more: object[] = []): string {
  const reference = (id: string): object[] => [
    {
      source_name: 'mitre-attack',
      external_id: id,
      url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}`,
    },
  ];
  const technique = (id: string, name: string, tactics: string[], rest: object = {}): object => ({
    type: 'attack-pattern',
    id: `attack-pattern--${id}`,
    name,
    description: `What ${name.toLowerCase()} is, in a sentence of our own.`,
    external_references: reference(id),
    kill_chain_phases: tactics.map((phase_name) => ({ kill_chain_name: 'mitre-attack', phase_name })),
    x_mitre_platforms: ['Windows'],
    ...rest,
  });
  const tactic = (id: string, x_mitre_shortname: string, name: string): object => ({
    type: 'x-mitre-tactic',
    id: `x-mitre-tactic--${id}`,
    name,
    x_mitre_shortname,
    external_references: [{ source_name: 'mitre-attack', external_id: id }],
  });
  return JSON.stringify({
    type: 'bundle',
    id: 'bundle--1',
    spec_version: '2.0',
    objects: [
      { type: 'x-mitre-collection', id: 'x-mitre-collection--1', name: 'Enterprise test', x_mitre_version: '9.1' },
      { type: 'marking-definition', id: 'marking-definition--1', definition: { statement: 'Copyright of the test.' } },
      {
        type: 'x-mitre-matrix',
        id: 'x-mitre-matrix--1',
        name: 'Test',
        tactic_refs: ['x-mitre-tactic--TA0001', 'x-mitre-tactic--TA0002', 'x-mitre-tactic--TA0003'],
      },
      tactic('TA0003', 'persistence', 'Persistence'),
      tactic('TA0001', 'initial-access', 'Initial Access'),
      tactic('TA0002', 'execution', 'Execution'),
      technique('T1566', 'Lure by message', ['initial-access']),
      technique('T1566.001', 'Lure with an attachment', ['initial-access']),
      technique('T1204.002', 'Opened by a person: file', ['execution']),
      technique('T1053', 'Planned job', ['execution', 'persistence']),
      technique('T1064', 'Old scripting', ['execution'], { x_mitre_deprecated: true }),
      ...more,
    ],
  });
}
