import { expect, test } from 'vitest';
import { runFilter } from '../../../../test/support/run-bpf.ts';
import { ANSWER, assemble, DATA, type Instruction } from './bpf.ts';

const allow: Instruction = { op: 'return', action: ANSWER.allow };
const refuse: Instruction = { op: 'return', action: ANSWER.error(1) };
const answer = (program: Buffer, number: number): number => runFilter(program, { architecture: 0, number });

test('instructions are the bytes that the kernel wants', () => {
  const program = assemble([
    { op: 'load', offset: 4 },
    { op: 'jump', when: 'equal', value: 0xc000003e, no: 'no' },
    allow,
    { op: 'label', name: 'no' },
    { op: 'return', action: ANSWER.killProcess },
  ]);
  expect(program.toString('hex').match(/.{16}/g)).toEqual([
    '2000000004000000',
    '150000013e0000c0',
    '060000000000ff7f',
    '0600000000000080',
  ]);
});

test('jumps go where their labels are', () => {
  const program = assemble([
    { op: 'load', offset: DATA.number },
    { op: 'jump', when: 'atLeast', value: 10, yes: 'high' },
    { op: 'jump', when: 'any', value: 4, no: 'high' },
    refuse,
    { op: 'label', name: 'high' },
    allow,
  ]);
  expect([3, 4, 5, 9, 10, 0xffff_ffff].map((number) => answer(program, number) === ANSWER.allow)).toEqual([
    true,
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('what cannot be said in BPF is refused', () => {
  const far = Array.from({ length: 256 }, () => refuse);
  const to: Instruction = { op: 'jump', when: 'equal', value: 1, yes: 'there' };
  const there: Instruction = { op: 'label', name: 'there' };
  expect(() => assemble([to, ...far, there, allow])).toThrow('256 instructions');
  expect(() => assemble([there, allow, to, allow])).toThrow('there');
  expect(() => assemble([to, allow])).toThrow('no label');
  expect(() => assemble([there, there])).toThrow('twice');
  expect(() => assemble(Array.from({ length: 4_097 }, () => allow))).toThrow('too many');
});
