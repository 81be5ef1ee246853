import type { NeverMatch, PolicyRuleBody } from '../../../shared/contract/policy.ts';

export const MATCH_WORDS: Readonly<Record<NeverMatch, { label: string; example: string; help: string }>> = {
  domain: {
    label: 'Domain',
    example: 'corp.example',
    help: 'It and everything under it, wherever it stands in a value: in a mail address, or behind the ? of an address.',
  },
  network: {
    label: 'Network',
    example: '192.0.2.0/24',
    help: 'An address, a network, or a range such as 192.0.2.1-192.0.2.9.',
  },
  exact: {
    label: 'Value or hash',
    example: 'Project Falcon',
    help: 'This very value. A hash also stands for the file that has it, and for its other hashes.',
  },
  wildcard: { label: 'Pattern', example: 'INC-2026-*', help: '* stands for anything, ? for one character.' },
  internal: {
    label: 'Inside a network',
    example: '',
    help: 'Private addresses, and names that only exist inside a network (dc01, printer.local).',
  },
};

export const EFFECT_WORDS = {
  allow: { label: 'Only', help: 'Where there is one such line, nothing goes anywhere else.' },
  deny: { label: 'Never', help: 'Nothing goes there.' },
  own: { label: 'Our own', help: 'Values that never leave may go there.' },
} as const;

/** A rule as a line: what it is about, and what it says. */
export function ruleWords(rule: PolicyRuleBody): { about: string; says: string } {
  switch (rule.kind) {
    case 'ceiling': {
      const limits = [
        rule.maxTlp === null ? '' : `TLP:${rule.maxTlp.toUpperCase()}`,
        rule.maxPap === null ? '' : `PAP:${rule.maxPap.toUpperCase()}`,
      ];
      return {
        about: rule.flavorId ?? 'Everything that leaves',
        says: `at most ${limits.filter((each) => each !== '').join(' and ')}`,
      };
    }
    case 'service':
      return { about: rule.host, says: EFFECT_WORDS[rule.effect].label.toLowerCase() };
    case 'never':
      return rule.match === 'internal'
        ? { about: 'What is inside a network', says: 'private addresses and internal names' }
        : { about: rule.pattern, says: MATCH_WORDS[rule.match].label.toLowerCase() };
  }
}
